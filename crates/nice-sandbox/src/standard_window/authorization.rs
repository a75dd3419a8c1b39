//! The `Authorization` headers of NICE's calls.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::reply::Reply;
use crate::{diagnosis::standard_window::calls, state::State};

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

fn check_time(text: &str, state: &State) -> Result<(), Reply> {
    calls::wrong_time(text, state.nice_now())
        .map_or(Ok(()), |fault| Err(Reply::gateway("1800", fault)))
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
    calls::authorization(value, prefix).map_err(refused)
}
