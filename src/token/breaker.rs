//! A circuit breaker: limits refills while NICE is down.

use std::time::Duration;

use tokio::time::Instant;

use crate::nice::NiceError;

/// Longest pause between two probes. It lets the service recover within five
/// seconds of NICE.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(3);
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Older failures are not reported. Must exceed the longest pause plus a
/// hanging probe.
const STALE_AFTER: Duration = Duration::from_secs(10);

/// Closed while fetches succeed. After a fetch that used up its retries: open
/// for a growing pause, then half-open, with one probe at a time until one
/// succeeds. A pause starts when the failed fetch started, so that the next
/// probe soon follows one that hangs.
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

/// The fetches that the breaker permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permit {
    /// Any number.
    Free,
    /// One at a time, without retries.
    Probe,
    /// None before this time.
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

    /// The failure that fetches end with at present. `None` while they succeed,
    /// and when the last failure is older than [`STALE_AFTER`].
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

    /// Records a failed fetch that started at `began`. `jitter` is a random
    /// number in `0.0..1.0`.
    pub(super) fn failed(&mut self, error: NiceError, began: Instant, now: Instant, jitter: f64) {
        if self.succeeded_at.is_some_and(|success| success > began) {
            // Others have succeeded since: the outage is over, or this was a
            // single failure.
            return;
        }
        let failures = match &mut self.tripped {
            Some(tripped) if began < tripped.since => {
                // It started before the breaker opened: the newest failure, but
                // no reason for a longer pause.
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
