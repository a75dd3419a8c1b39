//! The arithmetic between NICE and its clients: derive keys from a crypto
//! token, seal a request, open a result.
//!
//! These are pure functions over bytes: no clock, no randomness, no I/O, and
//! no knowledge of HTTP, NICE's wire format or storage. The rules are those of
//! NICE's guide for 본인확인(통합형), `enc_mode` 1: AES-128-CBC with PKCS7
//! padding, HMAC-SHA256 over the base64 text of the cipher text. Those of the
//! newer 통합인증 are in [`integrated`].
//!
//! Both sides also need the time, random values, secrets and the two languages
//! of messages. [`clock`] and [`random`] are passed in, so that tests can choose
//! them; [`secret`] holds text that must not be printed; [`language`] reads
//! `Accept-Language`.

mod cipher;
pub mod clock;
mod credentials;
pub mod integrated;
mod key_set;
pub mod language;
mod mac;
pub mod random;
pub mod secret;

pub use cipher::UnsealError;
pub use credentials::Credentials;
pub use key_set::KeySet;

/// A sealed text as NICE exchanges it, in either direction. The standard
/// window has standard base64 with padding (an integrity value of 44
/// characters), [`integrated`] has base64url without (43 characters).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// NICE's `enc_data`: base64 of the cipher text.
    pub enc_data: String,
    /// NICE's `integrity_value`: base64 of the HMAC-SHA256 over the text of
    /// `enc_data`.
    pub integrity_value: String,
}

/// Encrypts `plaintext` and computes its integrity value.
///
/// Key and IV are fixed per token, so equal beginnings give equal cipher
/// texts: the caller puts something unique first (the `requestno`).
#[must_use]
pub fn seal(keys: &KeySet, plaintext: &[u8]) -> Sealed {
    let enc_data = cipher::encrypt(keys, plaintext);
    let integrity_value = mac::integrity_value(keys, enc_data.as_bytes());
    Sealed {
        enc_data,
        integrity_value,
    }
}

/// Checks the integrity value, then decrypts; never the other way round,
/// or the answer would be a padding oracle.
///
/// # Errors
///
/// [`UnsealError`] names the step for the audit log. Callers must not show
/// the difference to the sender of the text.
pub fn open(
    keys: &KeySet,
    enc_data: &str,
    integrity_value: &str,
) -> Result<zeroize::Zeroizing<Vec<u8>>, UnsealError> {
    if !mac::verify(keys, enc_data.as_bytes(), integrity_value) {
        return Err(UnsealError::Integrity);
    }
    cipher::decrypt(keys, enc_data)
}
