//! `REDIS_URL`, parsed.

use std::fmt;

use redis::{Client, ConnectionAddr, IntoConnectionInfo, io::tcp::TcpSettings};

use crate::secret::Secret;

/// If the peer acknowledges no bytes for this long, the kernel closes the
/// connection, and a new one is opened.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: std::time::Duration = std::time::Duration::from_secs(3);

/// The address of a Redis. May hold a password, so it never prints.
#[derive(Clone)]
pub struct RedisAddress(Client);

impl RedisAddress {
    /// Parses `redis://`, `rediss://` and `redis+unix://`. Does not connect.
    ///
    /// # Errors
    ///
    /// What is wrong. The text does not repeat the address.
    pub fn parse(url: &Secret) -> Result<Self, &'static str> {
        const NO_ADDRESS: &str = "is not the address of a Redis; write it like \
                                  redis://:password@10.0.0.2:6379/0, or rediss:// for TLS";
        let Ok(info) = url.expose().into_connection_info() else {
            return Err(NO_ADDRESS);
        };
        // The library refuses it too, but only when it connects.
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

    /// A client for this address.
    pub(super) fn client(&self) -> Client {
        self.0.clone()
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisAddress(redacted)")
    }
}
