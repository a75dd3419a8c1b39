//! What is wrong with a Redis is found at the start and while the service
//! runs, and named.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use member_verification::{
    random::Random,
    store::{AddressSource, Finding, RedisAddress, RedisStore, Store},
};
use tokio::time::{Instant, sleep};

use crate::{
    store::fixture::{redis_store, redis_store_with},
    support::redis::{Redis, store_keys},
};

/// Waits until the watcher has found just this.
async fn finds(store: &Store, expected: &[Finding]) {
    let begun = Instant::now();
    loop {
        let found = store.health().unwrap().findings;
        if found == expected {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(12),
            "{found:?}, not {expected:?}"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

fn watched(store: Store) -> Arc<Store> {
    let store = Arc::new(store);
    tokio::spawn(Store::watch(Arc::downgrade(&store)));
    store
}

#[tokio::test]
async fn what_changes_while_the_service_runs_is_found() {
    let server = Redis::start();
    let store = watched(redis_store(&server, &[1]));
    server
        .ask::<()>(&["CONFIG", "SET", "maxmemory", "100mb"])
        .await;
    server
        .ask::<()>(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])
        .await;
    finds(&store, &[Finding::Evicts]).await;
    server
        .ask::<()>(&["CONFIG", "SET", "maxmemory-policy", "noeviction"])
        .await;
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    finds(&store, &[Finding::NearlyFull]).await;
    assert!(store.is_full());
}

#[tokio::test]
async fn a_narrow_acl_and_missing_replicas_are_found() {
    let server = Redis::start();
    server
        .ask::<()>(&["ACL", "SETUSER", "default", "-eval"])
        .await;
    finds(
        &watched(redis_store(&server, &[1])),
        &[Finding::CommandRefused],
    )
    .await;
    server
        .ask::<()>(&["ACL", "SETUSER", "default", "+eval"])
        .await;
    let store = watched(redis_store_with(&server.url(), 1));
    finds(&store, &[Finding::FewerReplicas]).await;
    let _replica = Redis::replica_of(&server);
    finds(
        &watched(redis_store(&server, &[1])),
        &[Finding::MoreReplicas],
    )
    .await;
}

#[tokio::test]
async fn a_file_of_the_address_that_is_gone_is_found_even_without_redis() {
    let mut server = Redis::start();
    let address = RedisAddress::parse(&server.url()).unwrap();
    let is_there = Arc::new(AtomicBool::new(true));
    let (read, url) = (Arc::clone(&is_there), address.clone());
    let source = AddressSource::file(address, move || {
        let there = read.load(Ordering::Relaxed);
        there.then(|| url.clone()).ok_or_else(|| "gone".to_owned())
    });
    let store = RedisStore::new(source, store_keys(&[1]), 0, Random::System);
    let store = watched(Store::Redis(store));
    is_there.store(false, Ordering::Relaxed);
    finds(&store, &[Finding::UnreadableAddress]).await;
    is_there.store(true, Ordering::Relaxed);
    finds(&store, &[]).await;
    server.kill();
    is_there.store(false, Ordering::Relaxed);
    finds(&store, &[Finding::UnreadableAddress]).await;
}

#[tokio::test]
async fn another_store_key_is_found() {
    let server = Redis::start();
    let store = |keys: &[u8]| redis_store(&server, keys);
    assert!(!store(&[1]).is_key_foreign().await.unwrap());
    assert!(store(&[2]).is_key_foreign().await.unwrap());
    finds(&watched(store(&[2])), &[Finding::ForeignKey]).await;
    // A rotation, step by step: each instance knows the other's key.
    assert!(!store(&[1, 2]).is_key_foreign().await.unwrap());
    assert!(!store(&[2, 1]).is_key_foreign().await.unwrap());
    assert!(!store(&[2]).is_key_foreign().await.unwrap());
    assert!(store(&[1]).is_key_foreign().await.unwrap());
    // Nobody who uses it: it is forgotten.
    let ttl: i64 = server.ask(&["TTL", "mv:key"]).await;
    assert!((1..=600).contains(&ttl), "{ttl}");
}
