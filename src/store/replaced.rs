//! How often the connection to Redis had to be replaced, by cause.

use std::sync::atomic::{AtomicU64, Ordering};

/// Why, as the label of a metric and in the log: a closed set.
const NAMES: [&str; 10] = [
    "READONLY",
    "LOADING",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "NOAUTH",
    "WRONGPASS",
    "timeout",
    "broken",
    "replicas",
    "other",
];

/// One of the causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cause(usize);

pub(super) const TIMEOUT: Cause = Cause(6);
pub(super) const BROKEN: Cause = Cause(7);
pub(super) const REPLICAS: Cause = Cause(8);
pub(super) const OTHER: Cause = Cause(9);

impl Cause {
    pub(super) fn of_code(code: &str) -> Self {
        NAMES
            .iter()
            .position(|name| *name == code)
            .map_or(OTHER, Self)
    }

    pub(super) const fn name(self) -> &'static str {
        NAMES[self.0]
    }
}

/// The counts.
#[derive(Default)]
pub(super) struct Replaced([AtomicU64; NAMES.len()]);

impl Replaced {
    pub(super) fn count(&self, cause: Cause) {
        self.0[cause.0].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> impl Iterator<Item = (Cause, u64)> {
        self.0
            .iter()
            .enumerate()
            .map(|(index, count)| (Cause(index), count.load(Ordering::Relaxed)))
    }
}
