//! Whether a new access token may cover what the last one did not.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::nice::{NiceError, Verdict};

/// How long a refusal of a fresh token counts as the contract's.
const SETTLED: Duration = Duration::from_hours(1);

/// A token covers the methods that the contract had when it was issued. Once a
/// fresh one is refused too, it is the contract that lacks the method: a new
/// token for each call would not help.
#[derive(Debug, Default)]
pub(super) struct Scope(Mutex<Option<Instant>>);

impl Scope {
    pub(super) fn may_have_grown(&self) -> bool {
        let settled = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        settled.is_none_or(|at| at.elapsed() > SETTLED)
    }

    /// Notes how a call with a fresh token ended.
    pub(super) fn note(&self, error: Option<&NiceError>) {
        if error.and_then(NiceError::verdict) == Some(Verdict::ScopeRefused) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }
}
