//! A token within a fleet: which instance issues one, and how the others get
//! it. While the store is available, one issue call serves all
//! instances. Without it, each instance issues its own.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    secret::Secret,
    store::{SharedToken, StoreError},
};

/// Part of a lease for the store: reading before the call to NICE, saving
/// after it.
const STORE_ALLOWANCE: Duration = Duration::from_secs(1);

/// Interval at which waiting instances read the store; jitter adds up to as
/// much again.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The fleet as one instance sees it.
#[derive(Debug)]
pub(super) struct Fleet {
    shared: SharedToken,
    /// What the log calls the token.
    name: &'static str,
    /// Lease time: longer than any issue call, short enough that a crashed
    /// holder doesn't block the fleet.
    lease: Duration,
    /// Whether the present outage of the store was logged.
    failed: AtomicBool,
}

/// What this instance does for a token.
pub(super) enum Decision {
    /// Use the fleet's token, with its remaining life.
    Adopt(Secret, Duration),
    /// Issue one.
    Issue(Lease),
}

/// Whether an instance holds the lease while it issues a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lease {
    /// Yes; the others wait.
    Held,
    /// No: the store doesn't answer, or the others have failed for too long.
    Missing,
}

/// The token in the store.
pub(super) enum Stored {
    /// A token, with its remaining life.
    Token(Secret, Duration),
    /// None, or the one that NICE has refused.
    Nothing,
    /// The store doesn't answer.
    Unknown,
}

impl Fleet {
    /// `longest_call`: timeout of a call to NICE.
    pub(super) fn new(shared: SharedToken, name: &'static str, longest_call: Duration) -> Self {
        Self {
            shared,
            name,
            lease: longest_call + STORE_ALLOWANCE,
            failed: AtomicBool::new(false),
        }
    }

    /// Waits for a token other than `refused`, or for the lease. After two
    /// lease times without a token, this instance issues one without a lease.
    pub(super) async fn decide(&self, refused: Option<&Secret>) -> Decision {
        let give_up = Instant::now() + 2 * self.lease;
        let mut lease = Lease::Missing;
        loop {
            // Read once more while holding the lease: the holder before may have
            // saved a token since the last read.
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
                    sleep(self.shared.jitter(POLL_INTERVAL)).await;
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

    /// Shares `token` with the other instances.
    pub(super) async fn share(&self, token: &Secret, life: Duration) {
        self.note(self.shared.save(token, life).await);
    }

    /// Gives up the lease, after success and failure alike.
    pub(super) async fn release(&self, lease: Lease) {
        if lease == Lease::Held {
            self.note(self.shared.release().await);
        }
    }

    /// Logs a failure of the store once per outage. Issuing goes on without it.
    fn note<T>(&self, outcome: Result<T, StoreError>) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.failed.store(false, Ordering::Relaxed);
                Some(value)
            }
            Err(error) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the {} is not shared with the fleet", self.name);
                }
                None
            }
        }
    }
}
