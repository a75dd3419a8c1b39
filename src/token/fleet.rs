//! The fleet's half of the institution token: whose turn it is to issue one,
//! and what the others are handed. One issue serves all while the store is
//! well; without it each instance goes on alone.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    secret::Secret,
    store::{SharedInstitutionToken, StoreError},
};

/// What a lease allows beyond the call to NICE itself: the look before it and
/// the saving after it.
const STORE_ALLOWANCE: Duration = Duration::from_secs(1);

/// How often those look who wait; jittered up to twice this.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// An instance's view of its fleet.
#[derive(Debug)]
pub(super) struct Fleet {
    shared: SharedInstitutionToken,
    /// As long as issuing takes at the most, so that the lease of one that
    /// issues doesn't end under it, and that of one that has died or was cut
    /// off holds the others up no longer.
    lease: Duration,
    /// Whether the store's failure was logged; until it is well again.
    failed: AtomicBool,
}

/// How the wait for the fleet ended.
pub(super) enum Decision {
    /// There is a token to share, with what is left of its life.
    Adopt(Secret, Duration),
    /// It is this instance's turn to issue one.
    Issue(Lease),
}

/// What an instance issues under.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lease {
    /// The others wait.
    Held,
    /// The store doesn't answer, or the others have failed for too long.
    Missing,
}

/// What lies in the store.
pub(super) enum Stored {
    /// A token, with what is left of its life.
    Token(Secret, Duration),
    /// None, or the very one that NICE has refused.
    Nothing,
    /// It can't be known: the store doesn't answer.
    Unknown,
}

impl Fleet {
    /// `longest_call` is the longest that a call to NICE takes.
    pub(super) fn new(shared: SharedInstitutionToken, longest_call: Duration) -> Self {
        Self {
            shared,
            lease: longest_call + STORE_ALLOWANCE,
            failed: AtomicBool::new(false),
        }
    }

    /// Waits until there is a token other than `refused`, or it is this
    /// instance's turn to issue one. One that holds the lease has its time,
    /// and so has one that comes after it; if all of that brought nothing,
    /// this instance tries by itself.
    pub(super) async fn decide(&self, refused: Option<&Secret>) -> Decision {
        let give_up = Instant::now() + 2 * self.lease;
        let mut lease = Lease::Missing;
        loop {
            // With the lease in hand it is read once more: whoever held the
            // lease before may have saved since the last look.
            match self.token(refused).await {
                Stored::Token(token, life) => {
                    self.release(lease).await;
                    return Decision::Adopt(token, life);
                }
                Stored::Nothing if lease == Lease::Missing => {}
                Stored::Nothing | Stored::Unknown => return Decision::Issue(lease),
            }
            match self.note(self.shared.try_lease(self.lease).await) {
                Some(true) => lease = Lease::Held,
                Some(false) if Instant::now() < give_up => {
                    sleep(self.shared.jitter(POLL_INTERVAL)).await
                }
                Some(false) | None => return Decision::Issue(Lease::Missing),
            }
        }
    }

    /// The fleet's token, unless it is `refused`.
    pub(super) async fn token(&self, refused: Option<&Secret>) -> Stored {
        match self.note(self.shared.load().await) {
            Some(Some((token, life))) => {
                if refused.is_some_and(|refused| refused.expose() == token.expose()) {
                    Stored::Nothing
                } else {
                    Stored::Token(token, life)
                }
            }
            Some(None) => Stored::Nothing,
            None => Stored::Unknown,
        }
    }

    /// Hands `token` to the others.
    pub(super) async fn share(&self, token: &Secret, life: Duration) {
        self.note(self.shared.save(token, life).await);
    }

    /// Lets the others go on, whatever came of it.
    pub(super) async fn release(&self, lease: Lease) {
        if lease == Lease::Held {
            self.note(self.shared.release().await);
        }
    }

    /// Logs that the store fails, once per outage: issuing goes on without.
    fn note<T>(&self, outcome: Result<T, StoreError>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.failed.store(false, Ordering::Relaxed);
                Some(value)
            }
            Err(error) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the institution token is not shared with the fleet");
                }
                None
            }
        }
    }
}
