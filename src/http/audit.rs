//! What a route adds to its request's line in the log; above all the audit
//! event, which says what happened to a verification.

use std::time::Duration;

use arrayvec::ArrayString;
use sha2::{Digest, Sha256};

/// What a successful request adds to its line in the log; the route leaves it
/// on the answer.
#[derive(Clone, Debug)]
pub(super) struct Note {
    /// How long it waited for NICE.
    pub(super) waited: Option<Duration>,
    /// What the caller's developers may want to fix.
    pub(super) hint: Option<&'static str>,
    pub(super) audit: Audit,
}

/// One event in the life of a verification.
#[derive(Clone, Debug)]
pub struct Audit {
    /// What happened.
    pub event: Event,
    /// Identifies the verification without revealing its `reqNo`: the first 16
    /// hex digits of the SHA-256.
    pub req_no_hash: ArrayString<16>,
}

/// What can happen to a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It started.
    Begin,
    /// Its result was opened.
    Opened,
    /// The call that opened it got its answer again.
    Repeated,
    /// Its result was refused; the log's `error` has the real reason.
    Refused,
    /// It is unknown, or has expired.
    Expired,
    /// A window of NICE's newer API was opened for it.
    Window,
    /// Its result came, and went on to the shop.
    Returned,
    /// The person closed the window.
    Closed,
    /// It did not get on: no window opened, or no result came.
    Unfinished,
    /// The store failed while the result was opened; the result may be used
    /// up.
    Undecided,
}

impl Event {
    /// The name in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Opened => "opened",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Window => "window",
            Self::Returned => "returned",
            Self::Closed => "closed",
            Self::Unfinished => "unfinished",
            Self::Undecided => "undecided",
        }
    }
}

impl Audit {
    /// An event of the verification `req_no`.
    #[must_use]
    pub fn new(event: Event, req_no: &str) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut req_no_hash = ArrayString::new();
        for byte in &Sha256::digest(req_no)[..8] {
            req_no_hash.push(char::from(HEX[usize::from(byte >> 4)]));
            req_no_hash.push(char::from(HEX[usize::from(byte & 0xf)]));
        }
        Self { event, req_no_hash }
    }
}
