//! How values lie in Redis: under a name that says nothing, sealed with a
//! key of their own. Both are derived from `STORE_KEY` and the id, so a dump
//! without `STORE_KEY` can't even be searched for an id.

use std::{fmt, iter};

use aes_gcm::{Aes256Gcm, aead::AeadInOut};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::StoreError;
use crate::{random::Random, secret::Secret};

/// The first byte of a sealed value; a later format takes another one.
const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// 32 bytes.
type StoreKey = Zeroizing<[u8; 32]>;

/// `STORE_KEY`: the first key seals, all of them open.
#[derive(Clone)]
pub struct StoreKeys {
    first: StoreKey,
    older: Vec<StoreKey>,
}

impl StoreKeys {
    /// Reads a comma list of 32 bytes in base64.
    ///
    /// # Errors
    ///
    /// What is wrong, in words that don't repeat the value.
    pub fn parse(list: &Secret) -> Result<Self, String> {
        let mut keys = list.expose().split(',').enumerate().map(|(index, text)| {
            store_key(text.trim())
                .ok_or_else(|| format!("key {} of the list is not 32 bytes in base64", index + 1))
        });
        let first = keys.next().ok_or("there is no key in the list")??;
        let older = keys.collect::<Result<_, _>>()?;
        Ok(Self { first, older })
    }

    /// Where a value of this kind and id is written.
    pub(super) fn place(&self, kind: Kind, id: &str) -> Place {
        Place::new(&self.first, kind, id)
    }

    /// Where a value of this kind and id may have been written before the
    /// keys were rotated.
    pub(super) fn older_places(&self, kind: Kind, id: &str) -> impl Iterator<Item = Place> {
        self.older.iter().map(move |key| Place::new(key, kind, id))
    }

    /// All of them, the likeliest first.
    pub(super) fn places(&self, kind: Kind, id: &str) -> impl Iterator<Item = Place> {
        iter::once(self.place(kind, id)).chain(self.older_places(kind, id))
    }
}

impl fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKeys(redacted)")
    }
}

fn store_key(text: &str) -> Option<StoreKey> {
    // As long as the decoder may ask for; what is decoded is checked below.
    let mut bytes = Zeroizing::new([0; 64]);
    let length = STANDARD.decode_slice(text, &mut *bytes).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(bytes.get(..length).filter(|key| key.len() == 32)?);
    Some(key)
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Session,
    InstitutionToken,
    Lease,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "mv:s:",
            Self::InstitutionToken => "mv:t:",
            Self::Lease => "mv:l:",
        }
    }

    /// The labels that the name and the sealing key are derived with.
    const fn labels(self) -> [&'static str; 2] {
        match self {
            Self::Session => ["name\0", "seal\0"],
            Self::InstitutionToken => ["institution token name\0", "institution token seal\0"],
            Self::Lease => ["lease name\0", "lease seal\0"],
        }
    }
}

/// A name in Redis and the key that seals what is there.
pub(super) struct Place {
    pub(super) name: String,
    key: StoreKey,
}

impl Place {
    fn new(store_key: &StoreKey, kind: Kind, id: &str) -> Self {
        let [name, seal] = kind.labels();
        let name = URL_SAFE_NO_PAD.encode(*derive(store_key, name, id));
        Self {
            name: format!("{}{name}", kind.prefix()),
            key: derive(store_key, seal, id),
        }
    }

    /// `VERSION`, nonce, cipher text, tag. The name is authenticated too, so
    /// that a value that was moved does not open.
    pub(super) fn seal(&self, plain: &[u8], random: &Random) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let mut value = Vec::with_capacity(1 + NONCE + plain.len() + TAG);
        value.push(VERSION);
        value.extend_from_slice(&nonce);
        value.extend_from_slice(plain);
        let tag = self
            .cipher()
            .encrypt_inout_detached(
                &nonce.into(),
                self.name.as_bytes(),
                (&mut value[1 + NONCE..]).into(),
            )
            .map_err(|_| StoreError::Unavailable("a value could not be sealed".to_owned()))?;
        value.extend_from_slice(&tag);
        Ok(value)
    }

    pub(super) fn open(&self, value: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.try_open(value).ok_or_else(|| {
            StoreError::Unavailable(
                "a value in Redis does not open: it was not sealed here, or changed since"
                    .to_owned(),
            )
        })
    }

    fn try_open(&self, value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (version, rest) = value.split_first()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (sealed, tag) = rest.split_last_chunk::<TAG>()?;
        if *version != VERSION {
            return None;
        }
        let mut plain = Zeroizing::new(sealed.to_vec());
        self.cipher()
            .decrypt_inout_detached(
                nonce.into(),
                self.name.as_bytes(),
                plain.as_mut_slice().into(),
                tag.into(),
            )
            .ok()?;
        Some(plain)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new((&*self.key).into())
    }
}

fn derive(store_key: &StoreKey, label: &str, id: &str) -> StoreKey {
    // RFC 2104 pads a short key with zeros to the hash's block: doing so here
    // leaves a key length that can't be wrong.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(&**store_key);
    let derived = <Hmac<Sha256> as KeyInit>::new((&*block).into())
        .chain_update(label)
        .chain_update(id)
        .finalize()
        .into_bytes();
    Zeroizing::new(derived.into())
}
