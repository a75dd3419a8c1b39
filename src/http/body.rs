//! A request body of a declared type that isn't too long.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{
        HeaderMap,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use tokio::sync::Semaphore;

use super::{
    app::App,
    failure::{Failure, Overload},
    form_object,
    json_object::{self, JsonFault},
    reason::{Accepted, Invalid, Reason},
};
use crate::verification::Field;

/// The longest body, in bytes.
pub(super) const LIMIT: usize = 64 * 1024;

/// Bodies up to this length, in bytes, are read however many there are: most
/// requests take a few hundred bytes, a result some thousand.
const SHORT: u64 = 8 * 1024;

/// Longer ones that are read at the same time. With 64 KiB each, slow or
/// hostile senders bind no more than 16 MiB.
const LONG_AT_ONCE: usize = 256;

/// The places for long bodies, all free.
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
    /// The values of the fields called `names`, in their order.
    pub(super) fn fields<const N: usize>(
        &self,
        names: &[&str; N],
    ) -> Result<[Field<'_>; N], JsonFault> {
        match self {
            Self::Json(bytes) => json_object::parse(bytes, names),
            Self::Form(bytes) => form_object::parse(bytes, names),
        }
    }
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

/// A body that is packed (gzip and the like) is none of ours either.
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
    // What is said to be too long isn't waited for.
    if declared.is_some_and(|length| length > LIMIT as u64) {
        return Err(Reason::BodyTooLarge.into());
    }
    let _place = match declared {
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
