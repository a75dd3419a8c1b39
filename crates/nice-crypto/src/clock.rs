//! Wall-clock time, injected so that an answer can be tested to the byte.
//!
//! Deadlines and ages use tokio's monotonic time instead (which tests can
//! pause), so that a clock that is set while the service runs can't make a
//! token live longer.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{Timestamp, tz::Offset};

/// Korean time, all year round: NICE's `req_dtim` and the envelope's
/// `timestamp` are written in it, whatever the machine's zone is.
pub const KST: Offset = jiff::tz::offset(9);

/// Where the service reads the time of day.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that a test sets, in milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `now` until it is set again.
    #[must_use]
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now.as_millisecond())))
    }

    /// Moves a manual clock; the machine's own clock is left alone.
    pub fn set(&self, now: Timestamp) {
        if let Self::Manual(millis) = self {
            millis.store(now.as_millisecond(), Ordering::Relaxed);
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Manual(millis) => {
                Timestamp::from_millisecond(millis.load(Ordering::Relaxed)).unwrap_or_default()
            }
        }
    }
}
