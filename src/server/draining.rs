//! Tells the rest of the process that the server is stopping, and waits for
//! what has to be finished.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::watch;

/// Whether the server is stopping. From then on the process is not ready, and
/// every response closes its connection, so that callers use another instance.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<State>);

#[derive(Debug, Default)]
struct State {
    has_begun: AtomicBool,
    is_over: AtomicBool,
    /// Number of tasks whose requests may be gone.
    under_way: watch::Sender<usize>,
}

/// Work that the drain waits for although its request may be gone; it ends
/// when this is dropped.
#[derive(Debug)]
#[must_use]
pub struct UnderWay(Draining);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.under_way.send_modify(|works| *works -= 1);
    }
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

    /// Begins work that outlives its request.
    pub fn work(&self) -> UnderWay {
        self.0.under_way.send_modify(|works| *works += 1);
        UnderWay(self.clone())
    }

    /// The number of such tasks.
    #[must_use]
    pub fn under_way(&self) -> usize {
        *self.0.under_way.borrow()
    }

    /// Resolves when there are none.
    pub(super) async fn idle(&self) {
        // An error means that the sender is gone, which `self` holds.
        let _ = self
            .0
            .under_way
            .subscribe()
            .wait_for(|works| *works == 0)
            .await;
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
