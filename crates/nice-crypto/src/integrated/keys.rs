//! The keys of one transaction.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Iterators, base64url, cipher};
use crate::{Sealed, UnsealError};

/// What PBKDF2 yields, in bytes.
const DERIVED: usize = 64;

/// The length of its base64url text, in characters.
const TEXT: usize = 86;

/// AES-256 key and HMAC key of one transaction.
///
/// Both are slices of one text, so the text is what is kept: characters 0-31
/// and 48-79. It is wiped on drop, never printed, and has no `PartialEq`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TransactionKeys {
    text: [u8; TEXT],
}

impl TransactionKeys {
    /// Derives the keys as NICE does: `base64url(PBKDF2-HMAC-SHA256(ticket,
    /// transaction_id, iterators, 64 bytes))`, over both texts as they are.
    ///
    /// `ticket` and `iterators` belong to the access token of the call for the
    /// result; `transaction_id` is that of the call for the address.
    #[must_use]
    pub fn derive(ticket: &str, transaction_id: &str, iterators: Iterators) -> Self {
        let mut derived = Zeroizing::new([0; DERIVED]);
        pbkdf2_hmac::<Sha256>(
            ticket.as_bytes(),
            transaction_id.as_bytes(),
            iterators.get(),
            &mut *derived,
        );
        let mut text = [0; TEXT];
        // 64 bytes are 86 characters, always: the slice can't be too short.
        let written = URL_SAFE_NO_PAD.encode_slice(derived.as_slice(), &mut text);
        debug_assert_eq!(written.ok(), Some(TEXT));
        Self { text }
    }

    /// The `integrity_value` (43 characters) of `text`.
    #[must_use]
    pub fn integrity(&self, text: &[u8]) -> String {
        base64url::encode(self.mac(&[text]).finalize().into_bytes())
    }

    /// Encrypts `plaintext` under `iv`, which is never used again with these
    /// keys, and computes its integrity value: NICE's side.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8], iv: [u8; 16]) -> Sealed {
        let enc_data = cipher::encrypt(self.aes_key(), iv, plaintext);
        let integrity_value = self.integrity(enc_data.as_bytes());
        Sealed {
            enc_data,
            integrity_value,
        }
    }

    /// Checks the integrity value of `enc_data` in constant time, then
    /// decrypts.
    ///
    /// # Errors
    ///
    /// [`UnsealError`] names the step for the log.
    pub fn open(
        &self,
        enc_data: &str,
        integrity_value: &str,
    ) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        self.open_covered(&[enc_data.as_bytes()], enc_data, integrity_value)
    }

    /// As [`TransactionKeys::open`], with the integrity value over
    /// `result_code`, `result_message` and `enc_data` in a row. NICE's guide
    /// says both; a caller tries this one second.
    ///
    /// # Errors
    ///
    /// [`UnsealError`] names the step for the log.
    pub fn open_whole_answer(
        &self,
        result_code: &str,
        result_message: &str,
        enc_data: &str,
        integrity_value: &str,
    ) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        let covered = [result_code, result_message, enc_data].map(str::as_bytes);
        self.open_covered(&covered, enc_data, integrity_value)
    }

    fn open_covered(
        &self,
        covered: &[&[u8]],
        enc_data: &str,
        integrity_value: &str,
    ) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
        let mac = self.mac(covered);
        let claimed = base64url::decode(integrity_value).unwrap_or_default();
        mac.verify_slice(&claimed)
            .map_err(|_| UnsealError::Integrity)?;
        cipher::decrypt(self.aes_key(), enc_data)
    }

    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        // RFC 2104 pads a short key with zeros to the hash's block: doing so
        // here leaves a key length that can't be wrong.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.part::<48>());
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        for part in parts {
            mac.update(part);
        }
        mac
    }

    fn aes_key(&self) -> &[u8; 32] {
        self.part::<0>()
    }

    fn part<const FROM: usize>(&self) -> &[u8; 32] {
        const { assert!(FROM + 32 <= TEXT) };
        // The assertion above makes the slice exact.
        self.text[FROM..]
            .first_chunk()
            .unwrap_or_else(|| unreachable!())
    }
}

impl fmt::Debug for TransactionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransactionKeys(redacted)")
    }
}
