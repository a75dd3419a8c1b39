//! Where `REDIS_URL` comes from: it is read again before each new connection,
//! so that a password can be rotated in the file.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::RedisAddress;

/// Reads the address anew; an error is for the log, without secrets.
type Read = dyn Fn() -> Result<RedisAddress, String> + Send + Sync;

/// An address, or the file that holds it.
pub struct AddressSource {
    /// As it was read last.
    last: Mutex<RedisAddress>,
    read: Option<Arc<Read>>,
    /// Whether the file could not be read: the log says why once.
    is_unreadable: AtomicBool,
}

impl AddressSource {
    /// The address that was read from a file (`REDIS_URL_FILE`), and how to
    /// read it again.
    pub fn file(
        at_start: RedisAddress,
        read: impl Fn() -> Result<RedisAddress, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            read: Some(Arc::new(read)),
            ..at_start.into()
        }
    }

    /// As the file says now; if that can't be read, as it said last.
    pub(super) fn current(&self) -> RedisAddress {
        self.is_readable();
        self.last().clone()
    }

    /// Reads the file, if there is one.
    pub(super) fn is_readable(&self) -> bool {
        let Some(read) = &self.read else {
            return true;
        };
        match read() {
            Ok(address) => {
                *self.last() = address;
                self.is_unreadable.store(false, Ordering::Relaxed);
                true
            }
            Err(error) => {
                if !self.is_unreadable.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "REDIS_URL_FILE can't be read again");
                }
                false
            }
        }
    }

    fn last(&self) -> MutexGuard<'_, RedisAddress> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for AddressSource {
    fn clone(&self) -> Self {
        Self {
            read: self.read.clone(),
            ..self.last().clone().into()
        }
    }
}

impl From<RedisAddress> for AddressSource {
    fn from(address: RedisAddress) -> Self {
        Self {
            last: Mutex::new(address),
            read: None,
            is_unreadable: AtomicBool::new(false),
        }
    }
}

impl fmt::Debug for AddressSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressSource(redacted)")
    }
}
