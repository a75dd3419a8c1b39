//! The listener: accepts connections and drains them at the end.

use std::future::Future;

use axum::Router;
use tokio::net::TcpListener;

/// Serves until `stop` resolves, then lets requests in flight finish.
///
/// # Errors
///
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
}
