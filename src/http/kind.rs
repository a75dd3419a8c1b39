//! What doing it again is worth, beside each reason.

use super::reason::Reason;

/// `payload.kind`: the same words as `error.kind` of the popup kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The person stopped.
    Cancelled,
    /// The same call, or a new verification, may succeed.
    Retry,
    /// Again is useless until somebody has changed something.
    Final,
}

/// NICE's `resultcode` for a person who stopped in the PASS app.
const CANCELLED: &str = "0072";

impl Kind {
    /// As callers read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Retry => "retry",
            Self::Final => "final",
        }
    }
}

impl Reason {
    /// What doing it again is worth.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::VerificationFailed(code) if code == CANCELLED => Kind::Cancelled,
            Self::RateLimited(_)
            | Self::NiceUnavailable
            | Self::NiceTimeout
            | Self::StoreUnavailable
            | Self::AuditUnavailable
            | Self::Overloaded
            | Self::Internal
            // A new verification.
            | Self::ResultRejected(_)
            | Self::VerificationFailed(_)
            | Self::SessionNotFound
            | Self::ResultAlreadyUsed(_) => Kind::Retry,
            Self::InvalidRequest(_)
            | Self::NotFound(_)
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType(_)
            | Self::OriginNotAllowed
            | Self::BodyTooLarge
            | Self::Unauthorized
            | Self::NiceRefused(_) => Kind::Final,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_sent_again_is_no_end() {
        for reason in Reason::ALL {
            let facts = reason.facts();
            assert!(
                !facts.retryable || reason.kind() == Kind::Retry,
                "{}",
                facts.name
            );
        }
    }

    #[test]
    fn a_person_who_stopped_is_told_from_one_who_failed() {
        let kind = |code: &str| Reason::VerificationFailed(code.to_owned()).kind();
        assert_eq!((kind("0072"), kind("0001")), (Kind::Cancelled, Kind::Retry));
    }
}
