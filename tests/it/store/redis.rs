//! Redis: a fleet, outages, and what lies there.

use std::{sync::Arc, time::Duration};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use member_verification::{
    secret::Secret,
    store::{Consumed, Found, Put, RedisAddress, Store, StoreError, StoreKeys},
};
use tokio::time::{Instant, sleep};

use crate::{
    store::fixture::{
        ID, LIFE, check_open, consume, mark, one_of_fifty_wins, redis_store, redis_store_at,
        session, well_again,
    },
    support::redis::{Redis, free_port},
};

const SOON: Duration = Duration::from_secs(2);

/// An operation that fails, and that fails in time.
async fn check_unavailable(store: &Store) {
    let begun = Instant::now();
    let put = store.put("another", &session(), LIFE).await;
    assert!(matches!(put, Err(StoreError::Unavailable(_))), "{put:?}");
    assert!(begun.elapsed() < SOON, "put: {:?}", begun.elapsed());
    let begun = Instant::now();
    assert!(store.find(ID).await.is_err());
    assert!(begun.elapsed() < SOON, "find: {:?}", begun.elapsed());
    let begun = Instant::now();
    assert!(consume(store, "unknown").await.is_err());
    assert!(begun.elapsed() < SOON, "consume: {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_fifty_callers_on_two_instances_one_wins() {
    let server = Redis::start();
    let stores = [
        Arc::new(redis_store(&server, &[1])),
        Arc::new(redis_store(&server, &[1])),
    ];
    for round in 0..10 {
        let id = format!("id-{round}");
        stores[0].put(&id, &session(), LIFE).await.unwrap();
        check_open(stores[1].find(&id).await.unwrap(), &session());
        one_of_fifty_wins(&[&stores[0], &stores[1]], &id).await;
    }
}

#[tokio::test]
async fn a_stopped_redis_is_an_error_soon_and_recovers() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    server.signal("-STOP");
    for _ in 0..2 {
        check_unavailable(&store).await;
    }
    server.signal("-CONT");
    well_again(&store).await;
    check_open(store.find(ID).await.unwrap(), &session());
    assert_eq!(consume(&store, ID).await.unwrap(), Consumed::Won);
}

#[tokio::test]
async fn an_instance_that_starts_while_redis_is_stopped_recovers() {
    let server = Redis::start();
    server.signal("-STOP");
    let store = redis_store(&server, &[1]);
    for _ in 0..2 {
        check_unavailable(&store).await;
    }
    server.signal("-CONT");
    well_again(&store).await;
}

#[tokio::test]
async fn a_redis_that_was_away_is_found_again() {
    let mut server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    server.kill();
    for _ in 0..2 {
        check_unavailable(&store).await;
    }
    server.restart();
    well_again(&store).await;
    assert!(matches!(store.find(ID).await.unwrap(), Found::Missing));
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    assert_eq!(consume(&store, ID).await.unwrap(), Consumed::Won);
}

#[tokio::test]
async fn a_redis_that_was_restarted_unnoticed_is_no_error() {
    let mut server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.probe().await.unwrap();
    server.kill();
    server.restart();
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    server.kill();
    server.restart();
    assert!(matches!(store.find(ID).await.unwrap(), Found::Missing));
}

#[tokio::test]
async fn the_service_starts_before_its_redis() {
    let url = Secret::new(format!("redis://127.0.0.1:{}", free_port()));
    let store = redis_store_at(&url, &[1]);
    check_unavailable(&store).await;
}

#[tokio::test]
async fn errors_do_not_tell_the_password() {
    let server = Redis::start();
    let secret = "open-sesame-1234";
    let url = format!("redis://:{secret}@127.0.0.1:{}", server.port);
    let url = Secret::new(url);
    let store = redis_store_at(&url, &[1]);
    let address = RedisAddress::parse(&url).unwrap();
    assert!(!format!("{address:?}").contains(secret));
    let error = store.find(ID).await.unwrap_err();
    assert!(!format!("{error} {error:?} {store:?}").contains(secret));

    let url = Secret::new(format!("http://:{secret}@127.0.0.1"));
    let error = RedisAddress::parse(&url).unwrap_err();
    assert!(!error.contains(secret));
}

