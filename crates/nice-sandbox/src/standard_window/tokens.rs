//! The crypto tokens that were issued, by `token_version_id`, until they have
//! been over for as long as they lived: so long the window can tell an old
//! token from an unknown one.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use nice_crypto::KeySet;

/// The most that are remembered; beyond it the oldest are forgotten, so
/// that a load test of any rate fits into memory (about 70 MB).
const CAPACITY: usize = 200_000;

/// What the window needs to know of a token.
#[derive(Clone, Debug)]
pub(crate) struct IssuedToken {
    pub(crate) keys: KeySet,
    pub(crate) made_of: MadeOf,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Of the request that the window opened for, if it did.
    pub(crate) requestno: Option<String>,
}

/// What the keys were made of, in one piece: very many are kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct MadeOf {
    joined: Box<str>,
    /// Where `req_dtim` and `req_no` end.
    ends: [usize; 2],
}

impl MadeOf {
    pub(crate) fn new(req_dtim: &str, req_no: &str, token_val: &str) -> Self {
        Self {
            joined: [req_dtim, req_no, token_val].concat().into(),
            ends: [req_dtim.len(), req_dtim.len() + req_no.len()],
        }
    }

    /// `req_dtim`, `req_no` and `token_val`.
    pub(crate) fn parts(&self) -> [&str; 3] {
        let [first, second] = self.ends;
        [
            &self.joined[..first],
            &self.joined[first..second],
            &self.joined[second..],
        ]
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// A hash map would double its tables as tokens come and go.
    by_id: BTreeMap<String, IssuedToken>,
    oldest_first: VecDeque<String>,
}

impl Tokens {
    pub(crate) fn insert(&mut self, id: String, token: IssuedToken) {
        while let Some(oldest) = self.oldest_first.front()
            && (self.oldest_first.len() == CAPACITY || self.is_history(oldest, token.issued_at))
        {
            self.by_id.remove(oldest);
            self.oldest_first.pop_front();
        }
        self.oldest_first.push_back(id.clone());
        self.by_id.insert(id, token);
    }

    fn is_history(&self, id: &str, now: Timestamp) -> bool {
        self.by_id.get(id).is_none_or(|token| {
            let life = token.expires_at.duration_since(token.issued_at);
            now.duration_since(token.expires_at) > life
        })
    }

    pub(crate) fn get(&self, id: &str) -> Option<IssuedToken> {
        self.by_id.get(id).cloned()
    }

    /// The id of the first token that isn't over yet.
    pub(crate) fn first_alive(&self, now: Timestamp) -> Option<String> {
        let is_alive = |id: &&String| {
            let token = self.by_id.get(*id);
            token.is_some_and(|token| now < token.expires_at)
        };
        self.oldest_first.iter().find(is_alive).cloned()
    }

    /// The newest tokens but this one.
    pub(crate) fn others(&self, id: &str) -> Vec<IssuedToken> {
        const COUNT: usize = 50;
        self.oldest_first
            .iter()
            .rev()
            .filter(|other| *other != id)
            .take(COUNT)
            .filter_map(|other| self.get(other))
            .collect()
    }

    /// Whether one of the newest tokens has this `token_val`: a value that
    /// clients send in the id's place.
    pub(crate) fn has_value(&self, token_val: &str) -> bool {
        let newest = self.oldest_first.iter().rev().take(1_000);
        newest
            .filter_map(|id| self.by_id.get(id))
            .any(|token| token.made_of.parts()[2] == token_val)
    }

    /// Keeps the number of the request that came with this token.
    pub(crate) fn remember(&mut self, id: &str, requestno: &str) {
        if let Some(token) = self.by_id.get_mut(id) {
            token.requestno = Some(requestno.to_owned());
        }
    }

    /// The newest token but this one; one that has seen the window before
    /// one that hasn't.
    pub(crate) fn another(&self, id: &str) -> Option<(String, IssuedToken)> {
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

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn issued_at(seconds: i64) -> IssuedToken {
        let issued_at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        IssuedToken {
            keys: KeySet::from_digest(&[0; 32]),
            made_of: MadeOf::default(),
            issued_at,
            expires_at: issued_at + SignedDuration::from_secs(60),
            requestno: None,
        }
    }

    #[test]
    fn a_token_is_forgotten_when_it_has_been_over_as_long_as_it_lived() {
        let mut tokens = Tokens::default();
        tokens.insert("old".to_owned(), issued_at(0));
        tokens.insert("newer".to_owned(), issued_at(30));
        tokens.insert("third".to_owned(), issued_at(120));
        assert!(tokens.get("old").is_some());
        tokens.insert("fourth".to_owned(), issued_at(121));
        assert!(tokens.get("old").is_none());
        assert!(tokens.get("newer").is_some());
        assert_eq!(tokens.oldest_first.len(), 3);
        let now = issued_at(121).issued_at;
        assert_eq!(tokens.first_alive(now).as_deref(), Some("third"));
    }
}
