//! The key that hides `reqNo`.

use std::fmt;

use arrayvec::ArrayString;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{random::Random, secret::Secret};

/// `AUDIT_HASH_KEY`: 32 bytes.
pub struct AuditKey(Zeroizing<[u8; 32]>);

impl AuditKey {
    /// Reads 32 bytes in base64.
    ///
    /// # Errors
    ///
    /// What is wrong. The text does not repeat the value.
    pub fn parse(text: &Secret) -> Result<Self, String> {
        let mut bytes = Zeroizing::new([0; 64]);
        let length = STANDARD.decode_slice(text.expose().trim(), &mut *bytes);
        let key = length.ok().and_then(|length| bytes.get(..length));
        let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
        key.map(|key| Self(Zeroizing::new(key))).ok_or_else(|| {
            "is not 32 bytes in base64, as openssl rand -base64 32 prints".to_owned()
        })
    }

    /// One of this process alone: its lines belong together, and nobody can
    /// find a `reqNo` in them afterwards.
    #[must_use]
    pub fn random(random: &Random) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(&mut *key);
        Self(key)
    }

    /// The first 16 hex digits of the HMAC-SHA256 of a `reqNo`.
    #[must_use]
    pub fn hash(&self, req_no: &str) -> ArrayString<16> {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        // RFC 2104 pads a short key with zeros; here, `new` can't fail.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        let hash = <Hmac<Sha256> as KeyInit>::new((&*block).into())
            .chain_update(req_no)
            .finalize()
            .into_bytes();
        let mut text = ArrayString::new();
        for byte in &hash[..8] {
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 0xf)]));
        }
        text
    }
}

impl Clone for AuditKey {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(redacted)")
    }
}
