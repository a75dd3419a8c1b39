//! Whether replicas confirm what is written. While they don't, one write at a
//! time tries whether they do again, and all others are refused unsent: waiting
//! in line for the same answer they would time out, carried out or not.

use std::sync::atomic::{AtomicBool, Ordering};

use redis::Value;

use super::link_error::LinkError;

/// What became of a write.
pub(super) enum Written {
    /// It was answered, and enough replicas have it.
    Confirmed(Value),
    /// It was answered, but too few replicas have it.
    Unconfirmed(Value, LinkError),
    /// It was not sent, since replicas are missing.
    Unsent(LinkError),
}

/// `STORE_REPLICAS`, and what is known of them.
#[derive(Default)]
pub(super) struct Replicas {
    wanted: u8,
    are_missing: AtomicBool,
    is_tried: AtomicBool,
}

/// Lets one write through. The next one may try when it is dropped.
pub(super) struct Pass<'a>(Option<&'a AtomicBool>);

impl Replicas {
    pub(super) fn new(wanted: u8) -> Self {
        Self {
            wanted,
            ..Self::default()
        }
    }

    pub(super) const fn wanted(&self) -> u8 {
        self.wanted
    }

    /// `None` while replicas are missing and another write tries.
    pub(super) fn pass(&self) -> Option<Pass<'_>> {
        if !self.are_missing.load(Ordering::Relaxed) {
            return Some(Pass(None));
        }
        let is_tried = self.is_tried.swap(true, Ordering::Acquire);
        (!is_tried).then(|| Pass(Some(&self.is_tried)))
    }

    /// Judges the answer to `WAIT`. Of a cluster nothing is remembered: its
    /// other primaries have other replicas.
    pub(super) fn judge(&self, written: Value, count: Value, is_cluster: bool) -> Written {
        let error = match count {
            Value::Int(count) if count >= i64::from(self.wanted) => {
                self.are_missing.store(false, Ordering::Relaxed);
                return Written::Confirmed(written);
            }
            Value::Int(_) => {
                self.are_missing.store(!is_cluster, Ordering::Relaxed);
                LinkError::too_few_replicas()
            }
            Value::ServerError(error) => LinkError::from(error).of("WAIT"),
            _ => LinkError::unexpected(),
        };
        Written::Unconfirmed(written, error)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(is_tried) = self.0 {
            is_tried.store(false, Ordering::Release);
        }
    }
}
