//! The listener: accepts connections and drains them at the end.

use std::{future::Future, time::Duration};

use axum::{Router, serve::ListenerExt};
use tokio::{net::TcpListener, sync::oneshot, time::sleep};

/// How long requests in flight may take to finish after the stop.
const DRAIN_DEADLINE: Duration = Duration::from_secs(15);

/// Serves until `stop` resolves, then lets requests in flight finish, but
/// waits for none of them for ever.
///
/// # Errors
///
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let listener = listener.tap_io(|connection| {
        // An answer is one write: waiting to join it with another only delays it.
        let _ = connection.set_nodelay(true);
    });
    let graceful = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        // Whoever waits for it may have gone.
        let _ = stopping.send(());
    });
    let deadline = async move {
        // Without a stop the sender lives as long as the server.
        let _ = stopped.await;
        sleep(DRAIN_DEADLINE).await;
    };
    tokio::select! {
        served = graceful => served,
        () = deadline => {
            tracing::warn!("requests still in flight were cut off");
            Ok(())
        }
    }
}
