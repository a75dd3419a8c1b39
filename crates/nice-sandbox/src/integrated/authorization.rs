//! The `Authorization` headers of the newer API.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{
        DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig,
        general_purpose::{STANDARD, STANDARD_NO_PAD},
    },
};

use super::{
    access_token::AccessToken,
    answer::Answer,
    jwt::{self, Refused},
};
use crate::{browser::notice::Notice, state::State};

/// base64url, padded or not.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `Basic base64url(client_id:client_secret)`, without padding.
pub(super) fn check_client(
    headers: &HeaderMap,
    notices: &mut Vec<Notice>,
    state: &State,
) -> Result<(), Answer> {
    let base64 = value_of(headers, "Basic ")?;
    let text = decode(base64).ok_or_else(|| {
        Answer::refused(
            "3002",
            if base64.contains(':') {
                "authorization_not_encoded"
            } else {
                "authorization_not_base64"
            },
        )
    })?;
    let (client_id, secret) = text
        .split_once(':')
        .ok_or_else(|| Answer::refused("3003", "authorization_without_colon"))?;
    let settings = &state.settings.integrated;
    let right = (settings.client_id.as_str(), settings.client_secret.expose());
    if (client_id, secret) != right {
        let fault = if (secret, client_id) == right {
            "client_id_and_secret_swapped"
        } else if client_id == state.settings.credentials.client_id {
            "client_id_of_the_older_api"
        } else if client_id != right.0 {
            "client_id_unknown"
        } else {
            "client_secret_wrong"
        };
        return Err(Answer::refused("1006", fault));
    }
    if base64.ends_with('=') {
        notices.push(Notice::padded_basic());
    }
    if base64.contains(['+', '/']) {
        notices.push(Notice::standard_basic());
    }
    Ok(())
}

/// `Bearer <access token>`, as it was received.
pub(super) fn check_token(headers: &HeaderMap, state: &State) -> Result<AccessToken, Answer> {
    let token = value_of(headers, "Bearer ")?;
    jwt::read(token, state).map_err(|refused| match refused {
        Refused::Over => Answer::refused("1003", "token_expired"),
        Refused::NotOurs => Answer::refused("1004", what_is(token, state)),
    })
}

/// The ticket of the call's token, if the token is good.
pub(super) fn ticket(headers: &HeaderMap, state: &State) -> Option<String> {
    Some(check_token(headers, state).ok()?.ticket)
}

/// What came in a token's place.
fn what_is(given: &str, state: &State) -> &'static str {
    let institution_token = state.institution_token();
    if given == institution_token.expose() {
        return "token_of_the_older_api";
    }
    match decode(given).as_deref() {
        // access_token:seconds:client_id.
        Some(text) if text.split(':').count() == 3 => "token_of_the_older_api",
        Some(text) if text.split('.').count() == 3 => "token_encoded_again",
        Some(text) if text.starts_with("S1") || text.starts_with("S2") => "ticket_for_access_token",
        _ if given.split('.').count() == 3 => "token_unknown",
        _ => "token_not_a_jwt",
    }
}

fn value_of<'a>(headers: &'a HeaderMap, scheme: &str) -> Result<&'a str, Answer> {
    let refused = |fault| Answer::refused("1001", fault);
    let value = headers
        .get(AUTHORIZATION)
        .ok_or_else(|| refused("authorization_missing"))?;
    let value = value
        .to_str()
        .map_err(|_| refused("authorization_not_ascii"))?;
    value
        .split_at_checked(scheme.len())
        .filter(|(given, _)| given.eq_ignore_ascii_case(scheme))
        .map(|(_, rest)| rest.trim())
        .ok_or_else(|| refused("authorization_scheme"))
}

/// In whichever alphabet and padding: a notice tells which was wrong.
fn decode(text: &str) -> Option<String> {
    let bytes = BASE64URL
        .decode(text)
        .or_else(|_| STANDARD.decode(text))
        .or_else(|_| STANDARD_NO_PAD.decode(text))
        .ok()?;
    String::from_utf8(bytes).ok()
}

/// Ends the life of the token that a call came with.
pub(crate) fn kill_token_of(headers: &HeaderMap, state: &State) {
    if let Some(ticket) = ticket(headers, state) {
        state.integrated().kill(ticket);
    }
}
