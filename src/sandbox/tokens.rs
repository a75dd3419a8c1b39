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
    /// Of the request that the window opened for, if it did.
    pub(super) requestno: Option<String>,
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

    pub(super) fn get(&self, id: &str) -> Option<IssuedToken> {
        self.by_id.get(id).cloned()
    }

    /// The id that is remembered longest.
    pub(super) fn first(&self) -> Option<String> {
        self.oldest_first.front().cloned()
    }

    /// Keeps the number of the request that came with this token.
    pub(super) fn remember(&mut self, id: &str, requestno: &str) {
        if let Some(token) = self.by_id.get_mut(id) {
            token.requestno = Some(requestno.to_owned());
        }
    }

    /// The newest token but this one; one that has seen the window before
    /// one that hasn't.
    pub(super) fn another(&self, id: &str) -> Option<(String, IssuedToken)> {
        let others = || {
            self.oldest_first
                .iter()
                .rev()
                .filter(|other| *other != id)
                // A sandbox that holds very many needn't look at them all.
                .take(1_000)
                .filter_map(|other| Some((other, self.by_id.get(other)?)))
        };
        others()
            .find(|(_, token)| token.requestno.is_some())
            .or_else(|| others().next())
            .map(|(other, token)| (other.clone(), token.clone()))
    }
}
