//! Binds the ports of a command; a refusal names a port that is free.

use std::{io::ErrorKind, net::SocketAddr};

use tokio::net::TcpListener;

use super::error::CliError;
use crate::config::AdminConfig;

/// Binds `bind`, which the user sets with `flag`.
pub(super) async fn listen(bind: SocketAddr, flag: &str) -> Result<TcpListener, CliError> {
    match TcpListener::bind(bind).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let free = free_neighbour(bind).await;
            Err(CliError::failed(format!(
                "{bind} is in use by another program; stop it, or try {flag} {free}"
            )))
        }
        Err(error) => Err(CliError::failed(format!("can't listen on {bind}: {error}"))),
    }
}

/// Binds the metrics port. If nobody asked for a port and the default is in
/// use, the service runs without metrics: a second service on a developer's
/// machine should start.
pub(super) async fn listen_admin(config: AdminConfig) -> Result<Option<TcpListener>, CliError> {
    match listen(config.bind, "--admin-bind").await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if config.is_required => Err(error),
        Err(error) => {
            tracing::warn!(%error, "no metrics");
            Ok(None)
        }
    }
}

async fn free_neighbour(taken: SocketAddr) -> SocketAddr {
    let mut candidate = taken;
    for port in (1..=50).filter_map(|step| taken.port().checked_add(step)) {
        candidate.set_port(port);
        if TcpListener::bind(candidate).await.is_ok() {
            return candidate;
        }
    }
    // Port 0: the operating system picks one.
    candidate.set_port(0);
    candidate
}
