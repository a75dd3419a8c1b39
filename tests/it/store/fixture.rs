//! A store of either kind, and sessions to put in it.

use std::{future::Future, sync::Arc, time::Duration};

use jiff::Timestamp;
use member_verification::{
    random::Random,
    secret::Secret,
    store::{
        Consumed, Found, MemoryStore, Moment, Put, RedisAddress, RedisStore, Session, Store,
        StoreError, Used,
    },
};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::support::redis::{Redis, store_keys};

pub(crate) const ID: &str = "2026011416020312-NC1234567-ABCDE-12345";
pub(crate) const LIFE: Duration = Duration::from_mins(15);

/// Runs each of these functions as a test of either store.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                super::$name(crate::store::fixture::Fixture::memory()).await;
            })+
        }
        mod redis {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::store::fixture::Fixture::redis()).await;
            })+
        }
    };
}
pub(crate) use both;

pub(crate) struct Fixture {
    pub(crate) store: Store,
    server: Option<Redis>,
}

impl Fixture {
    pub(crate) fn memory() -> Self {
        Self {
            store: Store::Memory(MemoryStore::new(1000)),
            server: None,
        }
    }

    pub(crate) fn redis() -> Self {
        let server = Redis::start();
        Self {
            store: redis_store(&server, &[1]),
            server: Some(server),
        }
    }

    /// Lets time pass: by the paused clock for the memory, truly for Redis.
    pub(crate) async fn pass(&self, time: Duration) {
        if self.server.is_some() {
            // Redis' clock has its own idea of a second's beginning.
            tokio::time::sleep(time + Duration::from_millis(50)).await;
        } else {
            tokio::time::advance(time).await;
        }
    }
}

pub(crate) fn redis_store(server: &Redis, keys: &[u8]) -> Store {
    redis_store_at(&server.url(), keys)
}

pub(crate) fn redis_store_at(url: &Secret, keys: &[u8]) -> Store {
    store(url, keys, 0)
}

/// With `STORE_REPLICAS`.
pub(crate) fn redis_store_with(url: &Secret, replicas: u8) -> Store {
    store(url, &[1], replicas)
}

fn store(url: &Secret, keys: &[u8], replicas: u8) -> Store {
    let address = RedisAddress::parse(url).unwrap();
    Store::Redis(RedisStore::new(
        address,
        store_keys(keys),
        replicas,
        Random::System,
    ))
}

pub(crate) fn session() -> Session {
    Session {
        requestno: "ORDER-2026-000123".try_into().unwrap(),
        site_code: "TESTSITE0001".try_into().unwrap(),
        digest: Zeroizing::new(*b"the digest of the keys, 32 bytes"),
        sent: *b"the hash of the sent, 32 bytes..",
        begun: Some(moment(1)),
    }
}

/// So many seconds after 1970.
pub(crate) fn moment(seconds: i64) -> Moment {
    Timestamp::from_second(seconds).unwrap().into()
}

/// The mark that this opening leaves of [`session`].
pub(crate) fn mark(call: Option<[u8; 32]>) -> Used {
    Used::of(&session(), moment(2), [9; 32], call)
}

/// Uses a session up by a call that may not be repeated.
pub(crate) async fn consume(store: &Store, id: &str) -> Result<Consumed, StoreError> {
    store.consume(id, &session(), &mark(None)).await
}

/// What comes within the 2 s after which the store is well again, errors
/// before it aside.
pub(crate) async fn soon<T, F>(ask: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    let begun = Instant::now();
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(2), "{error}"),
        }
        tokio::task::yield_now().await;
    }
}

/// Stores a session, within the 2 s after which the store is well again once
/// its server is.
pub(crate) async fn well_again(store: &Store) {
    let begun = Instant::now();
    loop {
        match store.put("well again", &session(), LIFE).await {
            Ok(put) => return assert_eq!(put, Put::Stored),
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(2), "{error}"),
        }
        tokio::task::yield_now().await;
    }
}

pub(crate) fn check_open(found: Found, expected: &Session) {
    let Found::Open(found) = found else {
        panic!("no open session: {found:?}");
    };
    assert_eq!(found.requestno, expected.requestno);
    assert_eq!(found.site_code, expected.site_code);
    assert_eq!(*found.digest, *expected.digest);
    assert_eq!(found.sent, expected.sent);
    assert_eq!(found.begun, expected.begun);
}

/// Fifty callers use one session at once, the stores in turn; exactly one wins.
pub(crate) async fn one_of_fifty_wins(stores: &[&Arc<Store>], id: &str) {
    let callers: Vec<_> = (0..50)
        .map(|number| {
            let (store, id) = (Arc::clone(stores[number % stores.len()]), id.to_owned());
            tokio::spawn(async move { consume(&store, &id).await.unwrap() })
        })
        .collect();
    let mut won = 0;
    for caller in callers {
        match caller.await.unwrap() {
            Consumed::Won => won += 1,
            other => assert_eq!(other, Consumed::AlreadyUsed(Some(mark(None)))),
        }
    }
    assert_eq!(won, 1);
}
