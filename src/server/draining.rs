//! Tells the rest of the process that the server is stopping.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the server is stopping. From then on the process is not ready, and
/// every response closes its connection, so that callers use another instance.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<State>);

#[derive(Debug, Default)]
struct State {
    has_begun: AtomicBool,
    is_over: AtomicBool,
}

impl Draining {
    /// A drain that has already begun.
    pub(super) fn begun() -> Self {
        let draining = Self::default();
        draining.begin();
        draining
    }

    /// Begins the drain.
    pub fn begin(&self) {
        self.0.has_begun.store(true, Ordering::Release);
    }

    /// Whether the drain has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.has_begun.load(Ordering::Acquire)
    }

    /// Ends the drain: connections that are still open are cut off.
    pub(super) fn end(&self) {
        self.0.is_over.store(true, Ordering::Release);
    }

    /// Whether the drain is over. A request that is dropped after that was cut
    /// off by the server; one that is dropped earlier lost its client.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Acquire)
    }
}
