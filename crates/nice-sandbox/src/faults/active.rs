//! What is switched on at the moment.

use std::time::Duration;

use super::{
    catalogue::{Call, Fault},
    entry::Entry,
};

/// The entries that have times left, in the order in which they apply.
#[derive(Debug, Default)]
pub(crate) struct Active {
    entries: Vec<Entry>,
}

/// The fault that one call gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) call: Call,
    pub(crate) fault: &'static Fault,
    pub(crate) delay: Option<Duration>,
}

impl Active {
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn replace(&mut self, entries: Vec<Entry>) {
        self.entries = entries;
    }

    /// Uses up one time of the call's first entry.
    pub(crate) fn take(&mut self, call: Call) -> Option<Hit> {
        let index = self.entries.iter().position(|entry| entry.call == call)?;
        let entry = &mut self.entries[index];
        let hit = Hit {
            call,
            fault: entry.fault,
            delay: entry.delay.map(|delay| delay.length),
        };
        match &mut entry.times {
            Some(1) => {
                self.entries.remove(index);
            }
            Some(times) => *times -= 1,
            None => {}
        }
        Some(hit)
    }
}
