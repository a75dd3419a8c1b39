//! Ids that NICE gave before. A `token_version_id` names one key set; a
//! second answer under it, from a cache on the way or by NICE's mistake,
//! would have two verifications share what only one may have.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    mem,
    sync::{Mutex, PoisonError},
};

/// So many are remembered at least, and twice as many at most, which then
/// takes 1.2 MB: half a minute of a thousand a second, an hour of nine.
/// Whatever comes later still meets the session store, where no id is kept
/// twice while its session lives.
const GENERATION: usize = 32_768;

/// Remembers ids by a keyed hash, and forgets them a generation at a time.
#[derive(Debug, Default)]
pub(super) struct RecentIds {
    hasher: RandomState,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    newer: HashSet<u64>,
    older: HashSet<u64>,
}

impl RecentIds {
    /// Whether the id is seen for the first time; from now on it isn't.
    pub(super) fn is_new(&self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.older.contains(&hash) || !seen.newer.insert(hash) {
            return false;
        }
        if seen.newer.len() == GENERATION {
            seen.older = mem::take(&mut seen.newer);
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
    fn a_generation_is_remembered_and_two_are_not_kept_for_ever() {
        let ids = RecentIds::default();
        let new = |range: std::ops::Range<usize>| {
            range
                .filter(|number| ids.is_new(&number.to_string()))
                .count()
        };
        assert_eq!(new(0..GENERATION), GENERATION);
        assert_eq!(new(0..GENERATION), 0);
        assert_eq!(new(GENERATION..2 * GENERATION), GENERATION);
        assert_eq!(new(GENERATION..2 * GENERATION), 0);
        assert_eq!(new(0..1), 1, "the first generation is forgotten");
        let seen = ids.seen.lock().unwrap();
        assert!(seen.newer.len() + seen.older.len() <= 2 * GENERATION);
    }
}
