use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::{
    Consumed, Found, Put, Session, StoreError,
    packed::{self, Packed},
};

/// Enough that callers seldom meet; a power of two below 256.
const SHARDS: usize = 64;

/// The length of a key: enough of a SHA-256 that two ids never share it.
const KEY: usize = 16;

type Key = [u8; KEY];

/// For further than this a session can't live; keeps the arithmetic whole.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 365);

/// Sessions in this process: sharded, expiring, bounded.
///
/// A live session takes at most 260 bytes: 128 for the box, 25 for its place
/// in the map and 32 in the heap, the last two doubled and more while a
/// table that has just grown stands half empty.
pub struct MemoryStore {
    shards: Box<[Mutex<Shard>]>,
    capacity: usize,
    /// What all shards hold together, used ones included; reserved before
    /// it is put in.
    kept: AtomicUsize,
    warned: AtomicBool,
}

#[derive(Default)]
struct Shard {
    /// `None` once it is used.
    sessions: HashMap<Key, Option<Box<Packed>>>,
    /// What expires next is on top. Lives differ, so a queue won't do.
    ends: BinaryHeap<Reverse<(Instant, Key)>>,
}

impl Shard {
    /// Drops what has expired and says how much that was.
    fn sweep(&mut self, now: Instant) -> usize {
        let mut swept = 0;
        while let Some(Reverse((end, key))) = self.ends.peek()
            && *end <= now
        {
            self.sessions.remove(key);
            self.ends.pop();
            swept += 1;
        }
        swept
    }
}

impl MemoryStore {
    /// A store for at most `capacity` sessions (`SESSION_MAX`), used ones
    /// that have not expired included. Takes its memory as it fills.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            capacity,
            kept: AtomicUsize::new(0),
            warned: AtomicBool::new(false),
        }
    }

    /// The most that are kept.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn put(&self, id: &str, session: &Session, life: Duration) -> Put {
        let key = key(id);
        let mut packed = Some(packed::pack(session));
        let end = Instant::now() + life.min(LONGEST_LIFE);
        // The second try comes after all shards were swept, not just this one.
        for _ in 0..2 {
            let mut shard = self.shard(&key);
            if shard.sessions.contains_key(&key) {
                return Put::Exists;
            }
            if self.reserve() {
                shard.sessions.insert(key, packed.take());
                shard.ends.push(Reverse((end, key)));
                return Put::Stored;
            }
            drop(shard);
            self.sweep();
        }
        Put::Full
    }

    pub(super) fn find(&self, id: &str) -> Result<Found, StoreError> {
        let key = key(id);
        match self.shard(&key).sessions.get(&key) {
            Some(Some(session)) => packed::unpack(&session[..]).map(Found::Open),
            Some(None) => Ok(Found::Used),
            None => Ok(Found::Missing),
        }
    }

    pub(super) fn consume(&self, id: &str) -> Consumed {
        let key = key(id);
        match self.shard(&key).sessions.get_mut(&key).map(Option::take) {
            Some(Some(_)) => Consumed::Won,
            Some(None) => Consumed::AlreadyUsed,
            None => Consumed::Missing,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.kept.load(Ordering::Relaxed) >= self.capacity && self.kept() >= self.capacity
    }

    pub(super) fn kept(&self) -> usize {
        self.sweep();
        self.kept.load(Ordering::Relaxed)
    }

    /// The shard of `key`, without what has expired.
    fn shard(&self, key: &Key) -> MutexGuard<'_, Shard> {
        // The map hashes the whole key again: one byte tells shards apart.
        self.swept(&self.shards[usize::from(key[0]) % SHARDS])
    }

    fn sweep(&self) {
        for shard in &self.shards {
            drop(self.swept(shard));
        }
    }

    fn swept<'a>(&self, shard: &'a Mutex<Shard>) -> MutexGuard<'a, Shard> {
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let swept = shard.sweep(Instant::now());
        if swept > 0 {
            let before = self.kept.fetch_sub(swept, Ordering::Relaxed);
            if (before - swept) * 10 < self.capacity * 7 {
                self.warned.store(false, Ordering::Relaxed);
            }
        }
        shard
    }

    /// Takes a place, if there is one.
    fn reserve(&self) -> bool {
        let reserved = self
            .kept
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |kept| {
                (kept < self.capacity).then_some(kept + 1)
            });
        let Ok(before) = reserved else { return false };
        if (before + 1) * 10 >= self.capacity * 8 && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                sessions = before + 1,
                session_max = self.capacity,
                "the session store is 80 % full; at SESSION_MAX, issuing answers OVERLOADED"
            );
        }
        true
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

fn key(id: &str) -> Key {
    let digest: [u8; 32] = Sha256::digest(id).into();
    let mut key = [0; KEY];
    key.copy_from_slice(&digest[..KEY]);
    key
}
