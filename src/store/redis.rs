//! Sessions in Redis, sealed, one key name each.

use std::{fmt, sync::Arc, time::Duration};

use redis::{Cmd, Value, cmd};

use super::{
    AddressSource, Finding, Found, Put, Session, SharedToken, StoreError, Used, canary,
    command::{replace, set},
    inspect::inspect,
    known::Known,
    link::{Link, bounded, get, unexpected},
    link_error::LinkError,
    packed,
    probe::probe,
    replaced::Cause,
    replicas::Written,
    seal::{Record, Slot, StoreKeys},
    undoing::Undoing,
};
use crate::random::Random;

/// How a marker of a used session begins. No sealed value begins like it. A
/// sealed mark follows, whose nonce makes it unlike all others: a call whose
/// answer was lost asks again, and knows its own marker.
pub(super) const USED: &[u8] = b"used";

/// Sessions in Redis (6.2 or later) or Valkey, for a fleet.
///
/// Each command names a single key. A value written under an older
/// `STORE_KEY` has another name, so reads try one slot per key.
pub struct RedisStore {
    pub(super) link: Arc<Link>,
    pub(super) keys: StoreKeys,
    pub(super) random: Random,
    known: Known,
    pub(super) undoing: Undoing,
}

impl RedisStore {
    /// Connects on first use, so the service starts without Redis too.
    /// `replicas` is `STORE_REPLICAS`: how many must have a begin and a use
    /// before they count.
    #[must_use]
    pub fn new(
        source: impl Into<AddressSource>,
        keys: StoreKeys,
        replicas: u8,
        random: Random,
    ) -> Self {
        Self {
            link: Arc::new(Link::new(source.into(), replicas)),
            keys,
            random,
            known: Known::default(),
            undoing: Undoing::default(),
        }
    }

    pub(super) fn shared_token(&self, label: &str) -> SharedToken {
        SharedToken::new(
            Arc::clone(&self.link),
            self.keys.clone(),
            self.random.clone(),
            label,
        )
    }

    pub(super) async fn put(
        &self,
        id: &str,
        session: &Session,
        life: Duration,
    ) -> Result<Put, StoreError> {
        self.add(Record::Session, id, &packed::pack(session)[..], life)
            .await
    }

    /// Adds a record that is not there yet.
    pub(super) async fn add(
        &self,
        record: Record,
        id: &str,
        plain: &[u8],
        life: Duration,
    ) -> Result<Put, StoreError> {
        let slot = self.keys.slot(record, id);
        let value = slot.seal(plain, &self.random)?;
        let mut set = set(&slot.name, &value, life);
        set.arg("NX");
        bounded(async {
            for older in self.keys.older_slots(record, id) {
                if self.get(&older).await?.is_some() {
                    return Ok(Put::Exists);
                }
            }
            match self.link.write_and_tell(&set).await {
                Err(error) if error.is_full() => Ok(Put::Full),
                Err(error) if error.is_lost() => match stored(&self.link.write(&set).await?)? {
                    // The first try may have stored it: compare the nonce.
                    Put::Exists if self.get(&slot).await?.as_ref() == Some(&value) => {
                        self.confirm(&slot, &value).await
                    }
                    put => Ok(put),
                },
                answer => match answer? {
                    Written::Confirmed(answer) => stored(&answer),
                    // Its caller is told that it was not begun.
                    Written::Unconfirmed(Value::Okay, error) => {
                        let mut remove = cmd("DEL");
                        remove.arg(&slot.name);
                        self.link.ask(&remove).await?;
                        Err(error.into())
                    }
                    Written::Unconfirmed(_, error) | Written::Unsent(error) => Err(error.into()),
                },
            }
        })
        .await
    }

    /// Writes once more what the first try has written: only a write can be
    /// waited for.
    async fn confirm(&self, slot: &Slot, value: &[u8]) -> Result<Put, StoreError> {
        let mut set = cmd("SET");
        set.arg(&slot.name).arg(value).arg("XX").arg("KEEPTTL");
        stored(&self.link.write(&set).await?)
    }

    pub(super) async fn find(&self, id: &str) -> Result<Found, StoreError> {
        bounded(async {
            for slot in self.keys.slots(Record::Session, id) {
                match self.get(&slot).await? {
                    Some(value) if value.starts_with(USED) => {
                        return self.used(&slot, &value).map(Found::Used);
                    }
                    Some(value) => {
                        return packed::unpack(&slot.open(&value)?).map(Found::Open);
                    }
                    None => {}
                }
            }
            Ok(Found::Missing)
        })
        .await
    }

    /// Makes sure that enough replicas know of a use: it is written again.
    pub(super) async fn confirm_use(&self, id: &str) -> Result<(), StoreError> {
        if self.link.wanted_replicas() == 0 {
            return Ok(());
        }
        bounded(async {
            for slot in self.keys.slots(Record::Session, id) {
                let Some(marker) = self.get(&slot).await? else {
                    continue;
                };
                if marker.starts_with(USED) {
                    self.write_twice(&replace(&slot.name, &marker, &marker))
                        .await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Writes what does no harm when it comes twice.
    pub(super) async fn write_twice(&self, command: &Cmd) -> Result<Value, LinkError> {
        match self.link.write(command).await {
            Err(error) if error.is_lost() => self.link.write(command).await,
            answer => answer,
        }
    }

    /// Tries each command that is used.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        probe(&self.link, &self.random).await
    }

    /// What Redis tells of itself (`INFO`).
    pub(super) async fn findings(&self) -> Result<Vec<Finding>, StoreError> {
        inspect(&self.link).await
    }

    /// Whether another `STORE_KEY` is in use in this Redis.
    pub(super) async fn is_key_foreign(&self) -> Result<bool, StoreError> {
        let is_ours = canary::is_ours(&self.link, &self.keys, &self.random).await?;
        Ok(!is_ours)
    }

    /// Whether the file of the address can be read, if it comes from one.
    pub(super) fn is_address_readable(&self) -> bool {
        self.link.is_address_readable()
    }

    /// What was found so far, while the service runs.
    pub(super) const fn known(&self) -> &Known {
        &self.known
    }

    /// Whether the last answer was one.
    pub(super) fn is_well(&self) -> bool {
        self.link.is_well()
    }

    /// How often the connection had to be replaced, by cause.
    pub(super) fn replaced(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.link
            .replaced()
            .map(|(cause, count): (Cause, u64)| (cause.name(), count))
    }

    /// What a marker says; nothing if an earlier release made it.
    pub(super) fn used(&self, slot: &Slot, marker: &[u8]) -> Result<Option<Used>, StoreError> {
        if self.undoing.contains(marker) {
            let text = "a use whose caller was told of an error is being undone";
            return Err(StoreError::Unavailable(text.to_owned()));
        }
        let mark = marker.get(USED.len()..).unwrap_or_default();
        if mark.len() < packed::USED_LEN {
            return Ok(None);
        }
        packed::unpack_used(&slot.open(mark)?).map(Some)
    }

    pub(super) async fn get(&self, slot: &Slot) -> Result<Option<Vec<u8>>, StoreError> {
        get(&self.link, &slot.name).await
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisStore")
    }
}

fn stored(answer: &Value) -> Result<Put, StoreError> {
    match answer {
        Value::Okay => Ok(Put::Stored),
        Value::Nil => Ok(Put::Exists),
        _ => Err(unexpected()),
    }
}
