//! Who may open results.

use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

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
    /// Whether a request with these headers may open a result; compares in
    /// constant time.
    pub(super) fn permits(&self, headers: &HeaderMap) -> bool {
        let keys = match self {
            Self::Anybody => return true,
            Self::Keys(keys) => keys,
        };
        let sent = headers.get(X_API_KEY).map_or(&[][..], |key| key.as_bytes());
        let sent: [u8; 32] = Sha256::digest(sent).into();
        keys.iter()
            .fold(Choice::from(0), |any, key| any | key.0.ct_eq(&sent))
            .into()
    }
}
