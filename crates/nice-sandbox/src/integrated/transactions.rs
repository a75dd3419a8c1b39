//! The transactions, by their id, their window's and their number, until they have
//! been over for as long as they lived.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{access_token::AccessToken, svc_type::SvcType};
use crate::browser::{Method, notice::Notice, return_url::ReturnUrl};

/// How long a transaction and its window live.
pub(super) const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// The most that are remembered, about 100 MB; beyond it the oldest are forgotten.
const CAPACITY: usize = 50_000;
const DEAD: usize = 1_000;

/// What `auth/url` asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) request_no: String,
    pub(super) return_url: ReturnUrl,
    pub(super) close_url: Option<ReturnUrl>,
    pub(super) svc_types: Vec<SvcType>,
    pub(super) method: Method,
    pub(super) has_close_button: bool,
    /// What NICE takes, but may not do as meant.
    pub(super) notices: Vec<Notice>,
}

#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: String,
    pub(super) window_id: String,
    pub(super) request: Asked,
    /// Of the call for the address.
    pub(super) token: AccessToken,
    pub(super) issued_at: Timestamp,
    pub(super) stage: Stage,
}

/// How far a verification is.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    Issued,
    Opened,
    Verified(Verified),
    HandedOut(Verified, HandedOut),
}

/// A person has said who they are.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    pub(super) web_transaction_id: String,
    pub(super) person: Map<String, Value>,
    pub(super) flaw: Option<Flaw>,
}

/// What an outcome does to the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Another bit in the cipher text.
    EncData,
    /// Another bit in the integrity value.
    IntegrityValue,
    /// The browser came back too late.
    Late,
}

/// What a client has to open, for the diagnosis.
#[derive(Clone, Debug)]
pub(super) struct HandedOut {
    pub(super) token: AccessToken,
    pub(super) enc_data: String,
}

impl Transaction {
    pub(super) fn ends_at(&self) -> Timestamp {
        self.issued_at + LIFE
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends_at()
    }
}

/// All that the newer API remembers.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    by_id: BTreeMap<String, Transaction>,
    by_window: BTreeMap<String, String>,
    by_number: BTreeMap<String, String>,
    oldest_first: VecDeque<String>,
    /// Tickets of tokens that a fault has ended.
    dead: VecDeque<String>,
}

impl Memory {
    pub(super) fn insert(&mut self, transaction: Transaction) {
        while let Some(oldest) = self.oldest_first.front()
            && (self.oldest_first.len() == CAPACITY || self.is_history(oldest, &transaction))
        {
            if let Some(gone) = self.by_id.remove(oldest) {
                self.by_window.remove(&gone.window_id);
                self.by_number.remove(&gone.request.request_no);
            }
            self.oldest_first.pop_front();
        }
        let id = &transaction.id;
        self.oldest_first.push_back(id.clone());
        self.by_window
            .insert(transaction.window_id.clone(), id.clone());
        self.by_number
            .insert(transaction.request.request_no.clone(), id.clone());
        self.by_id.insert(id.clone(), transaction);
    }

    fn is_history(&self, id: &str, newest: &Transaction) -> bool {
        let known = self.by_id.get(id);
        known.is_none_or(|old| newest.issued_at.duration_since(old.ends_at()) > LIFE)
    }

    pub(super) fn knows_number(&self, request_no: &str) -> bool {
        self.by_number.contains_key(request_no)
    }

    pub(super) fn get(&mut self, id: &str) -> Option<&mut Transaction> {
        self.by_id.get_mut(id)
    }

    pub(super) fn of_window(&mut self, window_id: &str) -> Option<&mut Transaction> {
        let id = self.by_window.get(window_id)?;
        self.by_id.get_mut(id)
    }

    /// The newest other transaction with a verified person.
    pub(super) fn another_verified(&self, id: &str) -> Option<String> {
        let newest = self.oldest_first.iter().rev().take(1_000);
        newest
            .filter(|other| *other != id)
            .filter_map(|other| self.by_id.get(other))
            .find_map(|other| match &other.stage {
                Stage::Verified(verified) => Some(verified.web_transaction_id.clone()),
                _ => None,
            })
    }

    /// The tokens of other transactions, the newest first.
    pub(super) fn other_tokens(&self, id: &str) -> Vec<AccessToken> {
        let newest = self.oldest_first.iter().rev().take(50);
        let mut tokens: Vec<AccessToken> = Vec::new();
        for other in newest.filter(|other| *other != id) {
            if let Some(Transaction { token, .. }) = self.by_id.get(other)
                && tokens.iter().all(|known| known.ticket != token.ticket)
            {
                tokens.push(token.clone());
            }
        }
        tokens
    }

    pub(super) fn kill(&mut self, ticket: String) {
        if self.dead.len() == DEAD {
            self.dead.pop_front();
        }
        self.dead.push_back(ticket);
    }

    pub(super) fn is_dead(&self, ticket: &str) -> bool {
        self.dead.iter().any(|dead| dead == ticket)
    }
}
