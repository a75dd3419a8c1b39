//! A request body that says it is JSON and isn't too long.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, header::CONTENT_TYPE},
};

use super::failure::{Failure, Invalid, Kind};

/// The longest body, in bytes.
pub(super) const LIMIT: usize = 64 * 1024;

/// The bytes of a body declared as `application/json`.
pub(super) struct JsonBytes(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBytes {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Kind::UnsupportedMediaType.into());
        }
        Bytes::from_request(request, state)
            .await
            .map(Self)
            .map_err(|rejection| refusal(&rejection))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn refusal(rejection: &BytesRejection) -> Failure {
    use axum::extract::rejection::FailedToBufferBody;
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Kind::BodyTooLarge.into()
        }
        _ => Kind::InvalidRequest(Invalid::Unreadable).into(),
    }
}
