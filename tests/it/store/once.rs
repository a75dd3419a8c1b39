//! A result is opened once, and not lost: answers that get lost, a Redis that
//! is full, replicas that are away.

use std::{pin::pin, sync::Arc, time::Duration};

use member_verification::store::{Consumed, Found, Put, Store};
use tokio::time::Instant;

use crate::{
    store::fixture::{
        ID, LIFE, check_open, consume, mark, redis_store, redis_store_at, redis_store_with,
        session, soon,
    },
    support::{
        redis::{Redis, free_port},
        relay::Relay,
    },
};

#[tokio::test]
async fn a_lost_answer_is_read_back() {
    let server = Redis::start();
    let relay = Relay::to(server.port).await;
    let (store, other) = (
        redis_store_at(&relay.url(), &[1]),
        redis_store(&server, &[1]),
    );
    store.probe().await.unwrap();
    relay.swallow_an_answer();
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    relay.swallow_an_answer();
    check_open(store.find(ID).await.unwrap(), &session());
    relay.swallow_an_answer();
    assert_eq!(consume(&store, ID).await.unwrap(), Consumed::Won);
    // Nobody else gets it, and neither does the same caller once more.
    for store in [&store, &other] {
        assert_eq!(
            consume(store, ID).await.unwrap(),
            Consumed::AlreadyUsed(Some(mark(None)))
        );
    }
    // It isn't taken for the own one when somebody else was faster.
    other
        .put("lost to another", &session(), LIFE)
        .await
        .unwrap();
    assert_eq!(
        consume(&other, "lost to another").await.unwrap(),
        Consumed::Won
    );
    relay.swallow_an_answer();
    assert_eq!(
        consume(&store, "lost to another").await.unwrap(),
        Consumed::AlreadyUsed(Some(mark(None)))
    );
}

#[tokio::test]
async fn a_late_caller_leaves_the_marker_as_it_is() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    let name = server.keys().await.remove(0);
    consume(&store, ID).await.unwrap();
    let before: Vec<u8> = server.ask(&["GET", &name]).await;
    assert_eq!(
        consume(&store, ID).await.unwrap(),
        Consumed::AlreadyUsed(Some(mark(None)))
    );
    let after: Vec<u8> = server.ask(&["GET", &name]).await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_full_redis_begins_nothing_and_still_opens_each_once() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let put = store.put("another", &session(), LIFE).await.unwrap();
    assert_eq!(put, Put::Full);
    check_open(store.find(ID).await.unwrap(), &session());
    assert_eq!(consume(&store, ID).await.unwrap(), Consumed::Won);
    // There was no room for the marker.
    assert_eq!(consume(&store, ID).await.unwrap(), Consumed::Missing);
}

#[tokio::test]
async fn what_too_few_replicas_have_is_not_opened_and_can_be_later() {
    let primary = Redis::start();
    let replica = Redis::replica_of(&primary);
    let store = redis_store_with(&primary.url(), 1);
    let session = session();
    soon(|| store.put(ID, &session, LIFE)).await;
    replica.signal("-STOP");
    let refused = consume(&store, ID).await.unwrap_err();
    assert!(refused.to_string().contains("NOREPLICAS"), "{refused}");
    replica.signal("-CONT");
    assert!(matches!(store.find(ID).await.unwrap(), Found::Open(_)));
    let consumed = soon(|| consume(&store, ID)).await;
    assert_eq!(consumed, Consumed::Won);
    assert_eq!(
        consume(&store, ID).await.unwrap(),
        Consumed::AlreadyUsed(Some(mark(None)))
    );
}

