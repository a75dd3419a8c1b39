//! What holds for the memory and for Redis alike.

use std::time::Duration;

use member_verification::store::{Consumed, Found, Put, REPEATABLE, Refusal, Session, Step};

use crate::store::fixture::{Fixture, ID, LIFE, both, check_open, consume, mark, moment, session};

both!(
    a_session_is_found_until_it_is_used,
    an_unknown_session_is_missing,
    nothing_is_ever_overwritten,
    sessions_expire_and_so_do_their_markers,
    texts_may_be_as_long_as_their_limits,
    a_call_may_be_repeated_for_a_while,
    steps_are_noted_until_the_session_ends,
    the_store_says_that_it_is_well,
);

async fn a_session_is_found_until_it_is_used(fixture: Fixture) {
    let store = &fixture.store;
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    for _ in 0..2 {
        check_open(store.find(ID).await.unwrap(), &session());
    }
    assert_eq!(consume(store, ID).await.unwrap(), Consumed::Won);
    for _ in 0..2 {
        assert!(matches!(store.find(ID).await.unwrap(), Found::Used(_)));
        let again = Consumed::AlreadyUsed(Some(mark(None)));
        assert_eq!(consume(store, ID).await.unwrap(), again);
    }
}

async fn an_unknown_session_is_missing(fixture: Fixture) {
    let store = &fixture.store;
    store.put(ID, &session(), LIFE).await.unwrap();
    for id in ["", "another", &ID[1..], &format!("{ID} ")] {
        assert!(matches!(store.find(id).await.unwrap(), Found::Missing));
        assert_eq!(consume(store, id).await.unwrap(), Consumed::Missing);
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
    consume(store, ID).await.unwrap();
    assert_eq!(store.put(ID, &other, LIFE).await.unwrap(), Put::Exists);
    assert!(matches!(store.find(ID).await.unwrap(), Found::Used(_)));
}

async fn sessions_expire_and_so_do_their_markers(fixture: Fixture) {
    let store = &fixture.store;
    let second = Duration::from_secs(1);
    store.put("open", &session(), second).await.unwrap();
    store.put("used", &session(), second).await.unwrap();
    store.put("longer", &session(), LIFE).await.unwrap();
    fixture.pass(second / 4).await;
    consume(store, "used").await.unwrap();
    assert!(matches!(store.find("used").await.unwrap(), Found::Used(_)));
    fixture.pass(second * 3 / 4).await;
    for id in ["open", "used"] {
        assert!(matches!(store.find(id).await.unwrap(), Found::Missing));
        assert_eq!(consume(store, id).await.unwrap(), Consumed::Missing);
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

async fn a_call_may_be_repeated_for_a_while(fixture: Fixture) {
    let store = &fixture.store;
    store.put(ID, &session(), LIFE).await.unwrap();
    let (first, other) = ([1; 32], [2; 32]);
    store.keep_for(&first, &session()).await.unwrap();
    let won = store
        .consume(ID, &session(), &mark(Some(first)))
        .await
        .unwrap();
    assert_eq!(won, Consumed::Won);
    let lost = store
        .consume(ID, &session(), &mark(Some(other)))
        .await
        .unwrap();
    assert_eq!(lost, Consumed::AlreadyUsed(Some(mark(Some(first)))));
    let kept = store.kept_for(&first).await.unwrap().unwrap();
    check_open(Found::Open(kept), &session());
    assert!(store.kept_for(&other).await.unwrap().is_none());
    assert!(REPEATABLE <= LIFE / 5, "gone long before the session");
}

async fn steps_are_noted_until_the_session_ends(fixture: Fixture) {
    let store = &fixture.store;
    let second = Duration::from_secs(1);
    assert_eq!(store.progress(ID).await.unwrap(), None);
    store.put(ID, &session(), second).await.unwrap();
    let note = async |step, at| store.note(ID, step, moment(at), second).await.unwrap();
    let refusal = Refusal::NotVerified("0031".try_into().unwrap());
    note(Step::WindowOpened, 3).await;
    note(Step::Returned, 4).await;
    note(Step::Refused(Refusal::Rejected), 5).await;
    note(Step::Refused(refusal), 6).await;
    let progress = store.progress(ID).await.unwrap().unwrap();
    assert_eq!(progress.requestno, session().requestno);
    assert_eq!(progress.begun, Some(moment(1)));
    assert_eq!(progress.window_opened, Some(moment(3)));
    assert_eq!(progress.returned, Some(moment(4)));
    assert_eq!(progress.refused, Some((moment(6), refusal)));
    assert_eq!(progress.opened, None);
    consume(store, ID).await.unwrap();
    let progress = store.progress(ID).await.unwrap().unwrap();
    assert_eq!(progress.begun, Some(moment(1)));
    assert_eq!(progress.opened, Some(moment(2)));
    fixture.pass(second).await;
    assert_eq!(store.progress(ID).await.unwrap(), None);
}

async fn the_store_says_that_it_is_well(fixture: Fixture) {
    fixture.store.probe().await.unwrap();
    assert!(!fixture.store.is_full());
}
