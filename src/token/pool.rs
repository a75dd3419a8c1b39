//! The crypto-token pool: takes NICE out of the caller's waiting time.
//!
//! Callers take ready tokens under a short lock. One supervisor task refills:
//! it is woken by demand and by age, starts fetches up to a limit, and hands
//! what they bring to waiting callers first. A token is given out once: it
//! moves, and it can't be cloned.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use thiserror::Error;
use tokio::{
    sync::{Notify, oneshot, watch},
    task::JoinSet,
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    ReadyToken,
    breaker::{Breaker, Permit},
    sizing::Sizing,
};
use crate::{nice::NiceError, random::Random};

/// Limits of the pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// `TOKEN_POOL_MIN`: ready tokens kept at the least.
    pub min: usize,
    /// `TOKEN_POOL_MAX`: ready tokens kept at the most.
    pub max: usize,
    /// `NICE_CONCURRENCY`: fetches at the same time.
    pub concurrency: usize,
}

/// Where tokens come from.
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches one token; a `probe` tries once only.
    fn fetch(&self, probe: bool) -> impl Future<Output = Result<ReadyToken, NiceError>> + Send;
}

/// Why a caller got no token.
#[derive(Clone, Debug, Error)]
pub enum TakeError {
    /// NICE gave none; the same failure for each caller that waited on it.
    #[error(transparent)]
    Nice(#[from] NiceError),
    /// The caller's deadline passed first.
    #[error("no token within the deadline")]
    Deadline,
    /// The service is going down.
    #[error("the token pool has stopped")]
    Stopped,
}

/// What the pool looks like at a moment, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStatus {
    /// Tokens ready to be taken.
    pub ready: usize,
    /// The number of ready tokens aimed at.
    pub target: usize,
    /// Callers that wait for a token.
    pub waiting: usize,
    /// Fetches under way.
    pub in_flight: usize,
    /// Takes that found a token ready, since the start.
    pub taken_ready: u64,
    /// Takes that had to wait, since the start.
    pub taken_waited: u64,
    /// Tokens thrown away unused, since the start.
    pub discarded: u64,
    /// Fetches that brought a token, since the start.
    pub refills: u64,
    /// Time that those took together.
    pub refill_time: Duration,
    /// Whether refills pause because NICE failed.
    pub breaker_open: bool,
}

/// A shared handle to the pool.
#[derive(Clone, Debug)]
pub struct TokenPool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: PoolSettings,
    random: Random,
    state: Mutex<State>,
    wake: Notify,
    /// True once the first fetch has ended, well or badly.
    tried: watch::Sender<bool>,
}

#[derive(Debug)]
struct State {
    /// Oldest first.
    ready: VecDeque<ReadyToken>,
    /// First come, first served. Empty while `ready` isn't.
    waiting: VecDeque<oneshot::Sender<Result<ReadyToken, NiceError>>>,
    in_flight: usize,
    sizing: Sizing,
    breaker: Breaker,
    /// False while NICE's tokens live too short to be kept for later.
    poolable: bool,
    taken_ready: u64,
    taken_waited: u64,
    discarded: u64,
    refills: u64,
    refill_time: Duration,
}

impl TokenPool {
    /// An empty pool; [`TokenPool::run`] fills it.
    #[must_use]
    pub fn new(settings: PoolSettings, random: Random) -> Self {
        let now = Instant::now();
        Self {
            shared: Arc::new(Shared {
                settings,
                random,
                state: Mutex::new(State {
                    ready: VecDeque::new(),
                    waiting: VecDeque::new(),
                    in_flight: 0,
                    sizing: Sizing::new(settings.min, settings.max, now),
                    breaker: Breaker::default(),
                    poolable: true,
                    taken_ready: 0,
                    taken_waited: 0,
                    discarded: 0,
                    refills: 0,
                    refill_time: Duration::ZERO,
                }),
                wake: Notify::new(),
                tried: watch::Sender::new(false),
            }),
        }
    }

    /// Takes one token, waiting for it until `deadline` if none is ready.
    ///
    /// A caller that is dropped while it waits gives its token back.
    ///
    /// # Errors
    ///
    /// [`TakeError::Nice`] at once when fetching fails for good or NICE is
    /// known to be down; [`TakeError::Deadline`] when nothing is known in time.
    pub async fn take(&self, deadline: Instant) -> Result<ReadyToken, TakeError> {
        let receiver = match self.shared.take_or_queue(Instant::now())? {
            Take::Ready(token) => return Ok(token),
            Take::Queued(receiver) => receiver,
        };
        let mut place = Place {
            shared: &self.shared,
            receiver,
        };
        match timeout_at(deadline, &mut place.receiver).await {
            Ok(Ok(outcome)) => Ok(outcome?),
            Ok(Err(_)) => Err(TakeError::Stopped),
            Err(_) => Err(TakeError::Deadline),
        }
    }

    /// Takes back a token that its caller has shown to nobody.
    pub fn give_back(&self, token: ReadyToken) {
        self.shared
            .lock()
            .give(token, Instant::now(), &self.shared.settings);
    }

    /// Whether the first fetch has ended, well or badly.
    #[must_use]
    pub fn has_tried(&self) -> bool {
        *self.shared.tried.borrow()
    }

    /// A snapshot for metrics.
    #[must_use]
    pub fn status(&self) -> PoolStatus {
        let now = Instant::now();
        let mut state = self.shared.lock();
        PoolStatus {
            ready: state.ready.len(),
            target: state.target(now),
            waiting: state.waiting.len(),
            in_flight: state.in_flight,
            taken_ready: state.taken_ready,
            taken_waited: state.taken_waited,
            discarded: state.discarded,
            refills: state.refills,
            refill_time: state.refill_time,
            breaker_open: state.breaker.permit(now) != Permit::Free,
        }
    }

