//! How a call to NICE can fail, and what each failure means.

use jiff::SignedDuration;
use thiserror::Error;

use super::{Cause, Code, Obstacle, Verdict};
use crate::language::Text;

/// A refused token is blamed on the clock beyond this difference. NICE refuses
/// from three minutes on; its `Date` and our reading may be seconds apart.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// A failed call to NICE.
#[derive(Clone, Debug, Error)]
pub enum NiceError {
    /// No connection, or a broken one: DNS, TCP, TLS, reset.
    #[error("NICE is unreachable: {0}")]
    Unreachable(Obstacle),
    /// No answer within `NICE_CALL_TIMEOUT`.
    #[error("NICE did not answer in time")]
    Timeout,
    /// An answer that is not NICE's, or lacks a required field.
    #[error("NICE's answer is unusable (HTTP {status}): {what}")]
    Garbage {
        /// The HTTP status of the answer.
        status: u16,
        /// What is wrong with it.
        what: Garbage,
    },
    /// NICE answered with a code other than success.
    #[error("NICE refused: {code} ({message})")]
    Refused {
        /// The code and the field that it came in.
        code: Code,
        /// NICE's own text, shortened, without control characters.
        message: String,
        /// NICE's `Date` minus our clock, if the answer had one.
        clock_skew: Option<SignedDuration>,
    },
}

/// What makes an answer unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Garbage {
    /// No JSON.
    #[error("not NICE's JSON")]
    NotJson,
    /// A page of HTML: of a proxy, of maintenance, or of another server.
    #[error("a page of HTML, not NICE's JSON")]
    Page,
    /// JSON without NICE's envelope: another server answered.
    #[error("another server's JSON, not NICE's; check NICE_BASE_URL")]
    NotNice,
    /// One of the fields that are read comes twice, so that two readers may
    /// read it differently.
    #[error("a field comes twice")]
    Twice,
    /// Cut short by the other side.
    #[error("the answer was cut short")]
    CutShort,
    /// Longer than any answer of NICE.
    #[error("the answer is too long")]
    TooLong,
    /// A field is missing, has another type, or is out of its range.
    #[error("{0} is missing or out of range")]
    Field(&'static str),
    /// A token that was given before.
    #[error("a token_version_id that was given before")]
    Repeated,
    /// An address that people must not be sent to.
    #[error("auth_url leads to a host that NICE_WINDOW_HOSTS does not list")]
    Window,
}

impl Garbage {
    /// The metric label: of a field, its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::Page => "page",
            Self::NotNice => "not_nice",
            Self::Twice => "field_twice",
            Self::CutShort => "cut_short",
            Self::TooLong => "too_long",
            Self::Field(field) => field,
            Self::Repeated => "token_version_id_repeated",
            Self::Window => "auth_url_host",
        }
    }
}

/// What a failed call means for the caller, after retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Only an operator can fix it.
    Refused(Cause),
    /// NICE can't be used now, but may be soon.
    Unavailable,
    /// NICE didn't answer.
    TimedOut,
}

impl NiceError {
    /// What the failure means, once retries are spent.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Timeout => Outcome::TimedOut,
            Self::Unreachable(_) | Self::Garbage { .. } => Outcome::Unavailable,
            Self::Refused { code, .. } => match code.verdict() {
                Verdict::Refused(cause) => Outcome::Refused(cause),
                Verdict::RetryOnce | Verdict::Backoff | Verdict::StartOver | Verdict::Fault => {
                    Outcome::Unavailable
                }
                Verdict::ScopeRefused => Outcome::Refused(Cause::ProductNotSubscribed),
                Verdict::TokenRefused if self.clocks_differ() => Outcome::Refused(Cause::ClockSkew),
                Verdict::TokenRefused => Outcome::Refused(Cause::Credentials),
            },
        }
    }

    /// What an operator can do, if anything.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        /// Waiting does not turn another server into NICE.
        const ELSEWHERE: &str = "What answers is not NICE: check host, port and path of \
             NICE_BASE_URL, and what stands in between.";
        match self {
            Self::Unreachable(obstacle) => Some(obstacle.remedy()),
            Self::Garbage {
                what: Garbage::NotNice,
                ..
            } => Some(ELSEWHERE),
            Self::Garbage {
                status,
                what: Garbage::NotJson | Garbage::Page,
            } => match status {
                // A gateway that is at its end.
                408 | 425 | 429 | 500 | 502..=599 => None,
                200..=299 => Some(
                    "It is maintenance, or what answers is not NICE: check NICE_BASE_URL, and \
                     what stands in between.",
                ),
                _ => Some(ELSEWHERE),
            },
            Self::Garbage {
                what: Garbage::Window,
                ..
            } => Some(
                "Compare the host in the log with NICE's guide; if it is NICE's, add it to \
                 NICE_WINDOW_HOSTS.",
            ),
            Self::Timeout | Self::Garbage { .. } => None,
            Self::Refused { .. } => self.advice().map(|advice| advice.en),
        }
    }

    /// What NICE's code asks a person to do, if anything.
    #[must_use]
    pub fn advice(&self) -> Option<Text> {
        let Self::Refused { code, .. } = self else {
            return None;
        };
        if let Some(remedy) = code.row().and_then(|row| row.remedy) {
            return Some(remedy);
        }
        match self.outcome() {
            Outcome::Refused(cause) => Some(cause.remedy()),
            Outcome::Unavailable | Outcome::TimedOut => None,
        }
    }

    /// How often to try again, each time with a new `req_no`.
    #[must_use]
    pub fn retries(&self) -> u32 {
        match self {
            // A page of some proxy, not a broken answer of NICE.
            Self::Garbage {
                status,
                what: Garbage::NotJson | Garbage::Page | Garbage::NotNice,
            } => match status {
                408 | 425 | 429 => 2,
                // The proxy refuses us or does not know us: that does not
                // pass within seconds.
                400..=499 | 501 => 0,
                // As GW 1500.
                500 => 1,
                _ => 2,
            },
            Self::Timeout | Self::Unreachable(_) | Self::Garbage { .. } => 2,
            Self::Refused { code, .. } => match code.verdict() {
                Verdict::Backoff => 2,
                Verdict::RetryOnce => 1,
                Verdict::Refused(_)
                | Verdict::TokenRefused
                | Verdict::ScopeRefused
                | Verdict::StartOver
                | Verdict::Fault => 0,
            },
        }
    }

    /// Whether a new institution or access token may help: NICE refused the old
    /// one, and not because of the clock.
    #[must_use]
    pub fn token_refused(&self) -> bool {
        self.verdict() == Some(Verdict::TokenRefused) && !self.clocks_differ()
    }

    /// What NICE's code asks of us, if NICE answered with one.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Refused { code, .. } => Some(code.verdict()),
            Self::Unreachable(_) | Self::Timeout | Self::Garbage { .. } => None,
        }
    }

    /// Whether NICE surely never got the request.
    #[must_use]
    pub const fn is_unsent(&self) -> bool {
        matches!(self, Self::Unreachable(obstacle) if obstacle.is_before_sending())
    }

    /// The metric label of the failure.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Timeout => "timeout",
            Self::Garbage { .. } => "garbage",
            // Labels come from a closed set: unknown codes share one.
            Self::Refused { code, .. } => code.row().map_or("unknown", |row| row.code),
        }
    }

    /// Only 1800 concerns the timestamp; 1401 is about the token alone.
    fn clocks_differ(&self) -> bool {
        matches!(self, Self::Refused { code: Code::Gateway(code), clock_skew: Some(skew), .. }
            if code == "1800" && skew.abs() > CLOCK_TOLERANCE)
    }
}