#[tokio::test]
async fn a_crowd_that_waits_for_a_missing_replica_loses_nothing() {
    let primary = Redis::start();
    let replica = Redis::replica_of(&primary);
    let store = Arc::new(redis_store_with(&primary.url(), 1));
    let session = session();
    let ids: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    for id in &ids {
        soon(|| store.put(id, &session, LIFE)).await;
    }
    replica.signal("-STOP");
    let openings: Vec<_> = ids
        .iter()
        .map(|id| {
            let (store, id) = (Arc::clone(&store), id.clone());
            tokio::spawn(async move { consume(&store, &id).await })
        })
        .collect();
    for opening in openings {
        opening.await.unwrap().unwrap_err();
    }
    // What is tried now is one, and the others don't wait for its answer.
    let asked = Instant::now();
    let trial = consume(&store, "0");
    let others = async {
        for id in &ids[1..] {
            consume(&store, id).await.unwrap_err();
        }
        assert!(asked.elapsed() < Duration::from_millis(250), "in line");
    };
    let (trial, ()) = tokio::join!(trial, others);
    trial.unwrap_err();
    replica.signal("-CONT");
    for id in &ids {
        let consumed = opened_in_the_end(&store, id).await;
        assert_eq!(consumed, Consumed::Won, "{id}");
        let again = consume(&store, id).await.unwrap();
        assert_eq!(again, Consumed::AlreadyUsed(Some(mark(None))), "{id}");
    }
}

#[tokio::test]
async fn a_use_that_its_caller_was_not_told_of_is_undone() {
    let server = Redis::start();
    let relay = Relay::to(server.port).await;
    let (store, other) = (
        redis_store_at(&relay.url(), &[1]),
        redis_store(&server, &[1]),
    );
    store.put(ID, &session(), LIFE).await.unwrap();
    relay.swallow_an_answer();
    // Nobody is where the retry goes.
    relay.lead_to(free_port());
    consume(&store, ID).await.unwrap_err();
    assert!(matches!(other.find(ID).await.unwrap(), Found::Used(_)));
    relay.lead_to(server.port);
    // Where it is known, nobody is told of that use.
    let begun = Instant::now();
    loop {
        match store.find(ID).await {
            Ok(Found::Open(_)) => break,
            Ok(found) => panic!("{found:?}"),
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(5), "{error}"),
        }
    }
    assert_eq!(opened_in_the_end(&other, ID).await, Consumed::Won);
    assert!(matches!(other.find(ID).await.unwrap(), Found::Used(_)));
}

#[tokio::test]
async fn a_use_whose_caller_has_left_is_undone() {
    let primary = Redis::start();
    let replica = Redis::replica_of(&primary);
    let store = redis_store_with(&primary.url(), 1);
    let (session, marked) = (session(), mark(None));
    soon(|| store.put(ID, &session, LIFE)).await;
    replica.signal("-STOP");
    {
        let mut opening = pin!(store.consume(ID, &session, &marked));
        // Until the marker is there, while its caller waits for the replica.
        loop {
            tokio::select! {
                answer = &mut opening => panic!("{answer:?}"),
                found = store.find(ID) => {
                    if matches!(found.unwrap(), Found::Used(_)) {
                        break;
                    }
                }
            }
        }
    }
    replica.signal("-CONT");
    assert_eq!(opened_in_the_end(&store, ID).await, Consumed::Won);
}

/// What comes when a use that failed has been undone, whenever the commands of
/// a connection that was given up have been carried out.
async fn opened_in_the_end(store: &Store, id: &str) -> Consumed {
    let begun = Instant::now();
    loop {
        match consume(store, id).await {
            Ok(Consumed::Won) => return Consumed::Won,
            other => assert!(begun.elapsed() < Duration::from_secs(5), "{other:?}"),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_call_that_may_be_repeated_is_confirmed_before_it_is_answered_again() {
    let primary = Redis::start();
    let replica = Redis::replica_of(&primary);
    let store = redis_store_with(&primary.url(), 1);
    let session = session();
    soon(|| store.put(ID, &session, LIFE)).await;
    replica.signal("-STOP");
    let marked = mark(Some([1; 32]));
    assert!(store.consume(ID, &session, &marked).await.is_err());
    // Its keys are kept for it, so the session need not come back.
    assert!(matches!(store.find(ID).await.unwrap(), Found::Used(_)));
    assert!(store.confirm_use(ID).await.is_err());
    replica.signal("-CONT");
    soon(|| store.confirm_use(ID)).await;
}
