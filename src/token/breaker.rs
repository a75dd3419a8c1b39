//! Keeps refills from hammering NICE while it is down.

use std::time::Duration;

use tokio::time::Instant;

use crate::nice::NiceError;

/// The longest pause between two probes: with it the service is well again
/// within five seconds after NICE is.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(3);
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// How long a failure says something about NICE. Longer than it takes to the
/// next one while somebody wants a token: a pause, and a probe that hangs.
const STALE_AFTER: Duration = Duration::from_secs(10);

/// Closed while fetches succeed; after one that failed for good, open for a
/// growing pause, then half-open: one probe at a time, until one succeeds.
/// A pause runs from when the failed fetch began, so that a probe which NICE
/// leaves hanging is soon followed by the next one.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    tripped: Option<Tripped>,
    succeeded_at: Option<Instant>,
}

#[derive(Debug)]
struct Tripped {
    failures: u32,
    since: Instant,
    retry_at: Instant,
    last: NiceError,
}

/// What the breaker permits at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permit {
    /// As many fetches as wanted.
    Free,
    /// One at a time, without retries.
    Probe,
    /// None before this moment.
    WaitUntil(Instant),
}

impl Breaker {
    pub(super) fn permit(&self, now: Instant) -> Permit {
        match &self.tripped {
            None => Permit::Free,
            Some(tripped) if now >= tripped.retry_at => Permit::Probe,
            Some(tripped) => Permit::WaitUntil(tripped.retry_at),
        }
    }

    /// What fetches end with at present; none while they succeed, or when
    /// nobody has wanted one for so long that it may be over.
    pub(super) fn last_failure(&self, now: Instant) -> Option<&NiceError> {
        self.tripped
            .as_ref()
            .filter(|tripped| now < tripped.since + STALE_AFTER)
            .map(|tripped| &tripped.last)
    }

    pub(super) fn succeeded(&mut self, now: Instant) {
        self.tripped = None;
        self.succeeded_at = Some(now);
    }

    /// A fetch that `began` then has failed; `jitter` is a random number
    /// from 0 up to 1.
    pub(super) fn failed(&mut self, error: NiceError, began: Instant, now: Instant, jitter: f64) {
        if self.succeeded_at.is_some_and(|success| success > began) {
            // Others have succeeded since: a late reminder of an outage that
            // is over, or the odd one out.
            return;
        }
        let failures = match &mut self.tripped {
            Some(tripped) if began < tripped.since => {
                // A straggler from before the breaker opened: its failure is
                // news, but no reason for a longer pause.
                tripped.last = error;
                return;
            }
            Some(tripped) => tripped.failures,
            None => 0,
        };
        let pause = (FIRST_PAUSE * 2_u32.saturating_pow(failures)).min(LONGEST_PAUSE);
        let rest = pause.saturating_sub(now - began).max(FIRST_PAUSE);
        self.tripped = Some(Tripped {
            failures: (failures + 1).min(8),
            since: now,
            retry_at: now + rest.mul_f64(0.5 + jitter / 2.0),
            last: error,
        });
    }
}
