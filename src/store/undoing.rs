//! Uses that are being undone.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The markers that are being undone here: until they are, nobody is told that
/// the result was opened.
#[derive(Clone, Default)]
pub(super) struct Undoing(Arc<Mutex<HashSet<Vec<u8>>>>);

impl Undoing {
    pub(super) fn contains(&self, marker: &[u8]) -> bool {
        self.lock().contains(marker)
    }

    pub(super) fn begin(&self, marker: &[u8]) {
        self.lock().insert(marker.to_vec());
    }

    pub(super) fn end(&self, marker: &[u8]) {
        self.lock().remove(marker);
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
