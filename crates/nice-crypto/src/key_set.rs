//! The key set of a crypto token, derived from the three texts of its call.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Length of the digest's base64 text, in characters.
const TEXT: usize = 44;

/// The key set of one crypto token: AES key, IV and HMAC key.
///
/// All three are slices of one text, the base64 of a SHA-256 digest, so the
/// text is what is kept. It is wiped on drop, never printed, and has no
/// `PartialEq`: secrets are not compared with `==`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeySet {
    text: [u8; TEXT],
}

impl KeySet {
    /// Derives the key set as NICE does:
    /// `base64(SHA-256(req_dtim + req_no + token_val))`, each value trimmed.
    ///
    /// `req_dtim` (14 digits) and `req_no` (at most 30 characters) are those
    /// of the crypto-token request, as sent; `token_val` is NICE's answer.
    #[must_use]
    pub fn derive(req_dtim: &str, req_no: &str, token_val: &str) -> Self {
        let mut digest: [u8; 32] = Sha256::new()
            .chain_update(req_dtim.trim())
            .chain_update(req_no.trim())
            .chain_update(token_val.trim())
            .finalize()
            .into();
        let keys = Self::from_digest(&digest);
        digest.zeroize();
        keys
    }

    /// The key set whose raw SHA-256 digest (32 bytes) was kept.
    #[must_use]
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        let mut text = [0; TEXT];
        // 32 bytes are 44 characters, always: the slice can't be too short.
        let written = STANDARD.encode_slice(digest, &mut text);
        debug_assert_eq!(written.ok(), Some(TEXT));
        Self { text }
    }

    /// The raw digest (32 bytes) that [`KeySet::from_digest`] takes: a secret
    /// like the keys themselves.
    #[must_use]
    pub fn digest(&self) -> Zeroizing<[u8; 32]> {
        let mut decoded = Zeroizing::new([0; 33]);
        let length = STANDARD.decode_slice(self.text, &mut *decoded);
        debug_assert_eq!(length.ok(), Some(32));
        let mut digest = Zeroizing::new([0; 32]);
        digest.copy_from_slice(&decoded[..32]);
        digest
    }

    /// The AES-128 key: characters 0-15 (16 ASCII bytes).
    #[must_use]
    pub fn key(&self) -> &[u8; 16] {
        self.part::<0, 16>()
    }

    /// The IV: the last 16 characters (16 ASCII bytes, ending in `=`).
    #[must_use]
    pub fn iv(&self) -> &[u8; 16] {
        self.part::<28, 16>()
    }

    /// The key as the contract's answer shows it.
    #[must_use]
    pub fn key_text(&self) -> &str {
        text(self.key())
    }

    /// The IV as the contract's answer shows it.
    #[must_use]
    pub fn iv_text(&self) -> &str {
        text(self.iv())
    }

    /// The HMAC key: characters 0-31 (32 ASCII bytes).
    ///
    /// The only part that must never leave the service: see `SECURITY.md`.
    #[must_use]
    pub(super) fn hmac_key(&self) -> &[u8; 32] {
        self.part::<0, 32>()
    }

    fn part<const FROM: usize, const LEN: usize>(&self) -> &[u8; LEN] {
        const { assert!(FROM + LEN <= TEXT) };
        // The assertion above makes the slice exact.
        self.text[FROM..]
            .first_chunk()
            .unwrap_or_else(|| unreachable!())
    }
}

fn text(part: &[u8; 16]) -> &str {
    str::from_utf8(part).unwrap_or_else(|_| unreachable!("base64 is ASCII"))
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySet(redacted)")
    }
}
