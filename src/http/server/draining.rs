use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the process is about to stop: then it is not ready any more, and
/// each answer closes its connection, so that callers go elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// One that has begun.
    pub(super) fn begun() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// From now on.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
