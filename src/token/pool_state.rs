//! The ready tokens and the callers that wait for one: which caller gets a
//! token, and when to fetch. Pure decisions under the pool's lock; time is a
//! parameter.

use std::{collections::VecDeque, time::Duration};

use tokio::{sync::oneshot, time::Instant};

use super::{
    ReadyToken,
    breaker::{Breaker, Permit},
    sizing::Sizing,
};
use crate::{nice::NiceError, trace::TraceContext};

/// Limits of the pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// `TOKEN_POOL_MIN`: minimum number of ready tokens.
    pub min: usize,
    /// `TOKEN_POOL_MAX`: maximum number of ready tokens.
    pub max: usize,
    /// `NICE_CONCURRENCY`: maximum number of fetches in flight.
    pub concurrency: usize,
}

/// A snapshot of the pool, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStatus {
    /// Tokens ready to be taken.
    pub ready: usize,
    /// Target number of ready tokens.
    pub target: usize,
    /// Callers that wait for a token.
    pub waiting: usize,
    /// Fetches in flight.
    pub in_flight: usize,
    /// Takes that found a token ready, since the start.
    pub taken_ready: u64,
    /// Takes that had to wait, since the start.
    pub taken_waited: u64,
    /// Tokens discarded unused, since the start.
    pub discarded: u64,
    /// Fetches that got a token, since the start.
    pub refills: u64,
    /// Total time of those fetches.
    pub refill_time: Duration,
    /// Whether refills pause because NICE failed.
    pub breaker_open: bool,
}

/// Refill this long before expiry, so that tokens fetched together don't
/// expire together; a tenth of the life of short-lived tokens.
const REPLACED_BEFORE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct PoolState {
    settings: PoolSettings,
    /// Sorted by expiry, the earliest first.
    ready: VecDeque<ReadyToken>,
    /// First come, first served. Empty while `ready` isn't.
    waiting: VecDeque<Waiter>,
    in_flight: usize,
    sizing: Sizing,
    breaker: Breaker,
    /// How long the newest token could stay in the pool.
    keeps_for: Duration,
    taken_ready: u64,
    taken_waited: u64,
    discarded: u64,
    refills: u64,
    refill_time: Duration,
}

/// A caller without a token.
#[derive(Debug)]
struct Waiter {
    sender: oneshot::Sender<Result<ReadyToken, NiceError>>,
    /// Trace of the caller; its fetch becomes a part of it.
    trace: Option<TraceContext>,
}

/// The outcome of a take.
pub(super) enum Take {
    Ready(ReadyToken),
    Queued(oneshot::Receiver<Result<ReadyToken, NiceError>>),
}

/// What the supervisor does next.
pub(super) struct Plan {
    /// Each with the trace of the caller that it serves, if any.
    pub(super) fetches: Vec<Option<TraceContext>>,
    pub(super) probe: bool,
    pub(super) wake_at: Instant,
}

impl PoolState {
    pub(super) fn new(settings: PoolSettings, now: Instant) -> Self {
        Self {
            settings,
            ready: VecDeque::new(),
            waiting: VecDeque::new(),
            in_flight: 0,
            sizing: Sizing::new(settings.min, settings.max, now),
            breaker: Breaker::default(),
            keeps_for: Duration::MAX,
            taken_ready: 0,
            taken_waited: 0,
            discarded: 0,
            refills: 0,
            refill_time: Duration::ZERO,
        }
    }

    pub(super) fn status(&mut self, now: Instant) -> PoolStatus {
        PoolStatus {
            ready: self.ready.len(),
            target: self.target(now),
            waiting: self.callers().count(),
            in_flight: self.in_flight,
            taken_ready: self.taken_ready,
            taken_waited: self.taken_waited,
            discarded: self.discarded,
            refills: self.refills,
            refill_time: self.refill_time,
            breaker_open: self.breaker.last_failure(now).is_some(),
        }
    }

    /// A ready token, or a place in the queue. `trace` is that of the caller.
    ///
    /// While NICE fails, only one caller is queued: the one that the next
    /// probe serves. The others get the last failure at once, since a probe
    /// may hang.
    pub(super) fn take_or_queue(
        &mut self,
        now: Instant,
        trace: impl FnOnce() -> Option<TraceContext>,
    ) -> Result<Take, NiceError> {
        self.sizing.arrival();
        self.drop_expired(now);
        if let Some(token) = self.ready.pop_front() {
            self.taken_ready += 1;
            return Ok(Take::Ready(token));
        }
        if let Some(failure) = self.breaker.last_failure(now) {
            let probe_is_free = self.breaker.permit(now) == Permit::Probe
                && self.in_flight == 0
                && self.callers().next().is_none();
            if !probe_is_free {
                return Err(failure.clone());
            }
        }
        self.taken_waited += 1;
        let (sender, receiver) = oneshot::channel();
        self.waiting.push_back(Waiter {
            sender,
            trace: trace(),
        });
        Ok(Take::Queued(receiver))
    }

