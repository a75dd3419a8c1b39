//! The `Authorization` headers of NICE's calls.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{reply::Reply, state::State};

/// The difference of clocks that NICE tolerates, in seconds.
const CLOCK_TOLERANCE: u64 = 180;

/// `Basic base64(client_id:client_secret)`, for the institution token.
pub(super) fn check_client(headers: &HeaderMap, state: &State) -> Result<(), Reply> {
    let text = decode(headers, "Basic ")?;
    let (client_id, secret) = text.split_once(':').ok_or(Reply::gateway("1401"))?;
    if client_id != state.settings.client_id {
        return Err(Reply::gateway("1700"));
    }
    if secret != state.settings.client_secret.expose() {
        return Err(Reply::gateway("1801"));
    }
    Ok(())
}

/// `prefix base64(access_token:unix_seconds:client_id)`, for the others.
pub(super) fn check_token(headers: &HeaderMap, prefix: &str, state: &State) -> Result<(), Reply> {
    let text = decode(headers, prefix)?;
    let mut parts = text.split(':');
    let (Some(token), Some(seconds), Some(client_id), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Reply::gateway("1800"));
    };
    if client_id != state.settings.client_id {
        return Err(Reply::gateway("1700"));
    }
    // Whole seconds: a fraction doesn't read as a number here.
    let in_step = seconds
        .parse::<i64>()
        .is_ok_and(|seconds| seconds.abs_diff(state.nice_now().as_second()) <= CLOCK_TOLERANCE);
    if !in_step || token != state.institution_token().expose() {
        return Err(Reply::gateway("1800"));
    }
    Ok(())
}

/// The product code; the header's name is read in any case.
pub(super) fn check_product(headers: &HeaderMap, state: &State) -> Result<(), Reply> {
    let product = headers
        .get("productid")
        .and_then(|value| value.to_str().ok());
    if product == Some(state.settings.product_id.as_str()) {
        Ok(())
    } else {
        Err(Reply::gateway("1706"))
    }
}

fn decode(headers: &HeaderMap, prefix: &str) -> Result<String, Reply> {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            let (given, rest) = value.split_at_checked(prefix.len())?;
            given.eq_ignore_ascii_case(prefix).then_some(rest)
        })
        .and_then(|base64| STANDARD.decode(base64.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(Reply::gateway("1401"))
}
