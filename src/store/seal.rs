//! How values are kept in Redis: under an opaque name, sealed with a key of
//! their own. Both are derived from `STORE_KEY` and the id, so without
//! `STORE_KEY` a dump can't even be searched for an id.

use std::{fmt, iter};

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::{Cell, StoreError};
use crate::{
    random::Random,
    secret::{Key, Secret},
};

/// The first byte of a sealed value: the version of its format.
const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// `STORE_KEY`: the first key seals, all of them open.
#[derive(Clone)]
pub struct StoreKeys {
    first: Key,
    older: Vec<Key>,
}

impl StoreKeys {
    /// Parses a comma list; each key is 32 bytes in base64.
    ///
    /// # Errors
    ///
    /// What is wrong. The text does not repeat the value.
    pub fn parse(list: &Secret) -> Result<Self, String> {
        let mut keys = list.expose().split(',').enumerate().map(|(index, text)| {
            Key::parse(text)
                .ok_or_else(|| format!("key {} of the list is not 32 bytes in base64", index + 1))
        });
        let first = keys.next().ok_or("there is no key in the list")??;
        let older = keys.collect::<Result<_, _>>()?;
        Ok(Self { first, older })
    }

    /// The slot that a value is written to.
    pub(super) fn slot(&self, record: Record, id: &str) -> Slot {
        Slot::new(&self.first, record, id)
    }

    /// The slots that a value may have been written to before the keys were
    /// rotated.
    pub(super) fn older_slots(&self, record: Record, id: &str) -> impl Iterator<Item = Slot> {
        self.older.iter().map(move |key| Slot::new(key, record, id))
    }

    /// All slots of a value, the current key first.
    pub(super) fn slots(&self, record: Record, id: &str) -> impl Iterator<Item = Slot> {
        iter::once(self.slot(record, id)).chain(self.older_slots(record, id))
    }

    /// One slot for each key, all under the fixed `name`.
    pub(super) fn canaries(&self, name: &'static str) -> impl Iterator<Item = Slot> {
        iter::once(&self.first)
            .chain(&self.older)
            .map(move |key| Slot {
                name: name.to_owned(),
                key: derive(key, "canary seal\0", name),
            })
    }
}

impl fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKeys(redacted)")
    }
}

/// What a value holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Record {
    Session,
    Token,
    Lease,
    Cell(Cell),
}

impl Record {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "mv:s:",
            Self::Token => "mv:t:",
            Self::Lease => "mv:l:",
            Self::Cell(_) => "mv:w:",
        }
    }

    /// Labels that keep the derived name and sealing key apart.
    const fn labels(self) -> [&'static str; 2] {
        match self {
            Self::Session => ["name\0", "seal\0"],
            Self::Token => ["institution token name\0", "institution token seal\0"],
            Self::Lease => ["lease name\0", "lease seal\0"],
            Self::Cell(cell) => cell.labels(),
        }
    }
}

/// A key name in Redis, and the key that seals its value.
pub(super) struct Slot {
    pub(super) name: String,
    key: Key,
}

impl Slot {
    fn new(store_key: &Key, record: Record, id: &str) -> Self {
        let [name, seal] = record.labels();
        let name = URL_SAFE_NO_PAD.encode(derive(store_key, name, id).expose());
        Self {
            // One slot of a cluster for all that has this id.
            name: format!("{}{{{name}}}", record.prefix()),
            key: derive(store_key, seal, id),
        }
    }

    /// Returns `VERSION`, nonce, cipher text, tag. The name is authenticated
    /// too, so a value that was copied to another name does not open.
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
                "a value in Redis does not open: it was sealed with another STORE_KEY, or changed"
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
        Aes256Gcm::new(self.key.expose().into())
    }
}

fn derive(store_key: &Key, label: &str, id: &str) -> Key {
    store_key.hmac(&[label, id]).into()
}
