//! Who may open results.

use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::secret::Secret;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// `RESULT_API_KEY`. Without it nobody may open results, except in the sandbox.
#[derive(Clone, Debug)]
pub enum ResultAccess {
    /// No key is set in the sandbox: anybody.
    Anybody,
    /// Callers that send one of these in `X-Api-Key`.
    Keys(Vec<KeyDigest>),
}

/// What came in `X-Api-Key`. Says nothing of the right keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentKey {
    /// Whatever came: `RESULT_API_KEY` is not set.
    Unset,
    /// Nothing.
    Missing,
    /// More than one key.
    Several,
    /// Another key.
    Wrong,
}

/// The SHA-256 of a key. All digests have the same length, so comparing them
/// does not reveal a key's length.
#[derive(Clone)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The digest of one key.
    #[must_use]
    pub fn of(key: &Secret) -> Self {
        Self(Sha256::digest(key.expose()).into())
    }
}

impl std::fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyDigest(redacted)")
    }
}

impl ResultAccess {
    /// What came instead of a key.
    pub(super) fn sent(headers: &HeaderMap) -> SentKey {
        let mut sent = headers.get_all(X_API_KEY).iter();
        match (sent.next(), sent.next()) {
            (_, Some(_)) => SentKey::Several,
            (Some(key), None) if !key.is_empty() => SentKey::Wrong,
            (Some(_) | None, None) => SentKey::Missing,
        }
    }

    /// Which key a request with these headers came with, the first being 1;
    /// `None` if it may open nothing. Compares in constant time.
    pub(super) fn key_of(&self, headers: &HeaderMap) -> Option<usize> {
        let keys = match self {
            Self::Anybody => return Some(0),
            Self::Keys(keys) => keys,
        };
        let mut sent = headers.get_all(X_API_KEY).iter();
        // Of two, a proxy in front may have judged the other.
        let only = sent.next().filter(|_| sent.next().is_none());
        let sent = only.map_or(&[][..], |key| key.as_bytes());
        let sent: [u8; 32] = Sha256::digest(sent).into();
        let places = keys.iter().zip(1..);
        // To the last one, whichever it is.
        places.fold(None, |found, (key, place)| {
            if key.0.ct_eq(&sent).into() {
                Some(place)
            } else {
                found
            }
        })
    }
}