    /// Queued callers that have not left.
    fn callers(&self) -> impl Iterator<Item = &Waiter> {
        self.waiting
            .iter()
            .filter(|waiter| !waiter.sender.is_closed())
    }

    /// Whether the limit of fetches in flight permits another one.
    pub(super) fn may_fetch(&self) -> bool {
        self.in_flight < self.settings.concurrency
    }

    /// What to do now. `tried`: whether the first fetch has ended.
    pub(super) fn plan(&mut self, now: Instant, tried: bool) -> Plan {
        self.drop_expired(now);
        self.waiting.retain(|waiter| !waiter.sender.is_closed());
        let permit = self.breaker.permit(now);
        let limit = match permit {
            // One token first: it shows whether NICE and the settings work.
            Permit::Free if !tried => 1,
            Permit::Free => self.settings.concurrency,
            Permit::Probe => 1,
            Permit::WaitUntil(_) => 0,
        };
        let replaced_before = REPLACED_BEFORE.min(self.keeps_for / 10);
        let old = self
            .ready
            .partition_point(|token| token.usable_until <= now + replaced_before);
        let missing = self.target(now).saturating_sub(self.ready.len() - old);
        let wanted = (self.waiting.len() + missing).max(usize::from(!tried));
        let fetches = wanted.min(limit).saturating_sub(self.in_flight);
        // Fetches in flight serve the callers that wait longest.
        let fetches: Vec<_> = (self.in_flight..self.in_flight + fetches)
            .map(|place| self.waiting.get(place).and_then(|waiter| waiter.trace))
            .collect();
        self.in_flight += fetches.len();
        let oldest = self.ready.front().map(|token| token.usable_until);
        let next_old = self
            .ready
            .get(old)
            .map(|token| token.usable_until - replaced_before);
        let retry = match permit {
            Permit::WaitUntil(moment) if wanted > 0 => Some(moment),
            _ => None,
        };
        Plan {
            fetches,
            probe: permit == Permit::Probe,
            wake_at: [oldest, next_old, retry]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(now + Duration::from_hours(1)),
        }
    }

    /// Records a fetch that got a token, or failed after its retries.
    /// `jitter` is a random number in `0.0..1.0`.
    pub(super) fn fetch_ended(
        &mut self,
        outcome: Result<ReadyToken, NiceError>,
        took: Duration,
        now: Instant,
        jitter: f64,
    ) {
        self.in_flight -= 1;
        match outcome {
            Ok(token) => {
                self.breaker.succeeded(now);
                self.sizing.fetched(took);
                self.refills += 1;
                self.refill_time += took;
                self.keeps_for = token.usable_until.saturating_duration_since(now);
                self.give(token, now);
            }
            Err(error) => {
                self.breaker.failed(error.clone(), now - took, now, jitter);
                self.fail_unserved(&error);
            }
        }
    }

    /// Gives the token to the caller that waits longest, or to the pool.
    pub(super) fn give(&mut self, mut token: ReadyToken, now: Instant) {
        while let Some(waiter) = self.waiting.pop_front() {
            let Err(Ok(returned)) = waiter.sender.send(Ok(token)) else {
                return;
            };
            // That caller has left; the token is still unused.
            token = returned;
        }
        // A returned token is older than tokens fetched since.
        let place = self
            .ready
            .partition_point(|other| other.usable_until <= token.usable_until);
        self.ready.insert(place, token);
        self.drop_expired(now);
        if self.ready.len() > self.settings.max {
            self.ready.pop_front();
            self.discarded += 1;
        }
    }

    fn target(&mut self, now: Instant) -> usize {
        self.sizing.target(now, self.keeps_for)
    }

    fn drop_expired(&mut self, now: Instant) {
        let before = self.ready.len();
        while self
            .ready
            .front()
            .is_some_and(|token| token.usable_until <= now)
        {
            self.ready.pop_front();
        }
        self.discarded += (before - self.ready.len()) as u64;
    }

    /// Fails the callers that no fetch in flight can serve. The others stay
    /// queued: one failed call doesn't fail them all.
    fn fail_unserved(&mut self, error: &NiceError) {
        self.waiting.retain(|waiter| !waiter.sender.is_closed());
        let served = self.in_flight.min(self.waiting.len());
        for waiter in self.waiting.split_off(served) {
            // A caller that has just left needs no answer.
            let _ = waiter.sender.send(Err(error.clone()));
        }
    }
}
