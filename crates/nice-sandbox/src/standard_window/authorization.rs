//! The `Authorization` headers of NICE's calls.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::reply::Reply;
use crate::state::State;

/// The difference of clocks that NICE tolerates, in seconds.
const CLOCK_TOLERANCE: u64 = 180;

/// `Basic base64(client_id:client_secret)`, for the institution token.
pub(super) fn check_client(headers: &HeaderMap, state: &State) -> Result<(), Reply> {
    let text = match decode(headers, "Basic ") {
        Ok(text) => text,
        // base64url without padding, as the newer API has it.
        Err(_) if is_of_the_newer_api(headers, state) => {
            return Err(Reply::gateway("1702", "client_id_of_the_newer_api"));
        }
        Err(refusal) => return Err(refusal),
    };
    let (client_id, secret) = text
        .split_once(':')
        .ok_or_else(|| Reply::gateway("1401", "authorization_without_colon"))?;
    let credentials = &state.settings.credentials;
    let right = (
        credentials.client_id.as_str(),
        credentials.client_secret.expose(),
    );
    match (client_id, secret) {
        pair if pair == right => Ok(()),
        (secret, id) if (id, secret) == right => {
            Err(Reply::gateway("1700", "client_id_and_secret_swapped"))
        }
        (id, _) if id == state.settings.integrated.client_id => {
            Err(Reply::gateway("1702", "client_id_of_the_newer_api"))
        }
        (id, _) if id != right.0 => Err(Reply::gateway("1700", "client_id_unknown")),
        _ => Err(Reply::gateway("1801", "client_secret_wrong")),
    }
}

/// Whether the Basic value begins with the client id of the newer API.
fn is_of_the_newer_api(headers: &HeaderMap, state: &State) -> bool {
    let id = URL_SAFE_NO_PAD.encode(&state.settings.integrated.client_id);
    // The last character depends on what follows.
    let begin = &id[..id.len() - 1];
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .is_some_and(|(_, value)| value.trim().starts_with(begin))
}

/// `prefix base64(access_token:unix_seconds:client_id)`, for the others.
pub(super) fn check_token(headers: &HeaderMap, prefix: &str, state: &State) -> Result<(), Reply> {
    let is_jwt = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split('.').count() == 3);
    if is_jwt {
        return Err(Reply::gateway("1401", "access_token_of_the_newer_api"));
    }
    let text = decode(headers, prefix)?;
    let known = state.institution_token();
    let parts: Vec<&str> = text.split(':').collect();
    let [token, seconds, client_id] = parts[..] else {
        return Err(Reply::gateway("1800", "authorization_not_three_parts"));
    };
    let right_id = state.settings.credentials.client_id.as_str();
    if client_id != right_id {
        let is_elsewhere = parts.contains(&right_id) && parts.contains(&known.expose());
        return Err(Reply::gateway(
            "1700",
            if is_elsewhere {
                "authorization_order"
            } else {
                "client_id_unknown"
            },
        ));
    }
    check_time(seconds, state)?;
    if token == known.expose() {
        Ok(())
    } else if state.was_revoked(token) {
        Err(Reply::gateway("1800", "token_revoked"))
    } else {
        Err(Reply::gateway("1800", "token_unknown"))
    }
}

/// Whole seconds; each wrong time is named by what it seems to be.
fn check_time(text: &str, state: &State) -> Result<(), Reply> {
    const HOURS: i64 = 9 * 3600;
    let now = state.nice_now().as_second();
    let is_near = |seconds: i64| seconds.abs_diff(now) <= CLOCK_TOLERANCE;
    let Ok(seconds) = text.parse::<i64>() else {
        let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
        return Err(Reply::gateway(
            "1800",
            match text {
                "" => "timestamp_missing",
                _ if is_number => "timestamp_not_whole",
                _ => "timestamp_not_a_number",
            },
        ));
    };
    let fault = match seconds {
        seconds if is_near(seconds) => return Ok(()),
        seconds if is_near(seconds / 1_000) => "timestamp_in_milliseconds",
        seconds if is_near(seconds / 1_000_000) => "timestamp_in_microseconds",
        seconds if is_near(seconds / 1_000_000_000) => "timestamp_in_nanoseconds",
        seconds if is_near(seconds - HOURS) || is_near(seconds + HOURS) => {
            "timestamp_nine_hours_off"
        }
        _ if text.len() == 14 => "timestamp_is_a_date",
        seconds if seconds < now => "timestamp_too_old",
        _ => "timestamp_in_the_future",
    };
    Err(Reply::gateway("1800", fault))
}

/// The product code; the header's name is read in any case.
pub(super) fn check_product(headers: &HeaderMap, state: &State) -> Result<(), Reply> {
    let product = headers
        .get("productid")
        .and_then(|value| value.to_str().ok());
    match product {
        Some(product) if product == state.settings.credentials.product_id => Ok(()),
        None | Some("") => Err(Reply::gateway("1706", "product_missing")),
        Some(_) => Err(Reply::gateway("1706", "product_unknown")),
    }
}

fn decode(headers: &HeaderMap, prefix: &str) -> Result<String, Reply> {
    let refused = |fault| Reply::gateway("1401", fault);
    let value = headers
        .get(AUTHORIZATION)
        .ok_or_else(|| refused("authorization_missing"))?;
    let value = value
        .to_str()
        .map_err(|_| refused("authorization_not_ascii"))?;
    let base64 = value
        .split_at_checked(prefix.len())
        .filter(|(given, _)| given.eq_ignore_ascii_case(prefix))
        .map(|(_, rest)| rest.trim())
        .ok_or_else(|| refused("authorization_scheme"))?;
    STANDARD
        .decode(base64)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            refused(if base64.contains(':') {
                "authorization_not_encoded"
            } else {
                "authorization_not_base64"
            })
        })
}
