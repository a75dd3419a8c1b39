//! Sessions in Redis, sealed, one key name each.

use std::{fmt, sync::Arc, time::Duration};

use redis::{Cmd, Value, cmd};

use super::{
    Consumed, Finding, Found, Put, RedisAddress, Session, SharedInstitutionToken, StoreError,
    inspect::inspect,
    link::{Link, bounded, bytes, get, unexpected},
    packed,
    seal::{Record, Slot, StoreKeys},
};
use crate::random::Random;

/// The marker of a used session. No sealed value starts like it.
const USED: &[u8] = b"used";

/// Sessions in Redis (6.2 or later) or Valkey, for a fleet.
///
/// Each command names a single key. A value written under an older
/// `STORE_KEY` has another name, so reads try one slot per key.
pub struct RedisStore {
    pub(super) link: Arc<Link>,
    pub(super) keys: StoreKeys,
    pub(super) random: Random,
}

impl RedisStore {
    /// Connects on first use, so the service starts without Redis too.
    #[must_use]
    pub fn new(address: &RedisAddress, keys: StoreKeys, random: Random) -> Self {
        Self {
            link: Arc::new(Link::new(address)),
            keys,
            random,
        }
    }

    pub(super) fn shared_institution_token(&self, label: &str) -> SharedInstitutionToken {
        SharedInstitutionToken::new(
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
        let slot = self.keys.slot(Record::Session, id);
        let value = slot.seal(&packed::pack(session)[..], &self.random)?;
        let mut set = cmd("SET");
        set.arg(&slot.name)
            .arg(&value)
            .arg("NX")
            .arg("EX")
            .arg(life.as_secs().max(1));
        bounded(async {
            for older in self.keys.older_slots(Record::Session, id) {
                if self.get(&older).await?.is_some() {
                    return Ok(Put::Exists);
                }
            }
            match self.link.ask(&set).await {
                Err(error) if error.broken => match stored(&self.link.ask(&set).await?)? {
                    // The first try may have stored it: compare the nonce.
                    Put::Exists if self.get(&slot).await?.as_ref() == Some(&value) => {
                        Ok(Put::Stored)
                    }
                    put => Ok(put),
                },
                answer => stored(&answer?),
            }
        })
        .await
    }

    pub(super) async fn find(&self, id: &str) -> Result<Found, StoreError> {
        bounded(async {
            for slot in self.keys.slots(Record::Session, id) {
                match self.get(&slot).await? {
                    Some(value) if value == USED => return Ok(Found::Used),
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

    /// Not retried when the connection breaks: a second try could not tell
    /// its own marker from another caller's.
    pub(super) async fn consume(&self, id: &str) -> Result<Consumed, StoreError> {
        bounded(async {
            for slot in self.keys.slots(Record::Session, id) {
                match bytes(self.link.ask(&use_up(&slot.name)).await?)? {
                    Some(value) if value == USED => return Ok(Consumed::AlreadyUsed),
                    // Only a session of ours opens.
                    Some(value) => return slot.open(&value).map(|_| Consumed::Won),
                    None => {}
                }
            }
            Ok(Consumed::Missing)
        })
        .await
    }

    /// Tries each command that is used, on a key of its own; an error names
    /// the command.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        let on_probe = |name: &str, more: &[&str]| {
            let mut command = cmd(name);
            command.arg("mv:probe").arg(more);
            command
        };
        let commands = [
            ("SET", on_probe("SET", &["probe", "NX", "EX", "5"])),
            ("GET", on_probe("GET", &[])),
            ("SET", use_up("mv:probe")),
            ("PTTL", on_probe("PTTL", &[])),
            ("DEL", on_probe("DEL", &[])),
        ];
        bounded(async {
            for (name, command) in &commands {
                let answer = match self.link.ask(command).await {
                    Err(error) if error.broken => self.link.ask(command).await,
                    answer => answer,
                };
                answer.map_err(|error| {
                    let StoreError::Unavailable(text) = error.into();
                    StoreError::Unavailable(format!("{name}: {text}"))
                })?;
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn inspect(&self) -> Result<Vec<Finding>, StoreError> {
        inspect(&self.link).await
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

/// Replaces the value by the marker, keeps its expiry, and answers with the
/// old value. It is atomic, so only one caller gets the session.
fn use_up(name: &str) -> Cmd {
    let mut set = cmd("SET");
    set.arg(name).arg(USED).arg("XX").arg("GET").arg("KEEPTTL");
    set
}

fn stored(answer: &Value) -> Result<Put, StoreError> {
    match answer {
        Value::Okay => Ok(Put::Stored),
        Value::Nil => Ok(Put::Exists),
        _ => Err(unexpected()),
    }
}
