//! The mistakes that clients make when they seal, recognised by making them
//! again: what a sandbox can tell a developer, and what nobody else should.

use aes::{Aes128, Aes256};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use cbc::{
    Decryptor,
    cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7},
};
use hmac::{Hmac, KeyInit, Mac};
use nice_crypto::KeySet;
use sha2::{Digest, Sha256};

/// A sealing that went wrong in a way that others have met before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// HMAC of the key, under the message.
    MacArgumentsSwapped,
    /// HMAC over the bytes of the cipher text, before base64.
    MacOverCipherBytes,
    /// HMAC over the plain text.
    MacOverPlainText,
    /// HMAC key from the digest's last 32 characters.
    MacKeyLast32,
    /// HMAC key from the first 16 characters: the AES key.
    MacKeyFirst16,
    /// HMAC key from the last 16 characters: the IV.
    MacKeyLast16,
    /// HMAC key is all 44 characters.
    MacKeyAll,
    /// HMAC key is the digest's raw 32 bytes, before base64.
    MacKeyRawDigest,
    /// A hash without any key.
    MacWithoutKey,
    /// The right HMAC, written in hexadecimal.
    MacInHex,
    /// The right HMAC, written in hexadecimal and that in base64.
    MacInHexInBase64,
    /// The right HMAC in URL-safe or unpadded base64.
    MacInOtherBase64,
    /// The cipher text is written in hexadecimal.
    CipherInHex,
    /// The cipher text is in URL-safe or unpadded base64.
    CipherInOtherBase64,
    /// AES key and IV changed places.
    KeyAndIvSwapped,
    /// The first 16 characters served as IV as well.
    IvIsKey,
    /// The IV was 16 zero bytes.
    IvIsZero,
    /// AES-256 with the HMAC key.
    Aes256,
}

impl Mistake {
    /// What is wrong with an integrity value that didn't match.
    pub(super) fn in_integrity_value(
        keys: &KeySet,
        enc_data: &str,
        integrity_value: &str,
    ) -> Option<Self> {
        writings(integrity_value)
            .into_iter()
            .find_map(|(bytes, writing)| {
                candidates(keys, enc_data)
                    .into_iter()
                    .find(|(mac, _)| *mac == bytes)
                    // A wrong HMAC matters more than how it is written.
                    .and_then(|(_, making)| making.or(writing))
            })
    }

    /// What is wrong with a cipher text that came with the right integrity
    /// value and can't be read.
    pub(super) fn in_enc_data(keys: &KeySet, enc_data: &str) -> Option<Self> {
        if enc_data.len().is_multiple_of(32)
            && enc_data.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return Some(Self::CipherInHex);
        }
        let Ok(bytes) = STANDARD.decode(enc_data) else {
            return other_base64(enc_data).map(|_| Self::CipherInOtherBase64);
        };
        let (key, iv) = (keys.key(), keys.iv());
        let aes128 = |key: &[u8; 16], iv: &[u8; 16]| {
            Decryptor::<Aes128>::new(key.into(), iv.into())
                .decrypt_padded_vec::<Pkcs7>(&bytes)
                .is_ok_and(|plain| reads_as_json(&plain))
        };
        let aes256 = || {
            Decryptor::<Aes256>::new_from_slices(&text_of(keys).as_bytes()[..32], iv).is_ok_and(
                |cipher| {
                    cipher
                        .decrypt_padded_vec::<Pkcs7>(&bytes)
                        .is_ok_and(|plain| reads_as_json(&plain))
                },
            )
        };
        if aes128(iv, key) {
            Some(Self::KeyAndIvSwapped)
        } else if aes128(key, key) {
            Some(Self::IvIsKey)
        } else if aes128(key, &[0; 16]) {
            Some(Self::IvIsZero)
        } else if aes256() {
            Some(Self::Aes256)
        } else {
            None
        }
    }
}

fn reads_as_json(plain: &[u8]) -> bool {
    plain.trim_ascii_start().starts_with(b"{")
}

/// The bytes that the text may stand for, with the mistake of writing so.
fn writings(text: &str) -> Vec<(Vec<u8>, Option<Mistake>)> {
    let mut writings = Vec::new();
    if let Some(bytes) = from_hex(text.as_bytes()) {
        writings.push((bytes, Some(Mistake::MacInHex)));
    }
    if let Ok(bytes) = STANDARD.decode(text) {
        if let Some(bytes) = from_hex(&bytes) {
            writings.push((bytes, Some(Mistake::MacInHexInBase64)));
        }
        writings.push((bytes, None));
    } else if let Some(bytes) = other_base64(text) {
        writings.push((bytes, Some(Mistake::MacInOtherBase64)));
    }
    writings
}

fn other_base64(text: &str) -> Option<Vec<u8>> {
    [URL_SAFE, STANDARD_NO_PAD, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.chunks(2)
        .map(|pair| match *pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

/// Every HMAC that is known to be computed, with the mistake of doing so.
fn candidates(keys: &KeySet, enc_data: &str) -> Vec<(Vec<u8>, Option<Mistake>)> {
    let text = text_of(keys);
    let (all, message) = (text.as_bytes(), enc_data.as_bytes());
    let hmac_key = &all[..32];
    let mut candidates = vec![
        (hmac(hmac_key, message), None),
        (hmac(message, hmac_key), Some(Mistake::MacArgumentsSwapped)),
        (hmac(&all[12..], message), Some(Mistake::MacKeyLast32)),
        (hmac(keys.key(), message), Some(Mistake::MacKeyFirst16)),
        (hmac(keys.iv(), message), Some(Mistake::MacKeyLast16)),
        (hmac(all, message), Some(Mistake::MacKeyAll)),
        (
            Sha256::digest(message).to_vec(),
            Some(Mistake::MacWithoutKey),
        ),
        (
            hmac(&*keys.digest(), message),
            Some(Mistake::MacKeyRawDigest),
        ),
    ];
    if let Ok(bytes) = STANDARD.decode(message) {
        candidates.push((hmac(hmac_key, &bytes), Some(Mistake::MacOverCipherBytes)));
    }
    if let Ok(plain) = nice_crypto::open(keys, enc_data, &right_value(hmac_key, message)) {
        candidates.push((hmac(hmac_key, &plain), Some(Mistake::MacOverPlainText)));
    }
    candidates
}

/// The 44 characters that all keys are cut from.
fn text_of(keys: &KeySet) -> String {
    STANDARD.encode(*keys.digest())
}

/// The integrity value that `open` wants to see before it decrypts.
fn right_value(hmac_key: &[u8], message: &[u8]) -> String {
    STANDARD.encode(hmac(hmac_key, message))
}

/// Empty, which matches nothing, in the case that can't be: HMAC takes keys
/// of any length.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}
