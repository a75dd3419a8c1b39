//! Ids that NICE gave before. A `token_version_id` names one key set; a
//! second answer under it, from a cache on the way or by NICE's mistake,
//! would have two verifications share what only one may have.

use std::{
    collections::{HashSet, VecDeque},
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
};

/// The last that are remembered. Something that repeats answers does so
/// soon; whatever comes later is caught by the session store, where no id
/// is kept twice.
const REMEMBERED: usize = 4096;

/// Remembers ids by a keyed hash.
#[derive(Debug, Default)]
pub(super) struct RecentIds {
    hasher: RandomState,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    hashes: HashSet<u64>,
    oldest_first: VecDeque<u64>,
}

impl RecentIds {
    /// Whether the id is seen for the first time; from now on it isn't.
    pub(super) fn is_new(&self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.hashes.insert(hash) {
            return false;
        }
        seen.oldest_first.push_back(hash);
        if seen.oldest_first.len() > REMEMBERED
            && let Some(oldest) = seen.oldest_first.pop_front()
        {
            seen.hashes.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let ids = RecentIds::default();
        assert!(ids.is_new("A"));
        assert!(ids.is_new("B"));
        assert!(!ids.is_new("A"));
    }

    #[test]
    fn it_forgets_the_oldest() {
        let ids = RecentIds::default();
        for number in 0..=REMEMBERED {
            assert!(ids.is_new(&number.to_string()));
        }
        assert!(!ids.is_new("1"));
        assert!(ids.is_new("0"));
        let seen = ids.seen.lock().unwrap();
        assert_eq!(seen.hashes.len(), REMEMBERED);
    }
}
