//! The limits of the service, each told to its operator when it is reached.

use super::failure::{Failure, Kind};

/// The limits whose reaching is told as `OVERLOADED`. The caller only learns
/// that there is one; the log names it, with what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overload {
    /// `MAX_CONNECTIONS`.
    Connections,
    /// Bodies that are longer than most and read at the same time; see `body`.
    LongBodies,
    /// `SESSION_MAX`.
    Sessions,
    /// No token will come any more.
    Stopping,
}

impl Overload {
    const fn detail(self) -> &'static str {
        match self {
            Self::Connections => {
                "MAX_CONNECTIONS is reached: look for a flood, raise it, or add instances"
            }
            Self::LongBodies => {
                "256 bodies of more than 8 KiB, or of no declared length, are being read: look for \
                 slow senders, shorten BODY_TIMEOUT, or have a proxy in front take bodies whole"
            }
            Self::Sessions => {
                "SESSION_MAX is reached: look for a flood (RATE_LIMIT), raise it, shorten \
                 SESSION_TTL, or go over to Redis"
            }
            Self::Stopping => "the token pool has stopped: the service is about to end",
        }
    }
}

impl From<Overload> for Failure {
    fn from(overload: Overload) -> Self {
        Self {
            detail: Some(overload.detail().to_owned()),
            ..Kind::Overloaded.into()
        }
    }
}
