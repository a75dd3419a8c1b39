//! `REDIS_URL`: where Redis is.

use std::fmt;

use redis::{Client, ConnectionAddr, IntoConnectionInfo, io::tcp::TcpSettings};

use crate::secret::Secret;

/// A peer that does not even acknowledge bytes for this long is gone: the
/// kernel then ends the connection, which is what makes it be made anew.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: std::time::Duration = std::time::Duration::from_secs(3);

/// An address that Redis can be asked at, which may hold a password.
#[derive(Clone)]
pub struct RedisAddress(Client);

impl RedisAddress {
    /// Reads it (`redis://`, `rediss://`, `redis+unix://`); asks nobody.
    ///
    /// # Errors
    ///
    /// What is wrong, in words that don't repeat the address.
    pub fn parse(url: &Secret) -> Result<Self, &'static str> {
        const NO_ADDRESS: &str = "is not the address of a Redis; write it like \
                                  redis://:password@10.0.0.2:6379/0, or rediss:// for TLS";
        let Ok(info) = url.expose().into_connection_info() else {
            return Err(NO_ADDRESS);
        };
        // The library refuses it too, but each time that it connects.
        if matches!(info.addr(), ConnectionAddr::TcpTls { insecure: true, .. }) {
            return Err("must not end in #insecure: the certificate is always verified");
        }
        let tcp = TcpSettings::default().set_nodelay(true);
        #[cfg(target_os = "linux")]
        let tcp = tcp.set_user_timeout(UNACKNOWLEDGED);
        Client::open(info.set_tcp_settings(tcp))
            .map(Self)
            .map_err(|_| NO_ADDRESS)
    }

    /// Who will ask there.
    pub(super) fn client(&self) -> Client {
        self.0.clone()
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisAddress(redacted)")
    }
}
