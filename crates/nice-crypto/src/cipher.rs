//! `enc_data`: AES-128-CBC with PKCS7 padding, as base64.

use aes::Aes128;
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use thiserror::Error;
use zeroize::Zeroizing;

use super::KeySet;

/// Which step refused a sealed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnsealError {
    /// The integrity value isn't the HMAC of this text under this key set.
    #[error("integrity value does not match")]
    Integrity,
    /// The cipher text isn't base64 of the kind that its API has.
    #[error("cipher text is not base64")]
    Base64,
    /// The cipher refuses: a wrong length, padding or tag.
    #[error("cipher text does not decrypt")]
    Decryption,
}

/// `base64(AES-128-CBC-PKCS7(key, iv, plaintext))`.
pub(super) fn encrypt(keys: &KeySet, plaintext: &[u8]) -> String {
    let cipher = cbc::Encryptor::<Aes128>::new(keys.key().into(), keys.iv().into());
    STANDARD.encode(cipher.encrypt_padded_vec::<Pkcs7>(plaintext))
}

/// The inverse of [`encrypt`]; the plain text is wiped when it is dropped.
pub(super) fn decrypt(keys: &KeySet, enc_data: &str) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
    let bytes = STANDARD.decode(enc_data).map_err(|_| UnsealError::Base64)?;
    cbc::Decryptor::<Aes128>::new(keys.key().into(), keys.iv().into())
        .decrypt_padded_vec::<Pkcs7>(&bytes)
        .map(Zeroizing::new)
        .map_err(|_| UnsealError::Decryption)
}
