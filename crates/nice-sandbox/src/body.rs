//! The body of a call that can't do without one.

use axum::{body::Bytes, extract::rejection::BytesRejection, http::StatusCode};

use super::reply::Reply;

/// NICE has a code of its own for no body and for too much of it.
pub(super) fn present(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Reply> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Reply::gateway("1904"),
        _ => Reply::gateway("1400"),
    })?;
    if body.is_empty() {
        return Err(Reply::gateway("1300"));
    }
    Ok(body)
}
