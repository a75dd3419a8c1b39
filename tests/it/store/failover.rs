//! What only a new connection can cure: a refused login, a demoted primary, a
//! connection that nobody answers on. None of it may outlast its cause.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use member_verification::{
    secret::Secret,
    store::{Found, Put, Store, StoreError},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    time::Instant,
};

use crate::{
    store::fixture::{ID, LIFE, redis_store, redis_store_at, session, well_again},
    support::redis::Redis,
};

/// A host name whose address changes: old connections stay where they are,
/// new ones reach the new target.
struct Relay {
    port: u16,
    target: Arc<AtomicU16>,
}

impl Relay {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Self {
            port: listener.local_addr().unwrap().port(),
            target: Arc::new(AtomicU16::new(port)),
        };
        let target = Arc::clone(&relay.target);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let target = target.load(Ordering::Relaxed);
                tokio::spawn(async move {
                    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await?;
                    copy_bidirectional(&mut client, &mut server).await
                });
            }
        });
        relay
    }

    fn store(&self) -> Store {
        let url = Secret::new(format!("redis://127.0.0.1:{}/", self.port));
        redis_store_at(&url, &[1])
    }
}

async fn put_fails_with(store: &Store, code: &str) {
    let put = store.put("another", &session(), LIFE).await;
    let Err(StoreError::Unavailable(text)) = put else {
        panic!("{put:?}");
    };
    assert!(text.contains(code), "{text}");
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
    let store = relay.store();
    store.probe().await.unwrap();
    // The old primary lives on as a replica and keeps its connections.
    let port = new.port.to_string();
    let () = old.ask(&["REPLICAOF", "127.0.0.1", &port]).await;
    put_fails_with(&store, "READONLY").await;
    relay.target.store(new.port, Ordering::Relaxed);
    well_again(&store).await;
    assert_eq!(new.keys().await.len(), 1);
}

#[tokio::test]
async fn a_primary_that_was_replaced_already_costs_no_failure() {
    let (old, new) = (Redis::start(), Redis::start());
    let relay = Relay::to(old.port).await;
    let store = relay.store();
    store.probe().await.unwrap();
    let port = new.port.to_string();
    let () = old.ask(&["REPLICAOF", "127.0.0.1", &port]).await;
    relay.target.store(new.port, Ordering::Relaxed);
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
    let store = relay.store();
    store.probe().await.unwrap();
    old.signal("-STOP");
    relay.target.store(new.port, Ordering::Relaxed);
    assert!(store.find(ID).await.is_err());
    assert!(matches!(store.find(ID).await.unwrap(), Found::Missing));
    old.signal("-CONT");
}
