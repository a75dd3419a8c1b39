//! The crypto tokens that were issued, by `token_version_id`.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::crypto::KeySet;

/// The most that are remembered; beyond it the oldest are forgotten, so
/// that a load test of any length fits into memory (about 50 MB).
const CAPACITY: usize = 200_000;

/// What the window needs to know of a token.
#[derive(Clone, Debug)]
pub(super) struct IssuedToken {
    pub(super) keys: KeySet,
    pub(super) expires_at: Timestamp,
}

#[derive(Debug, Default)]
pub(super) struct Tokens {
    by_id: HashMap<String, IssuedToken>,
    oldest_first: VecDeque<String>,
}

impl Tokens {
    pub(super) fn insert(&mut self, id: String, token: IssuedToken) {
        if self.oldest_first.len() == CAPACITY
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.oldest_first.push_back(id.clone());
        self.by_id.insert(id, token);
    }
}
