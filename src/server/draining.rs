use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the process is about to stop: then it is not ready any more, and
/// each answer closes its connection, so that callers go elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<State>);

#[derive(Debug, Default)]
struct State {
    has_begun: AtomicBool,
    is_over: AtomicBool,
}

impl Draining {
    /// One that has begun.
    pub(super) fn begun() -> Self {
        let draining = Self::default();
        draining.begin();
        draining
    }

    /// From now on.
    pub fn begin(&self) {
        self.0.has_begun.store(true, Ordering::Release);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.has_begun.load(Ordering::Acquire)
    }

    /// Nobody is waited for any more.
    pub(super) fn end(&self) {
        self.0.is_over.store(true, Ordering::Release);
    }

    /// Whether requests that are dropped are so by the server, not because
    /// their callers have gone.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Acquire)
    }
}
