use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long a connection may linger once it is to be closed: for a peer that
/// sends its next request at this very moment, or that still sends a body
/// which nobody reads.
pub(super) const LINGER: Duration = Duration::from_millis(500);

/// What a connection does, and until when it may: told by its stream and its
/// service, looked at by its guard. All three live in one task.
#[derive(Debug)]
pub(super) struct Pace {
    header_timeout: Duration,
    idle_timeout: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    deadline: Instant,
    leaving: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Between requests; an answer may still be on its way out.
    Quiet,
    /// A part of a request's head has come.
    Head,
    /// A request is being answered: it has deadlines of its own.
    Answering,
    /// The last answer is out.
    Closing,
}

impl Pace {
    /// Of a connection whose first byte has come.
    pub(super) fn new(header_timeout: Duration, idle_timeout: Duration) -> Self {
        Self {
            header_timeout,
            idle_timeout,
            state: Mutex::new(State {
                phase: Phase::Head,
                deadline: Instant::now() + header_timeout,
                leaving: false,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the connection has to be looked at again; `None` while a request
    /// is being answered.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        (state.phase != Phase::Answering).then_some(state.deadline)
    }

    /// Bytes came in. A head that comes byte by byte gains nothing by it.
    pub(super) fn bytes_came(&self) {
        let mut state = self.state();
        if state.phase == Phase::Quiet {
            state.phase = Phase::Head;
            state.deadline = Instant::now() + self.header_timeout;
        }
    }

    /// Bytes of an answer went out.
    pub(super) fn bytes_went(&self) {
        let mut state = self.state();
        if state.phase == Phase::Quiet {
            state.deadline = Instant::now() + self.patience(&state);
        }
    }

    /// A request's head is complete.
    pub(super) fn asked(&self) {
        self.state().phase = Phase::Answering;
    }

    /// The answer is known and goes out.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.phase = Phase::Quiet;
        state.deadline = Instant::now() + self.patience(&state);
    }

    /// No request is waited for any more, except one that is on its way.
    pub(super) fn leave(&self) {
        let mut state = self.state();
        state.leaving = true;
        if state.phase == Phase::Quiet {
            state.deadline = Instant::now() + LINGER;
        }
    }

    /// All is said.
    pub(super) fn closing(&self) {
        let mut state = self.state();
        if state.phase != Phase::Closing {
            state.phase = Phase::Closing;
            state.deadline = Instant::now() + LINGER;
        }
    }

    fn patience(&self, state: &State) -> Duration {
        if state.leaving {
            LINGER
        } else {
            self.idle_timeout
        }
    }
}
