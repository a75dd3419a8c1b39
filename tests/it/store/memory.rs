//! The memory's limits.

use std::{
    fs,
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use member_verification::store::{Consumed, MemoryStore, Put, Store};
use tokio::time::advance;

use crate::store::fixture::{ID, LIFE, consume, one_of_fifty_wins, session};

fn store(capacity: usize) -> Store {
    Store::Memory(MemoryStore::new(capacity))
}

async fn fill(store: &Store, range: std::ops::Range<usize>) {
    let session = session();
    for number in range {
        let put = store.put(&format!("id-{number}"), &session, LIFE).await;
        assert_eq!(put.unwrap(), Put::Stored, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_store_takes_nothing_and_loses_nothing_until_sessions_expire() {
    let store = store(100);
    fill(&store, 0..100).await;
    assert!(store.is_full());
    assert_eq!(store.len(), Some(100));
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Full);
    assert_eq!(
        store.put("id-7", &session(), LIFE).await.unwrap(),
        Put::Exists
    );
    for number in 0..50 {
        let consumed = consume(&store, &format!("id-{number}")).await.unwrap();
        assert_eq!(consumed, Consumed::Won, "{number}");
    }
    assert!(store.is_full(), "a marker takes its place until it expires");
    advance(LIFE).await;
    assert!(!store.is_full());
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    assert_eq!(store.len(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_put_makes_room_by_what_has_expired_elsewhere() {
    let store = store(10);
    fill(&store, 0..10).await;
    advance(LIFE).await;
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
}

#[tokio::test(start_paused = true)]
async fn lives_of_different_lengths_end_each_in_its_time() {
    let store = store(1000);
    for seconds in (1..=60).rev() {
        let life = Duration::from_secs(seconds);
        let id = format!("id-{seconds}");
        store.put(&id, &session(), life).await.unwrap();
    }
    for gone in 1..=60 {
        advance(Duration::from_secs(1)).await;
        assert_eq!(store.len(), Some(60 - gone));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_fifty_callers_one_wins() {
    let store = Arc::new(store(1000));
    for round in 0..20 {
        let id = format!("id-{round}");
        store.put(&id, &session(), LIFE).await.unwrap();
        one_of_fifty_wins(&[&store], &id).await;
    }
}

/// Just above a power of two: the heap has just doubled, and half of the map
/// is empty.
const MANY: usize = 132_000;

#[tokio::test]
async fn a_live_session_takes_at_most_320_bytes() {
    let store = store(200_000);
    let before = resident();
    fill(&store, 0..MANY).await;
    let each = resident().saturating_sub(before) / MANY;
    assert!(each <= 320, "{each} bytes");
    assert_eq!(store.len(), Some(MANY));
}

/// The bytes of this process that are in memory.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn warnings(&self) -> usize {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.matches("80 % full").count()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn it_warns_at_80_percent_and_again_only_after_it_fell_below_70() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let store = store(100);
    let session = session();
    let second = Duration::from_secs(1);
    // 5 that end after one second, 10 after two, 64 later.
    for number in 0..15 {
        let life = if number < 5 { second } else { 2 * second };
        store
            .put(&format!("s{number}"), &session, life)
            .await
            .unwrap();
    }
    fill(&store, 0..64).await;
    assert_eq!(log.warnings(), 0, "79");
    fill(&store, 64..66).await;
    assert_eq!(log.warnings(), 1, "81");
    advance(second).await;
    assert_eq!(store.len(), Some(76));
    fill(&store, 66..72).await;
    assert_eq!(log.warnings(), 1, "down to 76 and up to 82");
    advance(second).await;
    fill(&store, 72..75).await;
    assert_eq!(store.len(), Some(75));
    assert_eq!(log.warnings(), 1, "down to 72 and up to 75");
    advance(LIFE).await;
    assert_eq!(store.len(), Some(0));
    fill(&store, 0..80).await;
    assert_eq!(log.warnings(), 2, "down to 0 and up to 80");
}
