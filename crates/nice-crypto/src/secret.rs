//! What must not be seen: texts such as the client secret, the institution
//! token and API keys, and keys of 32 bytes.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random::Random;

/// A secret text: wiped on drop, redacted in `Debug`, with no `Display`
/// and no `PartialEq`. Reading it takes a visible call of [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller keeps no copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Each call is a place to look at in a review.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// A secret key of 32 bytes: wiped on drop and redacted in `Debug`.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Reads 32 bytes in base64, as `openssl rand -base64 32` prints them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // The decoder may ask for more than 32 bytes; the length is checked below.
        let mut bytes = Zeroizing::new([0; 64]);
        let length = STANDARD.decode_slice(text.trim(), &mut *bytes).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(bytes.get(..length).filter(|key| key.len() == 32)?);
        Some(Self(key))
    }

    /// A key that nobody else has.
    #[must_use]
    pub fn random(random: &Random) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(&mut *key);
        Self(key)
    }

    /// The bytes. Each call is a place to look at in a review.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA256 of these texts, one after the other. For many, prepare
    /// the key.
    #[must_use]
    pub fn hmac(&self, texts: &[&str]) -> Zeroizing<[u8; 32]> {
        self.prepared().hmac(texts)
    }

    /// This key for HMACs, with its half of the work done.
    #[must_use]
    pub fn prepared(&self) -> HmacKey {
        // RFC 2104 pads a short key with zeros to the block size of the hash.
        // Doing it here makes the key length a constant, so `new` can't fail.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        HmacKey(KeyInit::new((&*block).into()))
    }
}

/// A secret key for HMAC-SHA256, hashed once instead of for each value: wiped
/// on drop and redacted in `Debug`.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// HMAC-SHA256 of these texts, one after the other.
    #[must_use]
    pub fn hmac(&self, texts: &[&str]) -> Zeroizing<[u8; 32]> {
        let mut hmac = self.0.clone();
        for text in texts {
            hmac.update(text.as_bytes());
        }
        Zeroizing::new(hmac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(redacted)")
    }
}

impl From<Zeroizing<[u8; 32]>> for Key {
    fn from(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}
