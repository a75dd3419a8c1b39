//! What only a new connection can cure: a refused login, a demoted primary, a
//! connection that nobody answers on. None of it may outlast its cause.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use member_verification::{
    random::Random,
    secret::Secret,
    store::{AddressSource, Found, Put, RedisAddress, RedisStore, Store, StoreError},
};
use tokio::time::Instant;

use crate::{
    store::fixture::{ID, LIFE, redis_store, redis_store_at, session, well_again},
    support::{
        redis::{Redis, store_keys},
        relay::Relay,
    },
};

async fn put_fails_with(store: &Store, code: &str) {
    let put = store.put("another", &session(), LIFE).await;
    let Err(StoreError::Unavailable(text)) = put else {
        panic!("{put:?}");
    };
    assert!(text.contains(code), "{text}");
}

fn has_replaced(store: &Store, cause: &str) {
    let causes = store.health().unwrap().replaced;
    let mut counted = causes.iter().filter(|(_, count)| *count > 0);
    assert!(counted.any(|(name, _)| *name == cause), "{causes:?}");
}

#[tokio::test]
async fn a_login_refused_for_a_while_does_not_last() {
    for (setup, login) in [
        (&["CONFIG", "SET", "requirepass", "one"][..], ":one"),
        (
            &["ACL", "SETUSER", "app", "on", ">one", "~*", "&*", "+@all"],
            "app:one",
        ),
    ] {
        let mut server = Redis::start();
        let () = server.ask(setup).await;
        let url = format!("redis://{login}@127.0.0.1:{}/", server.port);
        let store = redis_store_at(&Secret::new(url), &[1]);
        store.probe().await.unwrap();
        // It comes back before its password or its user is set.
        server.kill();
        server.restart();
        for _ in 0..5 {
            assert!(store.find(ID).await.is_err());
        }
        let () = server.ask(setup).await;
        well_again(&store).await;
    }
}

#[tokio::test]
async fn a_password_that_was_rotated_back_is_accepted_again() {
    let mut server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.probe().await.unwrap();
    let mut admin = server.connect().await;
    let mut set_password = async |password: &str| {
        let mut set = redis::cmd("CONFIG");
        set.arg(&["SET", "requirepass", password]);
        set.query_async::<()>(&mut admin).await.unwrap();
    };
    set_password("another").await;
    let mut kill = redis::cmd("CLIENT");
    kill.arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]);
    let mut killer = redis_with_password(&server, "another").await;
    kill.query_async::<()>(&mut killer).await.unwrap();
    put_fails_with(&store, "NOAUTH").await;
    let mut unset = redis::cmd("CONFIG");
    unset.arg(&["SET", "requirepass", ""]);
    unset.query_async::<()>(&mut killer).await.unwrap();
    well_again(&store).await;
    server.kill();
}