    /// Refills the pool until the task is aborted.
    ///
    /// # Panics
    ///
    /// When a fetch panicked: the process must end rather than go on with
    /// waiting callers that nobody serves.
    pub async fn run<S: TokenSource>(self, source: Arc<S>) {
        let mut fetches = JoinSet::new();
        loop {
            let plan = self.shared.plan(Instant::now());
            for _ in 0..plan.fetches {
                let source = Arc::clone(&source);
                fetches.spawn(async move {
                    let began = Instant::now();
                    let outcome = source.fetch(plan.probe).await;
                    (outcome, began.elapsed())
                });
            }
            tokio::select! {
                () = self.shared.wake.notified() => {}
                Some(ended) = fetches.join_next() => match ended {
                    Ok((outcome, took)) => self.shared.fetch_ended(outcome, took),
                    Err(crash) => panic!("a token fetch crashed: {crash}"),
                },
                () = sleep_until(plan.look_again) => {}
            }
        }
    }
}

enum Take {
    Ready(ReadyToken),
    Queued(oneshot::Receiver<Result<ReadyToken, NiceError>>),
}

/// A caller's place in the queue.
struct Place<'a> {
    shared: &'a Shared,
    receiver: oneshot::Receiver<Result<ReadyToken, NiceError>>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // The token may have been sent at the very moment the caller left.
        self.receiver.close();
        if let Ok(Ok(token)) = self.receiver.try_recv() {
            self.shared
                .lock()
                .give(token, Instant::now(), &self.shared.settings);
        }
    }
}

/// What the supervisor does next.
struct Plan {
    fetches: usize,
    probe: bool,
    look_again: Instant,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock in a half-changed state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_or_queue(&self, now: Instant) -> Result<Take, NiceError> {
        let mut state = self.lock();
        state.sizing.arrival();
        state.drop_expired(now);
        let take = if let Some(token) = state.ready.pop_front() {
            state.taken_ready += 1;
            Take::Ready(token)
        } else if let Some(failure) = state.breaker.last_failure(now) {
            return Err(failure.clone());
        } else {
            state.taken_waited += 1;
            let (sender, receiver) = oneshot::channel();
            state.waiting.push_back(sender);
            Take::Queued(receiver)
        };
        let room = state.in_flight < self.settings.concurrency;
        drop(state);
        if room {
            self.wake.notify_one();
        }
        Ok(take)
    }

    fn plan(&self, now: Instant) -> Plan {
        let tried = *self.tried.borrow();
        let mut state = self.lock();
        state.drop_expired(now);
        state.waiting.retain(|waiter| !waiter.is_closed());
        let permit = state.breaker.permit(now);
        let limit = match permit {
            // One token first: it shows whether NICE and the settings are well.
            Permit::Free if !tried => 1,
            Permit::Free => self.settings.concurrency,
            Permit::Probe => 1,
            Permit::WaitUntil(_) => 0,
        };
        let target = state.target(now).max(usize::from(!tried));
        let wanted = state.waiting.len() + target.saturating_sub(state.ready.len());
        let fetches = wanted.min(limit).saturating_sub(state.in_flight);
        state.in_flight += fetches;
        let oldest = state.ready.front().map(|token| token.usable_until);
        let retry = match permit {
            Permit::WaitUntil(moment) if wanted > 0 => Some(moment),
            _ => None,
        };
        Plan {
            fetches,
            probe: permit == Permit::Probe,
            look_again: [oldest, retry]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(now + Duration::from_hours(1)),
        }
    }

    fn fetch_ended(&self, outcome: Result<ReadyToken, NiceError>, took: Duration) {
        let now = Instant::now();
        let mut state = self.lock();
        state.in_flight -= 1;
        match outcome {
            Ok(token) => {
                state.breaker.succeeded();
                state.sizing.fetched(took);
                state.refills += 1;
                state.refill_time += took;
                state.poolable = token.usable_until > now;
                state.give(token, now, &self.settings);
            }
            Err(error) => {
                tracing::warn!(error = %error, "no crypto token from NICE");
                state
                    .breaker
                    .failed(error.clone(), now, self.random.fraction());
                state.fail_unserved(&error);
            }
        }
        drop(state);
        self.tried.send_replace(true);
    }
}

impl State {
    fn target(&mut self, now: Instant) -> usize {
        let target = self.sizing.target(now);
        if self.poolable { target } else { 0 }
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

    /// To the caller who waits longest, or else on the shelf.
    fn give(&mut self, mut token: ReadyToken, now: Instant, settings: &PoolSettings) {
        while let Some(waiter) = self.waiting.pop_front() {
            let Err(Ok(returned)) = waiter.send(Ok(token)) else {
                return;
            };
            // That caller has gone; the token is as good as before.
            token = returned;
        }
        if token.usable_until > now && self.ready.len() < settings.max {
            self.ready.push_back(token);
        } else {
            self.discarded += 1;
        }
    }

    /// Tells the callers whom no fetch under way can serve any more. The
    /// others stay: a single failed call is not the end of all of them.
    fn fail_unserved(&mut self, error: &NiceError) {
        self.waiting.retain(|waiter| !waiter.is_closed());
        let served = self.in_flight.min(self.waiting.len());
        for waiter in self.waiting.split_off(served) {
            // A caller that has just gone needs no answer.
            let _ = waiter.send(Err(error.clone()));
        }
    }
}
