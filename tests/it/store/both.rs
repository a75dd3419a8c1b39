//! What holds for the memory and for Redis alike.

use std::time::Duration;

use member_verification::store::{Consumed, Found, Put, Session};

use crate::store::fixture::{Fixture, ID, LIFE, check_open, session};

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

both!(
    a_session_is_found_until_it_is_used,
    an_unknown_session_is_missing,
    nothing_is_ever_overwritten,
    sessions_expire_and_so_do_their_markers,
    texts_may_be_as_long_as_their_limits,
    the_store_says_that_it_is_well,
);

async fn a_session_is_found_until_it_is_used(fixture: Fixture) {
    let store = &fixture.store;
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    for _ in 0..2 {
        check_open(store.find(ID).await.unwrap(), &session());
    }
    assert_eq!(store.consume(ID).await.unwrap(), Consumed::Won);
    for _ in 0..2 {
        assert!(matches!(store.find(ID).await.unwrap(), Found::Used));
        assert_eq!(store.consume(ID).await.unwrap(), Consumed::AlreadyUsed);
    }
}

async fn an_unknown_session_is_missing(fixture: Fixture) {
    let store = &fixture.store;
    store.put(ID, &session(), LIFE).await.unwrap();
    for id in ["", "another", &ID[1..], &format!("{ID} ")] {
        assert!(matches!(store.find(id).await.unwrap(), Found::Missing));
        assert_eq!(store.consume(id).await.unwrap(), Consumed::Missing);
        assert!(matches!(store.find(id).await.unwrap(), Found::Missing));
    }
}

async fn nothing_is_ever_overwritten(fixture: Fixture) {
    let store = &fixture.store;
    store.put(ID, &session(), LIFE).await.unwrap();
    let other = Session {
        requestno: "ANOTHER".try_into().unwrap(),
        ..session()
    };
    assert_eq!(store.put(ID, &other, LIFE).await.unwrap(), Put::Exists);
    check_open(store.find(ID).await.unwrap(), &session());
    store.consume(ID).await.unwrap();
    assert_eq!(store.put(ID, &other, LIFE).await.unwrap(), Put::Exists);
    assert!(matches!(store.find(ID).await.unwrap(), Found::Used));
}

async fn sessions_expire_and_so_do_their_markers(fixture: Fixture) {
    let store = &fixture.store;
    let second = Duration::from_secs(1);
    store.put("open", &session(), second).await.unwrap();
    store.put("used", &session(), second).await.unwrap();
    store.put("longer", &session(), LIFE).await.unwrap();
    fixture.pass(second / 4).await;
    store.consume("used").await.unwrap();
    assert!(matches!(store.find("used").await.unwrap(), Found::Used));
    fixture.pass(second * 3 / 4).await;
    for id in ["open", "used"] {
        assert!(matches!(store.find(id).await.unwrap(), Found::Missing));
        assert_eq!(store.consume(id).await.unwrap(), Consumed::Missing);
    }
    check_open(store.find("longer").await.unwrap(), &session());
    assert_eq!(
        store.put("open", &session(), LIFE).await.unwrap(),
        Put::Stored
    );
}

async fn texts_may_be_as_long_as_their_limits(fixture: Fixture) {
    let longest = Session {
        requestno: "r".repeat(30).as_str().try_into().unwrap(),
        site_code: "s".repeat(16).as_str().try_into().unwrap(),
        ..session()
    };
    let store = &fixture.store;
    store.put(ID, &longest, LIFE).await.unwrap();
    check_open(store.find(ID).await.unwrap(), &longest);
}

async fn the_store_says_that_it_is_well(fixture: Fixture) {
    fixture.store.probe().await.unwrap();
    assert!(!fixture.store.is_full());
}
