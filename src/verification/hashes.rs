//! Keyed hashes of CI and DI, so that a shop can look people up without
//! keeping what identifies them everywhere.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::secret::{Key, Secret};

/// `CI_HASH_KEY`: the first key is for new entries, all are for lookups.
#[derive(Clone)]
pub struct HashKeys(Arc<[HashKey]>);

struct HashKey {
    id: String,
    key: Key,
}

impl HashKeys {
    /// Parses a comma list of `id:key`; an id is 1-16 of `A-Z a-z 0-9 _ -`, a
    /// key 32 bytes in base64.
    ///
    /// # Errors
    ///
    /// What is wrong. The text does not repeat the value.
    pub fn parse(list: &Secret) -> Result<Self, String> {
        let mut keys: Vec<HashKey> = Vec::new();
        for (index, entry) in list.expose().split(',').enumerate() {
            let key = hash_key(entry.trim()).ok_or_else(|| {
                format!(
                    "entry {} of the list is not id:key, such as k1: and 32 bytes in base64",
                    index + 1
                )
            })?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(format!(
                    "entry {} of the list has the id of another",
                    index + 1
                ));
            }
            keys.push(key);
        }
        Ok(Self(keys.into()))
    }

    /// `id.` and HMAC-SHA256 in base64url, under each key.
    pub(super) fn hash(&self, value: &str) -> Vec<String> {
        self.0
            .iter()
            .map(|HashKey { id, key }| {
                let hash = key.hmac(&[value]);
                format!("{id}.{}", URL_SAFE_NO_PAD.encode(*hash))
            })
            .collect()
    }
}

impl fmt::Debug for HashKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKeys(redacted)")
    }
}

fn hash_key(entry: &str) -> Option<HashKey> {
    let (id, text) = entry.split_once(':')?;
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if !(1..=16).contains(&id.len()) || !id.bytes().all(is_fit) {
        return None;
    }
    Some(HashKey {
        id: id.to_owned(),
        key: Key::parse(text)?,
    })
}
