//! AES as clients use it: with keys of any length, in modes that are not NICE's.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit},
};

pub(super) const BLOCK: usize = 16;

/// AES with a key of any of its lengths.
pub(super) enum Cipher {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl Cipher {
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Aes128),
            24 => Aes192::new_from_slice(key).ok().map(Self::Aes192),
            32 => Aes256::new_from_slice(key).ok().map(Self::Aes256),
            _ => None,
        }
    }

    /// One block; what isn't one stays as it is.
    pub(super) fn decrypt(&self, block: &[u8]) -> Vec<u8> {
        let Ok(mut block) = <[u8; BLOCK]>::try_from(block) else {
            return block.to_vec();
        };
        let inner = (&mut block).into();
        match self {
            Self::Aes128(cipher) => cipher.decrypt_block(inner),
            Self::Aes192(cipher) => cipher.decrypt_block(inner),
            Self::Aes256(cipher) => cipher.decrypt_block(inner),
        }
        block.to_vec()
    }

    pub(super) fn encrypt(&self, block: &[u8]) -> Vec<u8> {
        let Ok(mut block) = <[u8; BLOCK]>::try_from(block) else {
            return block.to_vec();
        };
        let inner = (&mut block).into();
        match self {
            Self::Aes128(cipher) => cipher.encrypt_block(inner),
            Self::Aes192(cipher) => cipher.encrypt_block(inner),
            Self::Aes256(cipher) => cipher.encrypt_block(inner),
        }
        block.to_vec()
    }
}

/// The plain text of CBC mode, with its padding.
pub(super) fn cbc(cipher: &Cipher, iv: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut before = iv;
    let mut plain = Vec::with_capacity(bytes.len());
    for block in bytes.chunks(BLOCK) {
        plain.extend(xor(&cipher.decrypt(block), before));
        before = block;
    }
    Some(plain)
}

/// A stream cipher's work: `key_of` makes the key of the next block, given the
/// cipher text of this one.
pub(super) fn stream(bytes: &[u8], mut key_of: impl FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
    bytes
        .chunks(BLOCK)
        .flat_map(|block| xor(block, &key_of(block)))
        .collect()
}

fn xor(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter()
        .zip(other)
        .map(|(one, other)| one ^ other)
        .collect()
}