async fn redis_with_password(server: &Redis, password: &str) -> redis::aio::MultiplexedConnection {
    redis::Client::open(format!("redis://:{password}@127.0.0.1:{}/", server.port))
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_demoted_primary_is_left_for_the_new_one() {
    let (old, new) = (Redis::start(), Redis::start());
    let relay = Relay::to(old.port).await;
    let store = redis_store_at(&relay.url(), &[1]);
    store.probe().await.unwrap();
    // The old primary lives on as a replica and keeps its connections.
    let port = new.port.to_string();
    let () = old.ask(&["REPLICAOF", "127.0.0.1", &port]).await;
    put_fails_with(&store, "READONLY").await;
    relay.lead_to(new.port);
    well_again(&store).await;
    assert_eq!(new.keys().await.len(), 1);
}

#[tokio::test]
async fn a_primary_that_was_replaced_already_costs_no_failure() {
    let (old, new) = (Redis::start(), Redis::start());
    let relay = Relay::to(old.port).await;
    let store = redis_store_at(&relay.url(), &[1]);
    store.probe().await.unwrap();
    let port = new.port.to_string();
    let () = old.ask(&["REPLICAOF", "127.0.0.1", &port]).await;
    relay.lead_to(new.port);
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
}

#[tokio::test]
async fn reads_that_a_demoted_primary_answers_do_not_end_the_back_off() {
    let (old, new) = (Redis::start(), Redis::start());
    let store = redis_store(&old, &[1]);
    let port = new.port.to_string();
    let () = old.ask(&["REPLICAOF", "127.0.0.1", &port]).await;
    let begun = Instant::now();
    let mut rounds = 0;
    while begun.elapsed() < Duration::from_millis(1500) {
        if store.find(ID).await.is_ok() {
            put_fails_with(&store, "READONLY").await;
            rounds += 1;
        }
        tokio::task::yield_now().await;
    }
    // A growing back-off allows 5 in this time, one that each read ends 15.
    assert!(rounds <= 8, "{rounds} rounds");
}

#[tokio::test]
async fn a_connection_that_nobody_answers_on_is_replaced() {
    let (old, new) = (Redis::start(), Redis::start());
    let relay = Relay::to(old.port).await;
    let store = redis_store_at(&relay.url(), &[1]);
    store.probe().await.unwrap();
    old.signal("-STOP");
    relay.lead_to(new.port);
    assert!(store.find(ID).await.is_err());
    assert!(matches!(store.find(ID).await.unwrap(), Found::Missing));
    old.signal("-CONT");
}

#[tokio::test]
async fn a_replica_that_lost_its_primary_is_left_for_the_new_one() {
    let (old, new) = (
        Redis::start_with(&["--replica-serve-stale-data", "no"]),
        Redis::start(),
    );
    let relay = Relay::to(old.port).await;
    let store = redis_store_at(&relay.url(), &[1]);
    store.probe().await.unwrap();
    let () = old.ask(&["REPLICAOF", "127.0.0.1", "1"]).await;
    let StoreError::Unavailable(text) = store.find(ID).await.unwrap_err();
    assert_eq!(text, "MASTERDOWN");
    relay.lead_to(new.port);
    well_again(&store).await;
}

#[tokio::test]
async fn a_redis_that_still_loads_is_waited_for() {
    // It takes 10 ms for a value, and answers in between.
    let mut server = Redis::start_with(&[
        "--key-load-delay",
        "10000",
        "--loading-process-events-interval-bytes",
        "1024",
    ]);
    let store = redis_store(&server, &[1]);
    let value = "x".repeat(2048);
    for key in 0..150 {
        server.tells(&["SET", &key.to_string(), &value]);
    }
    store.put(ID, &session(), LIFE).await.unwrap();
    assert_eq!(server.tells(&["SAVE"]), "OK");
    server.kill();
    server.restart();
    put_fails_with(&store, "LOADING").await;
    has_replaced(&store, "LOADING");
    crate::support::redis::eventually("it has loaded", || server.tells(&["PING"]) == "PONG");
    well_again(&store).await;
    assert!(matches!(store.find(ID).await.unwrap(), Found::Open(_)));
}

#[tokio::test]
async fn a_cluster_that_lost_a_slot_is_told_and_passes() {
    let node = Redis::start_node(&[]);
    node.tells(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    let serves = |state: &'static str| {
        crate::support::redis::eventually(state, || {
            node.tells(&["CLUSTER", "INFO"]).contains(state)
        });
    };
    serves("cluster_state:ok");
    let store = redis_store(&node, &[1]);
    store.probe().await.unwrap();
    node.tells(&["CLUSTER", "DELSLOTS", "0"]);
    serves("cluster_state:fail");
    put_fails_with(&store, "CLUSTERDOWN").await;
    has_replaced(&store, "CLUSTERDOWN");
    node.tells(&["CLUSTER", "ADDSLOTS", "0"]);
    serves("cluster_state:ok");
    well_again(&store).await;
}

#[tokio::test]
async fn the_file_of_the_address_is_read_again_for_a_new_connection() {
    let server = Redis::start();
    let address = |password: &str| {
        let url = format!("redis://:{password}@127.0.0.1:{}/", server.port);
        RedisAddress::parse(&Secret::new(url)).unwrap()
    };
    server
        .ask::<()>(&["CONFIG", "SET", "requirepass", "one"])
        .await;
    let file = Arc::new(Mutex::new(Ok(address("one"))));
    let read = Arc::clone(&file);
    let source = AddressSource::file(address("one"), move || read.lock().unwrap().clone());
    let store = Store::Redis(RedisStore::new(source, store_keys(&[1]), 0, Random::System));
    store.probe().await.unwrap();

    let mut admin = redis_with_password(&server, "one").await;
    for words in [
        &["CONFIG", "SET", "requirepass", "another"][..],
        &["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"],
    ] {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.exec_async(&mut admin).await.unwrap();
    }
    put_fails_with(&store, "WRONGPASS").await;
    *file.lock().unwrap() = Err("half written".to_owned());
    put_fails_with(&store, "WRONGPASS").await;
    *file.lock().unwrap() = Ok(address("another"));
    well_again(&store).await;

    // The address that was read last, not that of the start.
    *file.lock().unwrap() = Err("gone".to_owned());
    redis::cmd("FLUSHALL").exec_async(&mut admin).await.unwrap();
    let mut kill = redis::cmd("CLIENT");
    kill.arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]);
    kill.exec_async(&mut admin).await.unwrap();
    well_again(&store).await;
}
