//! What the audit wants to know of a request; it goes into the request's
//! one line in the log.

use arrayvec::ArrayString;
use sha2::{Digest, Sha256};

/// One event in the life of a verification.
#[derive(Clone, Debug)]
pub struct Audit {
    /// What happened.
    pub event: Event,
    /// Tells the verification from others without naming it: the beginning
    /// of the SHA-256 of the `reqNo`, 16 hex digits.
    pub req_no_hash: ArrayString<16>,
}

/// What can happen to a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It began.
    Begin,
    /// Its result was opened.
    Opened,
    /// Its result was refused; the log's `error` holds the true reason.
    Refused,
    /// Nobody knows it, or not any more.
    Expired,
    /// The store could not say what is to become of its result; it may have
    /// been used up all the same.
    Undecided,
}

impl Event {
    /// The name in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Opened => "opened",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Undecided => "undecided",
        }
    }
}

impl Audit {
    /// An event of the verification that is called `req_no`.
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
