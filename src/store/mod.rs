//! What outlives a request: sessions by `token_version_id`, and the token
//! that a fleet shares.
//!
//! A session is stored once and used once. Using it leaves a mark without
//! keys, so that a second opening differs from an unknown session; only a call
//! that may be repeated keeps its session for [`REPEATABLE`] more, under a
//! name of that call. The memory store serves one process; Redis serves a
//! fleet, with sealed values and opaque names.

mod address;
mod canary;
mod cell;
mod cells;
mod command;
mod connection;
mod inspect;
mod known;
mod link;
mod link_error;
mod memory;
mod node;
mod packed;
mod probe;
mod progress;
mod record;
mod redis;
mod repeat;
mod replaced;
mod replicas;
mod seal;
mod sentinels;
mod shared_token;
mod source;
mod undoing;
mod using;
mod watch;

use std::{sync::Weak, time::Duration};

use thiserror::Error;

pub use self::{
    address::RedisAddress,
    cell::{Cell, CellValue},
    inspect::Finding,
    memory::MemoryStore,
    progress::Progress,
    record::{Moment, Refusal, Session, Step, Used},
    redis::RedisStore,
    repeat::REPEATABLE,
    seal::StoreKeys,
    shared_token::SharedToken,
    source::AddressSource,
};

/// The outcome of [`Store::put`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored.
    Stored,
    /// The id is taken; the older session stays.
    Exists,
    /// The store is full; live sessions are never evicted.
    Full,
}

/// The outcome of [`Store::find`].
#[derive(Clone, Debug)]
pub enum Found {
    /// A session whose result was not opened yet.
    Open(Session),
    /// A session whose result was opened already; how, unless an earlier
    /// release opened it.
    Used(Option<Used>),
    /// Unknown or expired.
    Missing,
}

/// The outcome of [`Store::consume`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consumed {
    /// This caller used it, and nobody else did.
    Won,
    /// Another caller used it before; how, unless an earlier release did.
    AlreadyUsed(Option<Used>),
    /// Unknown or expired.
    Missing,
}

/// The store gave no answer. Callers must fail closed.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// Redis is unreachable, too slow, or holds a value that we did not
    /// write. The text is for the log and holds no secret.
    #[error("the session store is unavailable: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// Whether the store answered, and refused.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let Self::Unavailable(text) = self;
        text.ends_with("NOPERM")
    }

    /// Whether the store answered, and doesn't know a command.
    #[must_use]
    pub fn is_unknown_command(&self) -> bool {
        let Self::Unavailable(text) = self;
        text.ends_with("ERR")
    }

    /// What an operator can do.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        let Self::Unavailable(text) = self;
        link_error::remedy(text)
    }
}

/// How it is between this process and Redis.
#[derive(Clone, Debug)]
pub struct Health {
    /// Whether the last command was answered.
    pub is_well: bool,
    /// How often the connection had to be replaced, by cause.
    pub replaced: Vec<(&'static str, u64)>,
    /// What was found while the service ran.
    pub findings: Vec<Finding>,
}

/// Where sessions are kept.
///
/// The futures of Redis are boxed: they take 4 KB, which every request would
/// carry otherwise, even with the memory store.
#[derive(Debug)]
pub enum Store {
    /// In this process only.
    Memory(MemoryStore),
    /// In Redis, for a fleet.
    Redis(RedisStore),
}

impl Store {
    /// Stores `session` for `life`. Never overwrites.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the session may have been stored nevertheless.
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

    /// Looks the id up.
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

    /// Uses the session up, drops its keys and leaves `used`. Of any number of
    /// callers on any number of instances, one wins.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the session comes back as soon as the store answers,
    /// unless the call may be repeated: then it may be used up for that call.
    pub async fn consume(
        &self,
        token_version_id: &str,
        session: &Session,
        used: &Used,
    ) -> Result<Consumed, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.consume(token_version_id, used)),
            Self::Redis(store) => Box::pin(store.consume(token_version_id, session, used)).await,
        }
    }

    /// Makes sure that `STORE_REPLICAS` know of a use, before its result is
    /// given to the same caller again.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn confirm_use(&self, token_version_id: &str) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(store) => Box::pin(store.confirm_use(token_version_id)).await,
        }
    }

    /// Whether no more sessions fit in: the memory store has reached its
    /// capacity, or Redis nearly that of its memory.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Memory(store) => store.is_full(),
            Self::Redis(store) => store.known().is_nearly_full(),
        }
    }

    /// Number of sessions kept, including used ones that have not expired;
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

    /// Maximum number of sessions (`SESSION_MAX`); `None` for Redis.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        match self {
            Self::Memory(store) => Some(store.capacity()),
            Self::Redis(_) => None,
        }
    }

    /// Checks that the store answers and knows the commands we use.
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

    /// What its operator has to know of the store.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn inspect(&self) -> Result<Vec<Finding>, StoreError> {
        match self {
            Self::Memory(_) => Ok(Vec::new()),
            Self::Redis(store) => store.findings().await,
        }
    }

    /// Whether another `STORE_KEY` is in use in the same Redis.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn is_key_foreign(&self) -> Result<bool, StoreError> {
        match self {
            Self::Memory(_) => Ok(false),
            Self::Redis(store) => store.is_key_foreign().await,
        }
    }

    /// Goes on looking for findings, and logs those that are new or over,
    /// until the store is dropped. Ends at once in memory.
    pub async fn watch(store: Weak<Self>) {
        watch::watch(store).await;
    }

    /// How it is between this process and Redis; `None` in memory.
    #[must_use]
    pub fn health(&self) -> Option<Health> {
        match self {
            Self::Memory(_) => None,
            Self::Redis(store) => Some(Health {
                is_well: store.is_well(),
                replaced: store.replaced().collect(),
                findings: store.known().findings(),
            }),
        }
    }

    /// The institution or access token of the fleet. `label` separates the
    /// contracts that share one Redis. `None` in memory.
    #[must_use]
    pub fn shared_token(&self, label: &str) -> Option<SharedToken> {
        match self {
            Self::Memory(_) => None,
            Self::Redis(store) => Some(store.shared_token(label)),
        }
    }
}
