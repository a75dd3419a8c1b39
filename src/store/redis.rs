use std::{fmt, sync::Arc, time::Duration};

use redis::{Cmd, Value, cmd};

use super::{
    Consumed, Found, Put, RedisAddress, Session, SharedInstitutionToken, StoreError,
    link::{Link, bounded, unexpected},
    packed,
    seal::{Kind, Place, StoreKeys},
};
use crate::random::Random;

/// What a used session leaves behind. No sealed value begins like it.
const USED: &[u8] = b"used";

/// Sessions in Redis (6.2 or later) or Valkey, for a fleet.
///
/// Each command names a single key. What is written under an older
/// `STORE_KEY` has another name, so each key has its own place to look at.
pub struct RedisStore {
    link: Arc<Link>,
    keys: StoreKeys,
    random: Random,
}

impl RedisStore {
    /// Connects when it is first used, so that the service starts whether
    /// Redis is there or not.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
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
        let place = self.keys.place(Kind::Session, id);
        let value = place.seal(&packed::pack(session)[..], &self.random)?;
        let mut set = cmd("SET");
        set.arg(&place.name)
            .arg(&value)
            .arg("NX")
            .arg("EX")
            .arg(life.as_secs().max(1));
        bounded(async {
            for older in self.keys.older_places(Kind::Session, id) {
                if self.get(&older).await?.is_some() {
                    return Ok(Put::Exists);
                }
            }
            match self.link.ask(&set).await {
                Err(failure) if failure.broken => match stored(&self.link.ask(&set).await?)? {
                    // The first try may have stored it. Its nonce tells.
                    Put::Exists if self.get(&place).await?.as_ref() == Some(&value) => {
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
            for place in self.keys.places(Kind::Session, id) {
                match self.get(&place).await? {
                    Some(value) if value == USED => return Ok(Found::Used),
                    Some(value) => {
                        return packed::unpack(&place.open(&value)?).map(Found::Open);
                    }
                    None => {}
                }
            }
            Ok(Found::Missing)
        })
        .await
    }

    /// Is not tried again when the connection breaks: the second try could
    /// not tell the first one's marker from somebody else's.
    pub(super) async fn consume(&self, id: &str) -> Result<Consumed, StoreError> {
        bounded(async {
            for place in self.keys.places(Kind::Session, id) {
                match bytes(self.link.ask(&use_up(&place.name)).await?)? {
                    Some(value) if value == USED => return Ok(Consumed::AlreadyUsed),
                    // What was there must have been a session of ours.
                    Some(value) => return place.open(&value).map(|_| Consumed::Won),
                    None => {}
                }
            }
            Ok(Consumed::Missing)
        })
        .await
    }

    /// The command that older servers don't know, on a key that isn't there.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        bounded(async {
            let answer = self.link.ask(&use_up("mv:probe")).await;
            match answer {
                Err(failure) if failure.broken => {
                    self.link.ask(&use_up("mv:probe")).await?;
                }
                answer => {
                    answer?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn get(&self, place: &Place) -> Result<Option<Vec<u8>>, StoreError> {
        get(&self.link, &place.name).await
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisStore")
    }
}

/// Puts the marker over whatever is there, keeps when it ends, and answers
/// with what was there: one step, so one caller alone is given the session.
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

/// Reads a key; once more on a new connection if the old one is broken, as
/// one that was idle for long may be.
pub(super) async fn get(link: &Link, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut get = cmd("GET");
    get.arg(name);
    let answer = match link.ask(&get).await {
        Err(failure) if failure.broken => link.ask(&get).await?,
        answer => answer?,
    };
    bytes(answer)
}

fn bytes(answer: Value) -> Result<Option<Vec<u8>>, StoreError> {
    match answer {
        Value::BulkString(bytes) => Ok(Some(bytes)),
        Value::Nil => Ok(None),
        _ => Err(unexpected()),
    }
}
