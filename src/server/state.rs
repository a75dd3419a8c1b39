//! What a connection is doing, and until when it may.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// How long a connection stays open when it is about to close: the peer may be
/// sending its next request right now, or the rest of a body that nobody reads.
pub(super) const LINGER: Duration = Duration::from_millis(500);

/// How much longer an idle connection stays open than `Keep-Alive` says: a
/// client that obeys it never sends into a connection that is just closing.
const GRACE: Duration = Duration::from_secs(1);

/// A connection's state and deadline. Set by `Stream` and `Exchange`, watched
/// by `overdue`; all three run in the connection's task.
#[derive(Debug)]
pub(super) struct ConnectionState {
    header_timeout: Duration,
    idle_timeout: Duration,
    state: Mutex<State>,
    /// Wakes the connection's task when it has to make way.
    way: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    deadline: Instant,
    draining: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Between requests. The last response may still be on its way out.
    Idle,
    /// A part of a request's head has arrived.
    ReadingHead,
    /// A request is being answered. Its own timeouts apply.
    Answering,
    /// Another connection gets its place.
    MakingWay,
    /// The last response has been sent.
    Closing,
}

impl ConnectionState {
    /// A new connection: its first byte must arrive within `header_timeout`.
    pub(super) fn new(header_timeout: Duration, idle_timeout: Duration) -> Self {
        Self {
            header_timeout,
            idle_timeout,
            state: Mutex::new(State {
                phase: Phase::Idle,
                deadline: Instant::now() + header_timeout,
                draining: false,
            }),
            way: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the connection is closed unless its state changes. `None` while a
    /// request is being answered.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        (state.phase != Phase::Answering).then_some(state.deadline)
    }

    /// Bytes were received. Only the first byte of a head sets its deadline, so
    /// a client that sends byte by byte doesn't extend it.
    pub(super) fn received(&self) {
        let mut state = self.state();
        if state.phase == Phase::Idle {
            state.phase = Phase::ReadingHead;
            state.deadline = Instant::now() + self.header_timeout;
        }
    }

    /// Bytes of a response were sent.
    pub(super) fn sent(&self) {
        let mut state = self.state();
        if state.phase == Phase::Idle {
            state.deadline = Instant::now() + self.idle_time(&state);
        }
    }

    /// A request's head is complete.
    pub(super) fn request_began(&self) {
        self.state().phase = Phase::Answering;
    }

    /// The response is ready to be sent.
    pub(super) fn response_is_ready(&self) {
        let mut state = self.state();
        state.phase = Phase::Idle;
        state.deadline = Instant::now() + self.idle_time(&state);
    }

    /// The server drains: an idle connection closes, unless a request arrives
    /// within [`LINGER`].
    pub(super) fn drain(&self) {
        let mut state = self.state();
        state.draining = true;
        if state.phase == Phase::Idle {
            state.deadline = Instant::now() + LINGER;
        }
    }

    /// Closes the connection for another one, unless it has a request to
    /// answer; whether it will close.
    pub(super) fn make_way(&self) -> bool {
        let mut state = self.state();
        if !matches!(state.phase, Phase::Idle | Phase::ReadingHead) {
            return false;
        }
        state.phase = Phase::MakingWay;
        drop(state);
        self.way.notify_one();
        true
    }

    /// Whether it has to close, and no request came in between.
    pub(super) fn is_making_way(&self) -> bool {
        self.state().phase == Phase::MakingWay
    }

    /// Resolves when it may have to make way.
    pub(super) async fn way_is_wanted(&self) {
        self.way.notified().await;
    }

    /// The last response has been sent; only the peer's side is still open.
    pub(super) fn close(&self) {
        let mut state = self.state();
        if state.phase != Phase::Closing {
            state.phase = Phase::Closing;
            state.deadline = Instant::now() + LINGER;
        }
    }

    fn idle_time(&self, state: &State) -> Duration {
        if state.draining {
            LINGER
        } else {
            self.idle_timeout + GRACE
        }
    }
}
