//! The key that hides `reqNo`.

use arrayvec::ArrayString;

use crate::{
    random::Random,
    secret::{HmacKey, Key, Secret},
};

/// `AUDIT_HASH_KEY`: 32 bytes.
#[derive(Clone, Debug)]
pub struct AuditKey(HmacKey);

impl AuditKey {
    /// Reads 32 bytes in base64.
    ///
    /// # Errors
    ///
    /// What is wrong. The text does not repeat the value.
    pub fn parse(text: &Secret) -> Result<Self, String> {
        let key = Key::parse(text.expose());
        key.map(|key| Self(key.prepared())).ok_or_else(|| {
            "is not 32 bytes in base64, as openssl rand -base64 32 prints".to_owned()
        })
    }

    /// Random, for this process only: its lines can be matched, but nobody can
    /// find a `reqNo` in them afterwards.
    #[must_use]
    pub fn random(random: &Random) -> Self {
        Self(Key::random(random).prepared())
    }

    /// The first 16 hex digits of the HMAC-SHA256 of a `reqNo`.
    #[must_use]
    pub fn hash(&self, req_no: &str) -> ArrayString<16> {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = ArrayString::new();
        for byte in &self.0.hmac(&[req_no])[..8] {
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 0xf)]));
        }
        text
    }
}
