//! What is kept of a verification.

use std::{fmt, num::NonZeroI64};

use arrayvec::ArrayString;
use jiff::Timestamp;
use zeroize::Zeroizing;

/// What opening a result needs from its issuing.
#[derive(Clone)]
pub struct Session {
    /// The `requestno` that was sealed: 1-30 ASCII characters.
    pub requestno: ArrayString<30>,
    /// The token's `site_code`: 1-16 ASCII characters.
    pub site_code: ArrayString<16>,
    /// The digest that the key set is derived from.
    pub digest: Zeroizing<[u8; 32]>,
    /// SHA-256 of the `enc_data` that was sent to NICE.
    pub sent: [u8; 32],
    /// When it began; unknown of one that an earlier release began.
    pub begun: Option<Moment>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(redacted)")
    }
}

/// A moment, in milliseconds since 1970, as small as a record wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(NonZeroI64);

impl Moment {
    /// Reads what [`Moment::millis`] wrote; 0 is no moment.
    pub(super) fn from_millis(millis: i64) -> Option<Self> {
        NonZeroI64::new(millis).map(Self)
    }

    pub(super) const fn millis(self) -> i64 {
        self.0.get()
    }

    /// The same, as a time of day.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.millis()).unwrap_or_default()
    }
}

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        Self(NonZeroI64::new(time.as_millisecond()).unwrap_or(NonZeroI64::MIN))
    }
}

/// A session whose result was opened. It has no keys any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The session's `requestno`.
    pub requestno: ArrayString<30>,
    /// When the session began; unknown of one that an earlier release began.
    pub begun: Option<Moment>,
    /// When its result was opened.
    pub opened: Moment,
    /// SHA-256 of the `enc_data` that was opened.
    pub result: [u8; 32],
    /// SHA-256 of the call that opened it, if that call may be repeated.
    pub call: Option<[u8; 32]>,
}

impl Used {
    /// The mark of `session`, which is used at `opened`.
    #[must_use]
    pub fn of(session: &Session, opened: Moment, result: [u8; 32], call: Option<[u8; 32]>) -> Self {
        Self {
            requestno: session.requestno,
            begun: session.begun,
            opened,
            result,
            call,
        }
    }
}

/// What happened to a verification between its begin and its opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// NICE's window was opened. Known with `NICE_API=integrated` alone.
    WindowOpened,
    /// The person came back from the window. Known with
    /// `NICE_API=integrated` alone.
    Returned,
    /// Its result was refused.
    Refused(Refusal),
}

/// Why a result was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was not the genuine result of its session.
    Rejected,
    /// NICE says that the person was not verified; NICE's `resultcode`.
    NotVerified(ArrayString<4>),
}