#[tokio::test]
async fn a_dump_says_nothing() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    store.put("used", &session(), LIFE).await.unwrap();
    consume(&store, "used").await.unwrap();
    let shared = store.shared_token("client product").unwrap();
    let token = Secret::new("c7f0cbb2-3f4b-4b3f-9a53-000000000001".to_owned());
    shared.save(&token, LIFE).await.unwrap();
    assert!(shared.try_lease(LIFE).await.unwrap());

    let names = server.keys().await;
    assert_eq!(names.len(), 4);
    let mut dump = Vec::new();
    for name in &names {
        let value: Vec<u8> = server.ask(&["GET", name]).await;
        dump.extend_from_slice(name.as_bytes());
        dump.extend_from_slice(&value);
        let ttl: i64 = server.ask(&["TTL", name]).await;
        assert!((1..=900).contains(&ttl), "{name} ends in {ttl} s");
    }
    let session = session();
    let mut secrets: Vec<Vec<u8>> = vec![
        session.digest.to_vec(),
        session.sent.to_vec(),
        hex(&*session.digest).into_bytes(),
        STANDARD.encode(*session.digest)[..40].into(),
        URL_SAFE_NO_PAD.encode(*session.digest)[..40].into(),
        vec![1; 32],
    ];
    for text in [
        ID,
        "used\0",
        &session.requestno,
        &session.site_code,
        token.expose(),
        "client product",
    ] {
        secrets.push(text.into());
    }
    for secret in secrets {
        assert!(
            !dump.windows(secret.len()).any(|part| part == secret),
            "{}",
            String::from_utf8_lossy(&secret)
        );
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write;
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[tokio::test]
async fn keys_can_be_rotated() {
    let server = Redis::start();
    let old = redis_store(&server, &[1]);
    let both = redis_store(&server, &[2, 1]);
    let new = redis_store(&server, &[2]);
    for id in ["first", "second"] {
        old.put(id, &session(), LIFE).await.unwrap();
    }
    let token = Secret::new("the token".to_owned());
    let shared = |store: &Store| store.shared_token("label").unwrap();
    shared(&old).save(&token, LIFE).await.unwrap();

    assert!(matches!(new.find("first").await.unwrap(), Found::Missing));
    assert!(shared(&new).load().await.unwrap().is_none());
    check_open(both.find("first").await.unwrap(), &session());
    let (loaded, _) = shared(&both).load().await.unwrap().unwrap();
    assert_eq!(loaded.expose(), token.expose());
    // It outlives the old key, and nothing of it stays behind under that.
    let (kept, _) = shared(&new).load().await.unwrap().unwrap();
    assert_eq!(kept.expose(), token.expose());
    assert!(shared(&old).load().await.unwrap().is_none());
    assert_eq!(
        both.put("first", &session(), LIFE).await.unwrap(),
        Put::Exists
    );
    assert_eq!(consume(&both, "first").await.unwrap(), Consumed::Won);
    let used = Consumed::AlreadyUsed(Some(mark(None)));
    assert_eq!(consume(&both, "first").await.unwrap(), used);
    assert_eq!(consume(&old, "first").await.unwrap(), used);

    both.put("third", &session(), LIFE).await.unwrap();
    check_open(new.find("third").await.unwrap(), &session());
    assert!(matches!(old.find("third").await.unwrap(), Found::Missing));
}

#[tokio::test]
async fn what_was_changed_in_redis_does_not_open() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    let name = server.keys().await.remove(0);
    let sealed: Vec<u8> = server.ask(&["GET", &name]).await;
    let mut connection = server.connect().await;

    let mut values: Vec<Vec<u8>> = (0..sealed.len())
        .map(|index| {
            let mut value = sealed.clone();
            value[index] ^= 1;
            value
        })
        .collect();
    values.extend((0..sealed.len()).map(|length| sealed[..length].to_vec()));
    values.push([&sealed[..], b"x"].concat());
    for value in values {
        let mut set = redis::cmd("SET");
        set.arg(&name).arg(&value);
        set.exec_async(&mut connection).await.unwrap();
        assert!(store.find(ID).await.is_err(), "{value:?}");
        assert!(consume(&store, ID).await.is_err(), "{value:?}");
    }

    // Another type of value; and a genuine value in another one's place.
    let _: i64 = server.ask(&["DEL", &name]).await;
    let _: i64 = server.ask(&["RPUSH", &name, "x"]).await;
    assert!(store.find(ID).await.is_err());
    assert!(consume(&store, ID).await.is_err());
    let _: i64 = server.ask(&["DEL", &name]).await;
    store.put("another", &session(), LIFE).await.unwrap();
    let other = server.keys().await.remove(0);
    let _: String = server.ask(&["RENAME", &other, &name]).await;
    assert!(store.find(ID).await.is_err());
}

#[tokio::test]
async fn a_used_session_keeps_its_end() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    store.put(ID, &session(), LIFE).await.unwrap();
    let name = server.keys().await.remove(0);
    sleep(Duration::from_millis(20)).await;
    let before: i64 = server.ask(&["PTTL", &name]).await;
    consume(&store, ID).await.unwrap();
    let after: i64 = server.ask(&["PTTL", &name]).await;
    assert!(0 < after && after <= before, "{before} {after}");
    let marker: Vec<u8> = server.ask(&["GET", &name]).await;
    assert_eq!(&marker[..4], b"used");
    assert!(marker.len() > 100, "and a sealed mark");
}

#[test]
fn a_store_key_is_a_list_of_32_bytes_each() {
    let key = STANDARD.encode([7; 32]);
    for good in [key.clone(), format!("{key}, {key}"), format!(" {key}\n")] {
        assert!(StoreKeys::parse(&Secret::new(good)).is_ok());
    }
    let short = STANDARD.encode([7; 31]);
    let long = STANDARD.encode([7; 33]);
    let longer = STANDARD.encode([7; 330]);
    for bad in ["", ",", "hello", &short, &long, &longer, &format!("{key},")] {
        let error = StoreKeys::parse(&Secret::new(bad.to_owned())).unwrap_err();
        assert!(bad.len() < 2 || !error.contains(bad), "{error}");
    }
}
