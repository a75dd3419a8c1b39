//! A failed request on its way from a route to the envelope and the log.

use std::time::Duration;

use axum::response::{IntoResponse, Response};

use super::{
    body::JsonFault,
    note::Audit,
    reason::{Earlier, Invalid, Reason},
};
use crate::{
    audit::{AuditError, Event},
    nice::{NiceError, Outcome},
    store::StoreError,
    token::TakeError,
    verification::{FieldFault, IssueError, OpenError, OpenRequest, Rejection},
};

/// A failed request: the reason for the caller, the rest for the log.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What the caller sees.
    pub reason: Reason,
    /// The log's `error`; nothing secret or personal.
    pub detail: Option<String>,
    /// How long the request had waited for NICE.
    pub waited: Option<Duration>,
    /// The audit event, if this failure is one.
    pub audit: Option<Audit>,
}

/// Which limit caused `OVERLOADED`; logged, not shown to callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overload {
    /// `MAX_CONNECTIONS`.
    Connections,
    /// Long bodies that are read at the same time; see `body`.
    LongBodies,
    /// `SESSION_MAX`.
    Sessions,
    /// The token pool has stopped.
    Stopping,
}

/// One row: all that the service says about a limit.
#[derive(Clone, Copy, Debug)]
pub struct OverloadFacts {
    /// How the log's `error` begins.
    pub error: &'static str,
    /// The rest of it: what the operator does.
    pub advice: &'static str,
    /// For the documentation: when it happens.
    pub when: &'static str,
}

impl Overload {
    /// Every limit, in the order of the documentation.
    pub const ALL: [Self; 4] = [
        Self::Connections,
        Self::LongBodies,
        Self::Sessions,
        Self::Stopping,
    ];

    /// The limit's row.
    #[must_use]
    pub const fn facts(self) -> OverloadFacts {
        match self {
            Self::Connections => OverloadFacts {
                error: "MAX_CONNECTIONS is reached",
                advice: "look for a flood; otherwise raise MAX_CONNECTIONS and the limit of open \
                         files, or add instances",
                when: "MAX_CONNECTIONS connections are open",
            },
            Self::LongBodies => OverloadFacts {
                error: "128 bodies of more than 8 KiB are being read",
                advice: "look for slow senders; shorten BODY_TIMEOUT, or let a proxy in front \
                         buffer request bodies (nginx does)",
                when: "128 bodies of which more than 8 KiB have come are in flight, on the routes of \
                       browsers or on those of the shop's server; shorter ones pass",
            },
            Self::Sessions => OverloadFacts {
                error: "SESSION_MAX is reached",
                advice: "look for a flood (RATE_LIMIT); otherwise raise SESSION_MAX (320 bytes \
                         each; with 통합인증 up to 4 KiB), shorten SESSION_TTL, or use Redis",
                when: "SESSION_MAX verifications are kept in memory",
            },
            Self::Stopping => OverloadFacts {
                error: "the token pool has stopped",
                advice: "nothing to do: the service is stopping, and the next instance answers",
                when: "the service is stopping",
            },
        }
    }
}

impl From<Overload> for Failure {
    fn from(overload: Overload) -> Self {
        let OverloadFacts { error, advice, .. } = overload.facts();
        Self {
            detail: Some(format!("{error}: {advice}")),
            ..Reason::Overloaded.into()
        }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            detail: None,
            waited: None,
            audit: None,
        }
    }
}

impl From<JsonFault> for Failure {
    fn from(fault: JsonFault) -> Self {
        Reason::InvalidRequest(Invalid::Body(fault)).into()
    }
}

impl From<Vec<FieldFault>> for Failure {
    fn from(faults: Vec<FieldFault>) -> Self {
        Reason::InvalidRequest(Invalid::Fields(faults)).into()
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        let detail = Some(error.to_string());
        match error {
            IssueError::Token { error, waited } => {
                let failure = match error {
                    TakeError::Nice(error) => nice(&error).into(),
                    TakeError::Deadline => Reason::NiceTimeout.into(),
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
                ..Reason::StoreUnavailable.into()
            },
            IssueError::Full => Overload::Sessions.into(),
        }
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        Self {
            detail: Some(error.to_string()),
            ..Reason::AuditUnavailable.into()
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self {
            detail: Some(error.to_string()),
            ..Reason::StoreUnavailable.into()
        }
    }
}

impl Failure {
    /// A result that was not opened.
    #[must_use]
    pub fn opening(error: &OpenError, request: &OpenRequest<'_>) -> Self {
        let (event, reason) = match error {
            OpenError::SessionNotFound => (Event::Expired, Reason::SessionNotFound),
            OpenError::AlreadyUsed => (Event::Refused, Reason::ResultAlreadyUsed(Earlier::Same)),
            OpenError::AnotherUsed => (Event::Refused, Reason::ResultAlreadyUsed(Earlier::Another)),
            OpenError::Rejected(check) => (Event::Refused, Reason::ResultRejected(*check)),
            OpenError::NotVerified { resultcode } => (
                Event::Refused,
                Reason::VerificationFailed(resultcode.to_string()),
            ),
            OpenError::Store(_) => (Event::Undecided, Reason::StoreUnavailable),
        };
        let damage = match error {
            OpenError::Rejected(Rejection::Integrity) => request.damage(),
            _ => None,
        };
        Self {
            reason,
            detail: Some(error.to_string()),
            waited: None,
            audit: Some(Audit {
                damage,
                ..Audit::new(event, request.req_no)
            }),
        }
    }
}

fn nice(error: &NiceError) -> Reason {
    match error.outcome() {
        Outcome::Refused(cause) => Reason::NiceRefused(cause),
        Outcome::Unavailable => Reason::NiceUnavailable,
        Outcome::TimedOut => Reason::NiceTimeout,
    }
}

impl IntoResponse for Failure {
    /// Carries the failure out to the one place that knows the caller's
    /// language, the request id and `ERROR_STATUS`: see `observe`.
    fn into_response(self) -> Response {
        let mut response = self.reason.facts().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
