//! Refuses a `token_version_id` that came before. It names one key set: with a
//! second answer under it, from a cache in between or by NICE's mistake, two
//! verifications would share one key set.
//!
//! This is the only such check where results are not opened here
//! (`RESULT_API_KEY` unset), since there is no session store then. With a
//! store, the store refuses a repeated id as well, while its session lives.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    mem,
    sync::{Mutex, PoisonError},
};

/// Minimum number of remembered ids; the maximum is twice as many, in 1.2 MB.
/// Covers half a minute at 1,000 tokens a second, an hour at nine.
const GENERATION: usize = 32_768;

/// Remembers ids by a keyed hash. Forgets one generation at a time.
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
    /// Whether the id is new. Remembers it.
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
