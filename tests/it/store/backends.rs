//! Sessions by themselves: expiry, room, and a store key that changes.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::{
    random::Random,
    secret::Secret,
    store::{Consumed, Found, MemoryStore, Put, RedisStore, Session, Store, StoreKeys},
};
use tokio::time::sleep;

use crate::support::redis::Redis;

const LIFE: Duration = Duration::from_mins(15);

fn session() -> Session {
    Session {
        requestno: "my-number".try_into().unwrap(),
        site_code: "SITE".try_into().unwrap(),
        digest: [3; 32].into(),
        sent: [4; 32],
    }
}

fn in_redis(redis: &Redis, keys: &[u8]) -> Store {
    let list: Vec<String> = keys.iter().map(|key| STANDARD.encode([*key; 32])).collect();
    let keys = StoreKeys::parse(&Secret::new(list.join(","))).unwrap();
    Store::Redis(RedisStore::new(
        &redis.config().address,
        keys,
        Random::System,
    ))
}

/// Once stored, found until it is used, used once.
async fn check_life_of_a_session(store: &Store) {
    assert!(matches!(store.find("id").await.unwrap(), Found::Missing));
    assert_eq!(store.consume("id").await.unwrap(), Consumed::Missing);
    assert_eq!(
        store.put("id", &session(), LIFE).await.unwrap(),
        Put::Stored
    );
    assert_eq!(
        store.put("id", &session(), LIFE).await.unwrap(),
        Put::Exists
    );
    let Found::Open(found) = store.find("id").await.unwrap() else {
        panic!("it was stored")
    };
    assert_eq!(
        (&*found.requestno, &*found.site_code),
        ("my-number", "SITE")
    );
    assert_eq!((*found.digest, found.sent), ([3; 32], [4; 32]));
    assert_eq!(store.consume("id").await.unwrap(), Consumed::Won);
    assert_eq!(store.consume("id").await.unwrap(), Consumed::AlreadyUsed);
    assert!(matches!(store.find("id").await.unwrap(), Found::Used));
    assert_eq!(
        store.put("id", &session(), LIFE).await.unwrap(),
        Put::Exists
    );
}

#[tokio::test]
async fn a_session_is_stored_found_and_used_once() {
    check_life_of_a_session(&Store::Memory(MemoryStore::new(10))).await;
    let redis = Redis::start().await;
    check_life_of_a_session(&in_redis(&redis, &[1])).await;
    check_life_of_a_session(&in_redis(&Redis::start().await, &[2, 1])).await;
}

#[tokio::test(start_paused = true)]
async fn in_memory_sessions_end_used_or_not() {
    let store = Store::Memory(MemoryStore::new(2));
    store.put("one", &session(), LIFE).await.unwrap();
    store.put("two", &session(), LIFE).await.unwrap();
    store.consume("two").await.unwrap();
    assert!(store.is_full());
    assert_eq!(
        store.put("three", &session(), LIFE).await.unwrap(),
        Put::Full
    );
    sleep(Duration::from_secs(14 * 60 + 59)).await;
    assert!(matches!(store.find("one").await.unwrap(), Found::Open(_)));
    assert!(matches!(store.find("two").await.unwrap(), Found::Used));
    sleep(Duration::from_secs(1)).await;
    assert!(matches!(store.find("one").await.unwrap(), Found::Missing));
    assert!(matches!(store.find("two").await.unwrap(), Found::Missing));
    assert_eq!((store.is_full(), store.len()), (false, Some(0)));
    assert_eq!(
        store.put("three", &session(), LIFE).await.unwrap(),
        Put::Stored
    );
}

#[tokio::test]
async fn in_redis_sessions_end_by_themselves() {
    let redis = Redis::start().await;
    let store = in_redis(&redis, &[1]);
    store
        .put("one", &session(), Duration::from_secs(1))
        .await
        .unwrap();
    store
        .put("two", &session(), Duration::from_secs(1))
        .await
        .unwrap();
    // Using it keeps its end: the marker doesn't outlive the session.
    store.consume("two").await.unwrap();
    for id in ["one", "two"] {
        while !matches!(store.find(id).await.unwrap(), Found::Missing) {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn the_store_key_can_be_changed() {
    let redis = Redis::start().await;
    let old = in_redis(&redis, &[1]);
    old.put("id", &session(), LIFE).await.unwrap();
    let new_alone = in_redis(&redis, &[2]);
    assert!(matches!(
        new_alone.find("id").await.unwrap(),
        Found::Missing
    ));
    let both = in_redis(&redis, &[2, 1]);
    assert!(matches!(both.find("id").await.unwrap(), Found::Open(_)));
    assert_eq!(both.put("id", &session(), LIFE).await.unwrap(), Put::Exists);
    assert_eq!(both.consume("id").await.unwrap(), Consumed::Won);
    assert_eq!(old.consume("id").await.unwrap(), Consumed::AlreadyUsed);
}

#[tokio::test]
async fn a_value_that_was_tampered_with_is_not_believed() {
    let redis = Redis::start().await;
    let store = in_redis(&redis, &[1]);
    store.put("id", &session(), LIFE).await.unwrap();
    redis.overwrite_all("not-ours");
    assert!(store.find("id").await.is_err());
    assert!(store.consume("id").await.is_err());
}

#[tokio::test]
async fn a_redis_that_comes_late_or_comes_back_is_used() {
    let redis = Redis::start().await;
    let store = in_redis(&redis, &[1]);
    store.put("one", &session(), LIFE).await.unwrap();
    let redis = redis.restart().await;
    let mut answer = store.put("two", &session(), LIFE).await;
    while answer.is_err() {
        answer = store.put("two", &session(), LIFE).await;
    }
    assert_eq!(answer.unwrap(), Put::Stored);
    drop(redis);
    assert!(store.find("two").await.is_err());
}
