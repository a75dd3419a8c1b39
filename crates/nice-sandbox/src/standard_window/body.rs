//! The bodies of the calls.

use axum::{body::Bytes, extract::rejection::BytesRejection, http::StatusCode};

use super::reply::Reply;

/// NICE has a code of its own for too much of it.
pub(super) fn read(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Reply> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Reply::gateway("1904", "body_too_long"),
        _ => Reply::gateway("1400", "body_unreadable"),
    })
}

/// The body of a call that can't do without one.
pub(super) fn present(body: Bytes) -> Result<Bytes, Reply> {
    if body.is_empty() {
        return Err(Reply::gateway("1300", "body_missing"));
    }
    Ok(body)
}
