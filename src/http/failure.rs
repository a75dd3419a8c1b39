//! Everything that can go wrong with a request, and how it is told:
//! status, reason, whether to try again, each by a match without a
//! wildcard, so that a new failure can't be forgotten in one of them.

use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    admission::RetryAfter,
    audit::{Audit, Event},
    json_object::JsonFault,
    overload::Overload,
};
use crate::{
    nice::{Cause, NiceError, Outcome},
    token::{LONGEST_PAUSE, TakeError},
    verification::{FieldFault, IssueError, OpenError, Why},
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
    /// What it is for the audit, if it belongs there.
    pub audit: Option<Audit>,
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
    /// The body is declared as something that this route doesn't read.
    UnsupportedMediaType(Accepted),
    /// The body is longer than 64 KiB.
    BodyTooLarge,
    /// More verifications are begun than `RATE_LIMIT` or `RATE_LIMIT_TOTAL`
    /// allow.
    RateLimited(RetryAfter),
    /// A result is to be opened without the right `X-Api-Key`.
    Unauthorized,
    /// Not a genuine result of this session: one answer for every reason,
    /// which only the log and a sandbox's developer learn.
    ResultRejected(Why),
    /// A genuine result that says no; NICE's `resultcode`.
    VerificationFailed(String),
    /// No such session, or it has expired.
    SessionNotFound,
    /// The session's result was opened before.
    ResultAlreadyUsed,
    /// The session store can't be asked.
    StoreUnavailable,
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

/// What a route reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// `application/json`.
    Json,
    /// `application/json` or a form.
    JsonOrForm,
    /// `application/x-www-form-urlencoded`.
    Form,
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
            Self::InvalidRequest(_) | Self::ResultRejected(_) => StatusCode::BAD_REQUEST,
            Self::NotFound | Self::SessionNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::VerificationFailed(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ResultAlreadyUsed => StatusCode::CONFLICT,
            Self::NiceRefused(_) => StatusCode::BAD_GATEWAY,
            Self::NiceUnavailable | Self::Overloaded | Self::StoreUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
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
            Self::UnsupportedMediaType(_) => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::RateLimited(_) => "RATE_LIMITED",
            Self::ResultRejected(_) => "RESULT_REJECTED",
            Self::VerificationFailed(_) => "VERIFICATION_FAILED",
            Self::SessionNotFound => "SESSION_NOT_FOUND",
            Self::ResultAlreadyUsed => "RESULT_ALREADY_USED",
            Self::StoreUnavailable => "STORE_UNAVAILABLE",
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
            Self::RateLimited(_)
            | Self::NiceUnavailable
            | Self::NiceTimeout
            | Self::StoreUnavailable
            | Self::Overloaded
            | Self::Internal => true,
            Self::InvalidRequest(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType(_)
            | Self::BodyTooLarge
            | Self::Unauthorized
            | Self::ResultRejected(_)
            | Self::VerificationFailed(_)
            | Self::SessionNotFound
            | Self::ResultAlreadyUsed
            | Self::NiceRefused(_) => false,
        }
    }

    /// `Retry-After`; for NICE the longest that the pool waits before it asks
    /// again.
    #[must_use]
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::RateLimited(wait) => Some(*wait),
            Self::NiceUnavailable => Some(LONGEST_PAUSE.into()),
            Self::Overloaded | Self::StoreUnavailable => Some(RetryAfter(1)),
            Self::InvalidRequest(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType(_)
            | Self::BodyTooLarge
            | Self::Unauthorized
            | Self::ResultRejected(_)
            | Self::VerificationFailed(_)
            | Self::SessionNotFound
            | Self::ResultAlreadyUsed
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
            audit: None,
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
            IssueError::Token { error, waited } => {
                let failure = match error {
                    TakeError::Nice(error) => nice(&error).into(),
                    TakeError::Deadline => Kind::NiceTimeout.into(),
                    TakeError::Stopped => Self::from(Overload::Stopping),
                };
                Self {
                    detail: failure.detail.or(detail),
                    waited: Some(waited),
                    ..failure
                }
            }
            IssueError::Store(_) => Self {
                detail,
                ..Kind::StoreUnavailable.into()
            },
            IssueError::Full => Overload::Sessions.into(),
        }
    }
}

impl Failure {
    /// A result that was not opened; `req_no` is the caller's.
    #[must_use]
    pub fn opening(error: &OpenError, req_no: &str) -> Self {
        let (event, kind) = match error {
            OpenError::SessionNotFound => (Event::Expired, Kind::SessionNotFound),
            OpenError::AlreadyUsed => (Event::Refused, Kind::ResultAlreadyUsed),
            OpenError::Rejected(why) => (Event::Refused, Kind::ResultRejected(*why)),
            OpenError::NotVerified { resultcode } => {
                (Event::Refused, Kind::VerificationFailed(resultcode.clone()))
            }
            OpenError::Store(_) => (Event::Undecided, Kind::StoreUnavailable),
        };
        Self {
            kind,
            detail: Some(error.to_string()),
            waited: None,
            audit: Some(Audit::new(event, req_no)),
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
