//! Why a reply is no success, in either API.

use super::{Code, Garbage};

/// Why a reply is no success.
#[derive(Clone, Debug)]
pub enum Rejected {
    /// NICE said no: with a code other than success, and a text of its own.
    Refusal(Code, String),
    /// It isn't a reply of NICE's.
    Garbage(Garbage),
}

impl From<Garbage> for Rejected {
    fn from(what: Garbage) -> Self {
        Self::Garbage(what)
    }
}

/// What `bytes` are instead of NICE's envelope.
pub(super) fn not_nices(error: &serde_json::Error, bytes: &[u8]) -> Garbage {
    if error.is_data() && error.to_string().starts_with("duplicate field") {
        Garbage::Twice
    } else if error.is_data() {
        // Whole JSON, but another server's.
        Garbage::NotNice
    } else if bytes.trim_ascii_start().starts_with(b"<") {
        Garbage::Page
    } else {
        Garbage::NotJson
    }
}
