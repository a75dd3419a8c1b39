//! Binds the ports of a command; a refusal names a port that is free.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::error::CliError;
use crate::{config::AdminConfig, sandbox};

/// Binds `bind`, which the user sets with `flag`. A port that is proposed
/// instead is none of `but_not`.
pub(super) async fn listen(
    bind: SocketAddr,
    flag: &str,
    but_not: &[SocketAddr],
) -> Result<TcpListener, CliError> {
    sandbox::listen::listen(bind, flag, but_not)
        .await
        .map_err(CliError::failed)
}

/// Binds the metrics port. If nobody asked for a port and the default is in
/// use, the service runs without metrics: a second service on a developer's
/// machine should start.
pub(super) async fn listen_admin(
    config: AdminConfig,
    api: SocketAddr,
) -> Result<Option<TcpListener>, CliError> {
    match listen(config.bind, "--admin-bind", &[api]).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if config.is_required => Err(error),
        Err(error) => {
            tracing::warn!(%error, "no metrics");
            Ok(None)
        }
    }
}
