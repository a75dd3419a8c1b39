//! The pool of crypto tokens, so that callers don't wait for NICE.
//!
//! Callers take ready tokens under a short lock. One supervisor task refills
//! the pool: takes and expiring tokens wake it, it starts fetches up to a
//! limit, and waiting callers get fetched tokens first. A token is used once:
//! it moves and can't be cloned.

use std::{
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
    pool_state::{Plan, PoolSettings, PoolState, PoolStatus, Take},
};
use crate::{nice::NiceError, random::Random, trace::TraceContext};

/// Where tokens come from.
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches one token. A `probe` is not retried.
    fn fetch(&self, probe: bool) -> impl Future<Output = Result<ReadyToken, NiceError>> + Send;
}

/// Why a caller got no token.
#[derive(Clone, Debug, Error)]
pub enum TakeError {
    /// Fetching failed. All callers that waited for the fetch get this failure.
    #[error(transparent)]
    Nice(#[from] NiceError),
    /// The caller's deadline passed first.
    #[error("no token within the deadline")]
    Deadline,
    /// The service is shutting down.
    #[error("the token pool has stopped")]
    Stopped,
}

/// A shared handle to the pool.
#[derive(Clone, Debug)]
pub struct TokenPool {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    random: Random,
    state: Mutex<PoolState>,
    wake: Notify,
    /// True once the first fetch has ended, even with a failure.
    tried: watch::Sender<bool>,
}

impl TokenPool {
    /// An empty pool; [`TokenPool::run`] fills it.
    #[must_use]
    pub fn new(settings: PoolSettings, random: Random) -> Self {
        Self {
            inner: Arc::new(Inner {
                random,
                state: Mutex::new(PoolState::new(settings, Instant::now())),
                wake: Notify::new(),
                tried: watch::Sender::new(false),
            }),
        }
    }

    /// Takes one token; waits until `deadline` if none is ready.
    ///
    /// If the future is dropped while it waits, its token returns to the pool.
    ///
    /// # Errors
    ///
    /// [`TakeError::Nice`] at once when a fetch has used up its retries or NICE
    /// is known to be down; [`TakeError::Deadline`] when no fetch ends in time.
    pub async fn take(&self, deadline: Instant) -> Result<ReadyToken, TakeError> {
        let receiver = match self.inner.take_or_queue(Instant::now())? {
            Take::Ready(token) => return Ok(token),
            Take::Queued(receiver) => receiver,
        };
        let mut waiting = Waiting {
            inner: &self.inner,
            receiver,
        };
        match timeout_at(deadline, &mut waiting.receiver).await {
            Ok(Ok(outcome)) => Ok(outcome?),
            Ok(Err(_)) => Err(TakeError::Stopped),
            Err(_) => Err(TakeError::Deadline),
        }
    }

    /// Returns a token that was not used: nobody has seen any value of it.
    pub fn give_back(&self, token: ReadyToken) {
        self.inner.lock().give(token, Instant::now());
    }

    /// Whether the first fetch has ended, even with a failure.
    #[must_use]
    pub fn has_tried(&self) -> bool {
        *self.inner.tried.borrow()
    }

    /// A snapshot for metrics.
    #[must_use]
    pub fn status(&self) -> PoolStatus {
        self.inner.lock().status(Instant::now())
    }

    /// Refills the pool until the task is aborted.
    ///
    /// # Panics
    ///
    /// When a fetch panicked. The process must end: otherwise its callers would
    /// wait for nothing.
    pub async fn run<S: TokenSource>(self, source: Arc<S>) {
        let mut fetches = JoinSet::new();
        loop {
            let plan = self.inner.plan(Instant::now());
            for trace in plan.fetches {
                let source = Arc::clone(&source);
                let trace = trace.map(|trace| trace.child(&self.inner.random));
                fetches.spawn(async move {
                    let began = Instant::now();
                    let fetch = source.fetch(plan.probe);
                    let outcome = match trace {
                        Some(trace) => trace.scope(fetch).await,
                        None => fetch.await,
                    };
                    (outcome, began.elapsed())
                });
            }
            tokio::select! {
                () = self.inner.wake.notified() => {}
                Some(ended) = fetches.join_next() => match ended {
                    Ok((outcome, took)) => self.inner.fetch_ended(outcome, took),
                    // Only the runtime cancels a fetch, when it shuts down.
                    Err(end) if end.is_cancelled() => return,
                    Err(crash) => panic!("a token fetch crashed: {crash}"),
                },
                () = sleep_until(plan.wake_at) => {}
            }
        }
    }
}

/// A caller's place in the queue.
struct Waiting<'a> {
    inner: &'a Inner,
    receiver: oneshot::Receiver<Result<ReadyToken, NiceError>>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // The token may have been sent just before the caller left.
        self.receiver.close();
        if let Ok(Ok(token)) = self.receiver.try_recv() {
            self.inner.lock().give(token, Instant::now());
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, PoolState> {
        // No code panics while it holds the lock in a half-changed state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_or_queue(&self, now: Instant) -> Result<Take, NiceError> {
        let mut state = self.lock();
        let take = state.take_or_queue(now, TraceContext::current)?;
        let wanted = state.may_fetch();
        drop(state);
        if wanted {
            self.wake.notify_one();
        }
        Ok(take)
    }

    fn plan(&self, now: Instant) -> Plan {
        let tried = *self.tried.borrow();
        self.lock().plan(now, tried)
    }

    fn fetch_ended(&self, outcome: Result<ReadyToken, NiceError>, took: Duration) {
        if let Err(error) = &outcome {
            tracing::warn!(%error, remedy = error.remedy(), "no crypto token from NICE");
        }
        let jitter = self.random.fraction();
        self.lock()
            .fetch_ended(outcome, took, Instant::now(), jitter);
        self.tried.send_replace(true);
    }
}
