//! What is known of a Redis: what was found, and what of it is over.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::Finding;

/// What is known so far.
#[derive(Default)]
pub(super) struct Known {
    findings: Mutex<Vec<Finding>>,
    nearly_full: AtomicBool,
}

impl Known {
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.lock().clone()
    }

    pub(super) fn is_nearly_full(&self) -> bool {
        self.nearly_full.load(Ordering::Relaxed)
    }

    /// Takes over what was found now, and tells what is new and what is over.
    pub(super) fn learn(&self, found: Vec<Finding>) {
        let is_full = found.contains(&Finding::NearlyFull);
        self.nearly_full.store(is_full, Ordering::Relaxed);
        let before = self.findings();
        for finding in found.iter().filter(|finding| !before.contains(finding)) {
            tracing::warn!(finding = finding.label(), "{}", finding.text());
        }
        for finding in before.iter().filter(|finding| !found.contains(finding)) {
            tracing::info!(finding = finding.label(), "no longer so");
        }
        *self.lock() = found;
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Finding>> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
