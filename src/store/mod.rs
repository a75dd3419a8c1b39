//! What must outlive a request: the sessions under `token_version_id`, and
//! the institution token that a fleet shares.
//!
//! A session is stored once, found until it is used, and used once. Using it
//! leaves a marker that holds nothing, so that a second opening is told
//! apart from an unknown one. In memory it serves one process; in Redis, any
//! instance of a fleet, where values are sealed and names say nothing.

mod address;
mod institution;
mod link;
mod memory;
mod packed;
mod redis;
mod seal;

use std::{fmt, time::Duration};

use arrayvec::ArrayString;
use thiserror::Error;
use zeroize::Zeroizing;

pub use self::{
    address::RedisAddress, institution::SharedInstitutionToken, memory::MemoryStore,
    redis::RedisStore, seal::StoreKeys,
};

/// What the opening of a result needs to know of its issuing.
#[derive(Clone)]
pub struct Session {
    /// The `requestno` that was sealed: 1-30 ASCII characters.
    pub requestno: ArrayString<30>,
    /// The token's `site_code`: 1-16 ASCII characters.
    pub site_code: ArrayString<16>,
    /// The digest that the key set is derived from.
    pub digest: Zeroizing<[u8; 32]>,
    /// SHA-256 of the `enc_data` that was sent.
    pub sent: [u8; 32],
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(redacted)")
    }
}

/// What became of a session that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored.
    Stored,
    /// There is one under this id already, which is left as it is.
    Exists,
    /// There is no room; live sessions are never thrown out.
    Full,
}

/// What is known under an id.
#[derive(Clone, Debug)]
pub enum Found {
    /// A session that waits for its result.
    Open(Session),
    /// A session whose result was opened before.
    Used,
    /// Nothing, or nothing any more.
    Missing,
}

/// Who has used a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consumed {
    /// This caller, and nobody else.
    Won,
    /// Somebody else, before.
    AlreadyUsed,
    /// Nobody: there is none, or none any more.
    Missing,
}

/// The store could not say. Whoever asked must refuse.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// Redis is out of reach, too slow, or gave something that isn't ours.
    /// The text is for the log and holds no secret.
    #[error("the session store is unavailable: {0}")]
    Unavailable(String),
}

/// Where sessions are kept.
///
/// What waits for Redis is boxed: it takes 4 KB, which each request would
/// carry along otherwise, with Redis or without.
#[derive(Debug)]
pub enum Store {
    /// In this process alone.
    Memory(MemoryStore),
    /// In Redis, for a fleet.
    Redis(RedisStore),
}

impl Store {
    /// Stores `session` for `life`, and never over another one.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the session may have been stored all the same.
    pub async fn put(
        &self,
        token_version_id: &str,
        session: &Session,
        life: Duration,
    ) -> Result<Put, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.put(token_version_id, session, life)),
            Self::Redis(store) => Box::pin(store.put(token_version_id, session, life)).await,
        }
    }

    /// Looks up what is known under the id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn find(&self, token_version_id: &str) -> Result<Found, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.find(token_version_id)),
            Self::Redis(store) => Box::pin(store.find(token_version_id)).await,
        }
    }

    /// Uses the session up: its keys are gone, and of however many callers,
    /// on however many instances, one is told that it has won.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the session may have been used up all the same.
    pub async fn consume(&self, token_version_id: &str) -> Result<Consumed, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.consume(token_version_id)),
            Self::Redis(store) => Box::pin(store.consume(token_version_id)).await,
        }
    }

    /// Whether [`Store::put`] would find no room. Redis is never full by
    /// our count.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Memory(store) => store.is_full(),
            Self::Redis(_) => false,
        }
    }

    /// Sessions that are kept, used ones that have not expired included;
    /// `None` for Redis.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "a count for metrics, which Redis does not have"
    )]
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::Memory(store) => Some(store.kept()),
            Self::Redis(_) => None,
        }
    }

    /// The most sessions that are kept; `None` for Redis.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        match self {
            Self::Memory(store) => Some(store.capacity()),
            Self::Redis(_) => None,
        }
    }

    /// Whether the store answers, and knows the commands it will be sent.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn probe(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(store) => store.probe().await,
        }
    }

    /// The institution token of the fleet, kept under `label`, which tells
    /// apart the contracts (client id and product) that may share a Redis.
    /// `None` in memory.
    #[must_use]
    pub fn shared_institution_token(&self, label: &str) -> Option<SharedInstitutionToken> {
        match self {
            Self::Memory(_) => None,
            Self::Redis(store) => Some(store.shared_institution_token(label)),
        }
    }
}
