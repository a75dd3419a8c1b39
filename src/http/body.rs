//! A request body: its declared type, its length, its fields.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{
        HeaderMap,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::{
    app::App,
    failure::{Failure, Overload},
    json_object::{self, JsonFault},
    reason::{Accepted, Invalid, Reason},
};

/// Maximum length of a body, in bytes.
pub(super) const LIMIT: usize = 64 * 1024;

/// Bodies up to this length, in bytes, need no permit: most requests take a
/// few hundred bytes, a result a few thousand.
const SHORT: u64 = 8 * 1024;

/// Longer bodies that are read at the same time. At 64 KiB each, slow or
/// hostile senders hold at most 16 MiB.
const LONG_AT_ONCE: usize = 256;

/// The permits for long bodies.
#[must_use]
pub fn long_bodies() -> Semaphore {
    Semaphore::new(LONG_AT_ONCE)
}

/// The bytes of a body declared as `application/json`.
pub(super) struct JsonBytes(pub(super) Bytes);

/// The bytes of a body declared as JSON or as a form.
pub(super) enum TypedBytes {
    Json(Bytes),
    Form(Bytes),
}

impl TypedBytes {
    /// Reads a struct of [`Field`](crate::verification::Field)s.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, JsonFault> {
        match self {
            Self::Json(bytes) => json_object::read(bytes),
            Self::Form(bytes) => read_form(bytes),
        }
    }
}

/// Unknown fields are ignored. Since each value is a text, nothing but a
/// known field that comes twice can be wrong.
fn read_form<'a, T: Deserialize<'a>>(form: &'a [u8]) -> Result<T, JsonFault> {
    serde_urlencoded::from_bytes(form).map_err(|_| JsonFault::DuplicateKey)
}

impl FromRequest<Arc<App>> for JsonBytes {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        if !is_declared(request.headers(), "application/json") {
            return Err(Reason::UnsupportedMediaType(Accepted::Json).into());
        }
        read(request, app).await.map(Self)
    }
}

impl FromRequest<Arc<App>> for TypedBytes {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        if is_declared(request.headers(), "application/json") {
            read(request, app).await.map(Self::Json)
        } else if is_declared(request.headers(), "application/x-www-form-urlencoded") {
            read(request, app).await.map(Self::Form)
        } else {
            Err(Reason::UnsupportedMediaType(Accepted::JsonOrForm).into())
        }
    }
}

/// A compressed body (gzip and the like) is not supported either.
fn is_declared(headers: &HeaderMap, media_type: &str) -> bool {
    !headers.contains_key(CONTENT_ENCODING)
        && headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
}

async fn read(request: Request, app: &App) -> Result<Bytes, Failure> {
    use axum::extract::rejection::FailedToBufferBody::LengthLimitError;
    let declared = declared_length(request.headers());
    // A declared length that is too long is refused before the body is read.
    if declared.is_some_and(|length| length > LIMIT as u64) {
        return Err(Reason::BodyTooLarge.into());
    }
    let _permit = match declared {
        Some(..=SHORT) => None,
        Some(_) | None => Some(
            app.long_bodies
                .try_acquire()
                .map_err(|_| Failure::from(Overload::LongBodies))?,
        ),
    };
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(LengthLimitError(_)) => Reason::BodyTooLarge.into(),
            rejection => Failure {
                detail: Some(rejection.body_text()),
                ..Reason::InvalidRequest(Invalid::Unreadable).into()
            },
        })
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
