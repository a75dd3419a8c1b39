//! Cells, in memory and in Redis alike.

use std::time::Duration;

use member_verification::store::{Cell, Found, MemoryStore, Put, Store};

use crate::store::fixture::{Fixture, ID, LIFE, both, redis_store, session};
use crate::support::{parallel::futures_in_order, redis::Redis};

const KINDS: [Cell; 8] = [
    Cell::Way,
    Cell::Opening,
    Cell::Attempt,
    Cell::Closing,
    Cell::Received,
    Cell::Claim,
    Cell::Progress,
    Cell::Outcome,
];

both!(
    one_of_many_adds_and_all_read_the_same,
    kinds_and_ids_are_apart,
    a_cell_is_written_again_and_removed,
    cells_expire,
    a_session_lives_longer_and_never_shorter,
);

async fn read(store: &Store, cell: Cell, id: &str) -> Option<Vec<u8>> {
    let value = store.read_cell(cell, id).await.unwrap();
    value.map(|value| value.to_vec())
}

async fn one_of_many_adds_and_all_read_the_same(fixture: Fixture) {
    let store = &fixture.store;
    let adds = (0..50_u8).map(async |number| {
        let put = store.add_cell(Cell::Outcome, ID, &[number], LIFE).await;
        (number, put.unwrap())
    });
    let put = futures_in_order(adds).await;
    let won: Vec<_> = put.iter().filter(|(_, put)| *put == Put::Stored).collect();
    assert_eq!(won.len(), 1, "{put:?}");
    assert_eq!(read(store, Cell::Outcome, ID).await.unwrap(), [won[0].0]);
}

async fn kinds_and_ids_are_apart(fixture: Fixture) {
    let store = &fixture.store;
    for (number, cell) in (0_u8..).zip(KINDS) {
        let put = store.add_cell(cell, ID, &[number], LIFE).await;
        assert_eq!(put.unwrap(), Put::Stored);
    }
    for (number, cell) in (0_u8..).zip(KINDS) {
        assert_eq!(read(store, cell, ID).await.unwrap(), [number]);
        assert_eq!(read(store, cell, "another").await, None);
    }
    assert!(matches!(store.find(ID).await.unwrap(), Found::Missing));
}

async fn a_cell_is_written_again_and_removed(fixture: Fixture) {
    let store = &fixture.store;
    for value in [b"first", b"again"] {
        let written = store.write_cell(Cell::Progress, ID, value, LIFE).await;
        written.unwrap();
        assert_eq!(read(store, Cell::Progress, ID).await.unwrap(), value);
    }
    for _ in 0..2 {
        store.remove_cell(Cell::Progress, ID).await.unwrap();
        assert_eq!(read(store, Cell::Progress, ID).await, None);
    }
}

async fn cells_expire(fixture: Fixture) {
    let store = &fixture.store;
    let second = Duration::from_secs(1);
    let added = store.add_cell(Cell::Claim, ID, b"first", second).await;
    assert_eq!(added.unwrap(), Put::Stored);
    let written = store.write_cell(Cell::Attempt, ID, b"short", second).await;
    written.unwrap();
    let longer = store.write_cell(Cell::Attempt, ID, b"longer", LIFE).await;
    longer.unwrap();
    fixture.pass(second).await;
    let again = store.add_cell(Cell::Claim, ID, b"second", LIFE).await;
    assert_eq!(again.unwrap(), Put::Stored);
    assert_eq!(read(store, Cell::Attempt, ID).await.unwrap(), b"longer");
}

async fn a_session_lives_longer_and_never_shorter(fixture: Fixture) {
    let store = &fixture.store;
    let (short, long) = (Duration::from_secs(1), Duration::from_mins(1));
    for (id, life, extended) in [("a", short, long), ("b", long, short), ("c", short, short)] {
        assert_eq!(store.put(id, &session(), life).await.unwrap(), Put::Stored);
        store.extend(id, extended).await.unwrap();
    }
    store.extend("unknown", long).await.unwrap();
    fixture.pass(short).await;
    for (id, lives) in [("a", true), ("b", true), ("c", false), ("unknown", false)] {
        let found = store.find(id).await.unwrap();
        assert_eq!(matches!(found, Found::Open(_)), lives, "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_memory_of_cells_is_bounded_in_bytes() {
    let store = Store::Memory(MemoryStore::new(10));
    let mut stored = 0;
    for number in 0..100 {
        let id = number.to_string();
        let put = store.add_cell(Cell::Attempt, &id, &[7; 1000], LIFE).await;
        stored += usize::from(put.unwrap() == Put::Stored);
    }
    assert!((30..=40).contains(&stored), "{stored} KB for ten sessions");
    tokio::time::advance(LIFE).await;
    let put = store.add_cell(Cell::Attempt, "later", &[7; 1000], LIFE);
    assert_eq!(put.await.unwrap(), Put::Stored);
}

#[tokio::test]
async fn cells_are_sealed_and_open_after_the_key_was_changed() {
    let server = Redis::start();
    let old = redis_store(&server, &[1]);
    let added = old
        .add_cell(Cell::Attempt, ID, b"CANARY-TICKET", LIFE)
        .await;
    assert_eq!(added.unwrap(), Put::Stored);
    let dump = server.dump().await;
    assert!(!dump.contains("CANARY") && !dump.contains(ID), "{dump}");
    let new = redis_store(&server, &[2, 1]);
    assert_eq!(
        read(&new, Cell::Attempt, ID).await.unwrap(),
        b"CANARY-TICKET"
    );
    let put = new.add_cell(Cell::Attempt, ID, b"another", LIFE).await;
    assert_eq!(put.unwrap(), Put::Exists);
    let stranger = redis_store(&server, &[3]);
    assert_eq!(read(&stranger, Cell::Attempt, ID).await, None);
}
