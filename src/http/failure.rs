//! Everything that can go wrong with a request, and how it is told:
//! status, reason, whether to try again, each by a match without a
//! wildcard, so that a new failure can't be forgotten in one of them.

use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::json_object::JsonFault;
use crate::{
    nice::{Cause, NiceError, Outcome},
    token::TakeError,
    verification::{FieldFault, IssueError},
};

/// A failed request: what the caller is told, and what only the log is.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What the caller is told.
    pub kind: Kind,
    /// What the log is told besides; nothing secret or personal.
    pub detail: Option<String>,
    /// How long the request had waited for NICE.
    pub waited: Option<Duration>,
}

/// The kinds of failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The body or some of its fields break a rule.
    InvalidRequest(Invalid),
    /// No such path.
    NotFound,
    /// The path is there, but not for this method.
    MethodNotAllowed,
    /// The body isn't declared as JSON.
    UnsupportedMediaType,
    /// The body is longer than 64 KiB.
    BodyTooLarge,
    /// NICE refused in a way that only an operator can mend.
    NiceRefused(Cause),
    /// NICE can't be used now.
    NiceUnavailable,
    /// NICE gave no answer in time.
    NiceTimeout,
    /// The service has more to do than it can.
    Overloaded,
    /// A fault of this service.
    Internal,
}

/// What is invalid about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The body as a whole.
    Body(JsonFault),
    /// The body broke off or could not be read.
    Unreadable,
    /// These fields, all at once.
    Fields(Vec<FieldFault>),
}

impl Kind {
    /// The HTTP status under `ERROR_STATUS=http`.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::InvalidRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NiceRefused(_) => StatusCode::BAD_GATEWAY,
            Self::NiceUnavailable | Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::NiceTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// `payload.reason`, also the label in metrics.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "INVALID_REQUEST",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::NiceRefused(_) => "NICE_REFUSED",
            Self::NiceUnavailable => "NICE_UNAVAILABLE",
            Self::NiceTimeout => "NICE_TIMEOUT",
            Self::Overloaded => "OVERLOADED",
            Self::Internal => "INTERNAL",
        }
    }

    /// `payload.retryable`: whether the same request may succeed later.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        match self {
            Self::NiceUnavailable | Self::NiceTimeout | Self::Overloaded | Self::Internal => true,
            Self::InvalidRequest(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::BodyTooLarge
            | Self::NiceRefused(_) => false,
        }
    }

    /// `Retry-After`, in seconds: the longest that the pool waits before it
    /// asks NICE again.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::NiceUnavailable => Some(3),
            Self::Overloaded => Some(1),
            Self::InvalidRequest(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::BodyTooLarge
            | Self::NiceRefused(_)
            | Self::NiceTimeout
            | Self::Internal => None,
        }
    }
}

impl From<Kind> for Failure {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            waited: None,
        }
    }
}

impl From<JsonFault> for Failure {
    fn from(fault: JsonFault) -> Self {
        Kind::InvalidRequest(Invalid::Body(fault)).into()
    }
}

impl From<Vec<FieldFault>> for Failure {
    fn from(faults: Vec<FieldFault>) -> Self {
        Kind::InvalidRequest(Invalid::Fields(faults)).into()
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        let detail = Some(error.to_string());
        match error {
            IssueError::Token { error, waited } => Self {
                kind: match error {
                    TakeError::Nice(error) => nice(&error),
                    TakeError::Deadline => Kind::NiceTimeout,
                    TakeError::Stopped => Kind::Overloaded,
                },
                detail,
                waited: Some(waited),
            },
        }
    }
}

fn nice(error: &NiceError) -> Kind {
    match error.outcome() {
        Outcome::Refused(cause) => Kind::NiceRefused(cause),
        Outcome::Unavailable => Kind::NiceUnavailable,
        Outcome::TimedOut => Kind::NiceTimeout,
    }
}

impl IntoResponse for Failure {
    /// Carries the failure out to the one place that knows the caller's
    /// language, the request id and `ERROR_STATUS`: see `observe`.
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
