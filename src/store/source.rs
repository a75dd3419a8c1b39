//! Where `REDIS_URL` comes from: it is read again before each new connection,
//! so that a password can be rotated in the file.

use std::{fmt, sync::Arc};

use super::RedisAddress;

/// Reads the address anew; an error is for the log, without secrets.
type Read = dyn Fn() -> Result<RedisAddress, String> + Send + Sync;

/// An address, or the file that holds it.
#[derive(Clone)]
pub struct AddressSource {
    at_start: RedisAddress,
    read: Option<Arc<Read>>,
}

impl AddressSource {
    /// The address that was read from a file (`REDIS_URL_FILE`), and how to
    /// read it again.
    pub fn file(
        at_start: RedisAddress,
        read: impl Fn() -> Result<RedisAddress, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            at_start,
            read: Some(Arc::new(read)),
        }
    }

    /// As the file says now; if that can't be read, as it said at the start.
    pub(super) fn current(&self) -> RedisAddress {
        let Some(read) = &self.read else {
            return self.at_start.clone();
        };
        read().unwrap_or_else(|error| {
            tracing::warn!(%error, "REDIS_URL_FILE can't be read again");
            self.at_start.clone()
        })
    }
}

impl From<RedisAddress> for AddressSource {
    fn from(at_start: RedisAddress) -> Self {
        Self {
            at_start,
            read: None,
        }
    }
}

impl fmt::Debug for AddressSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressSource(redacted)")
    }
}
