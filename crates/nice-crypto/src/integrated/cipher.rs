//! `enc_data`: IV (16 bytes), cipher text, tag (16 bytes), as base64url.

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{AeadInOut, consts::U16},
    aes::Aes256,
};
use zeroize::Zeroizing;

use super::base64url;
use crate::UnsealError;

/// The IV's and the tag's length, in bytes.
const IV: usize = 16;
const TAG: usize = 16;

type Cipher = AesGcm<Aes256, U16>;

pub(super) fn encrypt(key: &[u8; 32], iv: [u8; IV], plaintext: &[u8]) -> String {
    let mut sealed = Vec::with_capacity(IV + plaintext.len() + TAG);
    sealed.extend_from_slice(&iv);
    sealed.extend_from_slice(plaintext);
    let tag = Cipher::new(key.into())
        .encrypt_inout_detached((&iv).into(), &[], (&mut sealed[IV..]).into())
        .unwrap_or_else(|_| unreachable!("GCM takes 64 GiB"));
    sealed.extend_from_slice(&tag);
    base64url::encode(sealed)
}

/// The inverse of [`encrypt`]; the plain text is wiped when it is dropped.
pub(super) fn decrypt(key: &[u8; 32], enc_data: &str) -> Result<Zeroizing<Vec<u8>>, UnsealError> {
    let mut plain = Zeroizing::new(base64url::decode(enc_data).ok_or(UnsealError::Base64)?);
    let end = plain.len().saturating_sub(TAG);
    let Some((iv, rest)) = plain.split_first_chunk_mut::<IV>() else {
        return Err(UnsealError::Decryption);
    };
    let Some((text, tag)) = rest.split_last_chunk_mut::<TAG>() else {
        return Err(UnsealError::Decryption);
    };
    if text.is_empty() {
        // A result has fields.
        return Err(UnsealError::Decryption);
    }
    let iv: &[u8; IV] = iv;
    let tag: &[u8; TAG] = tag;
    Cipher::new(key.into())
        .decrypt_inout_detached(iv.into(), &[], text.into(), tag.into())
        .map_err(|_| UnsealError::Decryption)?;
    plain.truncate(end);
    plain.drain(..IV);
    Ok(plain)
}
