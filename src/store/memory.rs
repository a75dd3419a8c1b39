//! Sessions in this process: bounded, expiring, lost at a restart.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{Consumed, Found, Put, Session, Used, cells::MemoryCells};

/// Length of a key in bytes: enough of a SHA-256 to rule out collisions.
const KEY: usize = 16;

type Key = [u8; KEY];

/// Upper bound of a session's life; prevents `Instant` overflow.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 365);

/// Sessions behind one lock, which is held for less than a microsecond. The
/// token pool has one lock for all requests as well.
///
/// A live session takes at most 276 bytes: 128 for the box, 33 for its map
/// entry and 32 in the heap. The last two count double, and more right after
/// their table has grown, when half of it is empty.
pub struct MemoryStore {
    sessions: Mutex<Sessions>,
    capacity: usize,
    pub(super) cells: MemoryCells,
}

#[derive(Default)]
struct Sessions {
    by_key: HashMap<Key, State>,
    /// The next to expire is on top. A queue won't do: lives differ.
    expiries: BinaryHeap<Reverse<(Instant, Key)>>,
    /// The later ends of those that live longer than the heap says.
    extended: HashMap<Key, Instant>,
    /// Whether the warning about the fill level was logged.
    warned: bool,
}

/// Boxed, since the map keeps up to half of its entries empty.
enum State {
    Open(Box<Session>),
    Used(Box<Used>),
}

impl MemoryStore {
    /// A store for at most `capacity` sessions (`SESSION_MAX`), including
    /// used ones that have not expired. It allocates as it fills.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            sessions: Mutex::default(),
            capacity,
            cells: MemoryCells::new(capacity),
        }
    }

    /// Maximum number of sessions.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn put(&self, id: &str, session: &Session, life: Duration) -> Put {
        let key = key(id);
        let now = Instant::now();
        let mut sessions = self.swept(now);
        if sessions.by_key.contains_key(&key) {
            return Put::Exists;
        }
        if sessions.by_key.len() >= self.capacity {
            return Put::Full;
        }
        let expiry = now + life.min(LONGEST_LIFE);
        sessions.by_key.insert(key, State::Open(boxed(session)));
        sessions.expiries.push(Reverse((expiry, key)));
        let count = sessions.by_key.len();
        let warn = count * 10 >= self.capacity * 8 && !sessions.warned;
        sessions.warned |= warn;
        // A slow log must not hold up other requests.
        drop(sessions);
        if warn {
            tracing::warn!(
                sessions = count,
                session_max = self.capacity,
                "the session store is 80 % full; at SESSION_MAX, issuing answers OVERLOADED"
            );
        }
        Put::Stored
    }

    pub(super) fn find(&self, id: &str) -> Found {
        match self.swept(Instant::now()).by_key.get(&key(id)) {
            Some(State::Open(session)) => Found::Open(Session::clone(session)),
            Some(State::Used(used)) => Found::Used(Some(Used::clone(used))),
            None => Found::Missing,
        }
    }

    pub(super) fn consume(&self, id: &str, used: &Used) -> Consumed {
        let mut sessions = self.swept(Instant::now());
        match sessions.by_key.get_mut(&key(id)) {
            None => Consumed::Missing,
            Some(State::Used(used)) => Consumed::AlreadyUsed(Some(Used::clone(used))),
            Some(state @ State::Open(_)) => {
                *state = State::Used(Box::new(used.clone()));
                Consumed::Won
            }
        }
    }

    /// Lets a session live for `life` from now at least.
    pub(super) fn extend(&self, id: &str, life: Duration) {
        let (key, now) = (key(id), Instant::now());
        let mut sessions = self.swept(now);
        if sessions.by_key.contains_key(&key) {
            let end = now + life.min(LONGEST_LIFE);
            let extended = sessions.extended.entry(key).or_insert(end);
            *extended = end.max(*extended);
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.kept() >= self.capacity
    }

    /// Number of sessions, including used ones that have not expired.
    pub(super) fn kept(&self) -> usize {
        self.swept(Instant::now()).by_key.len()
    }

    /// The sessions without those that have expired.
    fn swept(&self, now: Instant) -> MutexGuard<'_, Sessions> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(Reverse((expiry, key))) = sessions.expiries.peek().copied()
            && expiry <= now
        {
            sessions.expiries.pop();
            match sessions.extended.remove(&key) {
                Some(later) => sessions.expiries.push(Reverse((later, key))),
                None => {
                    sessions.by_key.remove(&key);
                }
            }
        }
        if sessions.by_key.len() * 10 < self.capacity * 7 {
            sessions.warned = false;
        }
        sessions
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

/// A copy on the heap. The digest is copied straight into the box: a whole
/// session moved there would leave its digest on the stack, not wiped.
fn boxed(session: &Session) -> Box<Session> {
    let mut boxed = Box::new(Session {
        digest: Zeroizing::new([0; 32]),
        ..*session
    });
    boxed.digest.copy_from_slice(&*session.digest);
    boxed
}

fn key(id: &str) -> Key {
    let digest: [u8; 32] = Sha256::digest(id).into();
    let mut key = [0; KEY];
    key.copy_from_slice(&digest[..KEY]);
    key
}
