//! The listener: accepts connections, limits their number and their time, and
//! drains them at shutdown.
//!
//! It uses hyper directly, since `axum::serve` has none of these limits.

mod body;
mod closing;
mod connection;
mod draining;
mod repoll;
mod shares;
mod state;
mod stream;

use std::{future::Future, io, net::IpAddr, sync::Arc, time::Duration};

use axum::Router;
use rustix::io::Errno;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use connection::Connection;
pub use draining::{Draining, UnderWay};
use shares::Shares;
use state::ConnectionState;

/// How long such a connection may take to send its request.
const TURN_AWAY_TIMEOUT: Duration = Duration::from_secs(1);

/// Pause before the next accept, after an error that may last, such as too many
/// open files.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// The listener's limits.
#[derive(Clone, Copy, Debug)]
pub struct ServerSettings {
    /// `HEADER_TIMEOUT`: timeout for a request's head, and for the first byte
    /// of a new connection.
    pub header_timeout: Duration,
    /// `BODY_TIMEOUT`: timeout for a request's body.
    pub body_timeout: Duration,
    /// `IDLE_TIMEOUT`: timeout of a keep-alive connection between requests,
    /// and of a client that stops reading its response.
    pub idle_timeout: Duration,
    /// `MAX_CONNECTIONS`: maximum number of open connections.
    pub max_connections: usize,
    /// Connections beyond it that are answered `OVERLOADED` at the same time.
    /// Any more are closed without a response.
    pub max_turned_away: usize,
    /// `DRAIN_DELAY`: how long the listener keeps accepting after the signal.
    pub drain_delay: Duration,
    /// `DRAIN_DEADLINE`: how long requests in flight may then take.
    pub drain_deadline: Duration,
}

impl ServerSettings {
    /// Maximum number of open sockets: connections that are served, and those
    /// that are being turned away.
    #[must_use]
    pub const fn max_open_sockets(&self) -> usize {
        self.max_connections + self.max_turned_away
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            max_connections: 16_384,
            max_turned_away: 256,
            drain_delay: Duration::ZERO,
            drain_deadline: Duration::from_secs(15),
        }
    }
}

/// An HTTP/1.1 server.
#[derive(Clone, Debug)]
pub struct Server {
    settings: ServerSettings,
    routes: Router,
    overloaded: Router,
    draining: Draining,
    /// `None`: one address may hold all connections.
    shares: Option<Shares>,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every request was answered.
    Whole,
    /// This many connections were cut off at the deadline.
    CutOff(usize),
}

impl Server {
    /// Serves `routes`. Connections beyond the limit are served `overloaded`.
    #[must_use]
    pub fn new(settings: ServerSettings, routes: Router, overloaded: Router) -> Self {
        Self {
            settings,
            routes,
            overloaded,
            draining: Draining::default(),
            shares: None,
        }
    }

    /// From now on an address with more than a quarter of `MAX_CONNECTIONS`
    /// makes way when all are taken, unless it is a proxy's.
    #[must_use]
    pub fn with_shares(self, is_proxy: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        let shares = Some(Shares::of(self.settings.max_connections, is_proxy));
        Self { shares, ..self }
    }

    /// Begins and ends `draining` when the server does.
    #[must_use]
    pub fn with_draining(self, draining: Draining) -> Self {
        Self { draining, ..self }
    }

    /// Serves until `stop` resolves, then drains: keeps accepting for
    /// `DRAIN_DELAY`, lets requests in flight, and [`Draining::work`] that
    /// outlives its request, finish within `DRAIN_DEADLINE`, then aborts the
    /// rest.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Drained {
        let (drain, receiver) = watch::channel(());
        let mut connections = Connections {
            permits: Arc::new(Semaphore::new(self.settings.max_connections)),
            turn_away_permits: Arc::new(Semaphore::new(self.settings.max_turned_away)),
            tasks: JoinSet::new(),
            drain: receiver,
            server: self,
        };
        connections.accept_until(&listener, stop).await;
        connections.server.draining.begin();
        let delay = connections.server.settings.drain_delay;
        if !delay.is_zero() {
            connections.accept_until(&listener, sleep(delay)).await;
        }
        // Where the kernel can't, the moment until the close stays.
        let _ = closing::begin_no_more(&listener);
        for (stream, peer) in closing::backlog(listener) {
            connections.admit(stream, peer.ip());
        }
        drain.send_replace(());
        connections.drain().await
    }
}

/// The connections of a server.
struct Connections {
    server: Server,
    permits: Arc<Semaphore>,
    turn_away_permits: Arc<Semaphore>,
    tasks: JoinSet<()>,
    drain: watch::Receiver<()>,
}

impl Connections {
    async fn accept_until(&mut self, listener: &TcpListener, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.admit(stream, peer.ip()),
                    Err(error) => wait_after(&error).await,
                },
                Some(ended) = self.tasks.join_next() => report(ended),
            }
        }
    }

    fn admit(&mut self, stream: TcpStream, peer: IpAddr) {
        let served = self.server.settings;
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            let connection = self.connection(self.server.routes.clone(), served);
            self.spawn(connection, stream, peer, async { Some(permit) });
        } else if self.server.shares.as_ref().is_some_and(Shares::make_way) {
            let connection = self.connection(self.server.routes.clone(), served);
            let permits = Arc::clone(&self.permits);
            self.spawn(connection, stream, peer, async {
                let permit = timeout(TURN_AWAY_TIMEOUT, permits.acquire_owned()).await;
                permit.ok()?.ok()
            });
        } else if let Ok(permit) = Arc::clone(&self.turn_away_permits).try_acquire_owned() {
            let settings = ServerSettings {
                header_timeout: served.header_timeout.min(TURN_AWAY_TIMEOUT),
                ..served
            };
            let mut connection = self.connection(self.server.overloaded.clone(), settings);
            // Closes after the first response.
            connection.draining = Draining::begun();
            self.tasks.spawn(async move {
                connection.serve(stream).await;
                drop(permit);
            });
        }
    }

    fn connection(&self, routes: Router, settings: ServerSettings) -> Connection {
        let state = ConnectionState::new(settings.header_timeout, settings.idle_timeout);
        Connection {
            routes,
            settings,
            draining: self.server.draining.clone(),
            drain: self.drain.clone(),
            state: Arc::new(state),
        }
    }

    /// Serves the connection once it has a place among `MAX_CONNECTIONS`.
    fn spawn(
        &mut self,
        connection: Connection,
        stream: TcpStream,
        peer: IpAddr,
        place: impl Future<Output = Option<OwnedSemaphorePermit>> + Send + 'static,
    ) {
        let shares = self.server.shares.as_ref();
        let share = shares.and_then(|shares| shares.enter(peer, &connection.state));
        self.tasks.spawn(async move {
            if let Some(permit) = place.await {
                connection.serve(stream).await;
                drop(permit);
            }
            drop(share);
        });
    }

    async fn drain(mut self) -> Drained {
        let deadline = Instant::now() + self.server.settings.drain_deadline;
        while let Ok(Some(ended)) = timeout_at(deadline, self.tasks.join_next()).await {
            report(ended);
        }
        // An error means that work is left.
        let _ = timeout_at(deadline, self.server.draining.idle()).await;
        // Work whose client still waits has a connection, too.
        match self.tasks.len().max(self.server.draining.under_way()) {
            0 => Drained::Whole,
            left => {
                self.server.draining.end();
                self.tasks.shutdown().await;
                Drained::CutOff(left)
            }
        }
    }
}

impl Drop for Connections {
    /// Dropping aborts all connections, e.g. at a second signal during the
    /// drain.
    fn drop(&mut self) {
        self.server.draining.end();
    }
}

/// Backs off, unless the error concerned only one connection.
async fn wait_after(error: &io::Error) {
    let of_one_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    );
    if !of_one_connection {
        tracing::error!(%error, remedy = remedy(error), "can't accept connections");
        sleep(ACCEPT_BACKOFF).await;
    }
}

/// What the operator can do. Other errors speak for themselves.
fn remedy(error: &io::Error) -> Option<&'static str> {
    match Errno::from_io_error(error)? {
        Errno::MFILE => Some("raise the process's limit of open files (ulimit -n)"),
        Errno::NFILE => Some("raise the machine's limit of open files (fs.file-max)"),
        _ => None,
    }
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(crash) = ended
        && crash.is_panic()
    {
        tracing::error!(%crash, "a connection crashed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_too_many_files_are_blamed_on_their_limit() {
        let remedy_of = |errno: Errno| remedy(&errno.into());
        assert!(remedy_of(Errno::MFILE).is_some_and(|text| text.contains("ulimit -n")));
        assert!(remedy_of(Errno::NFILE).is_some_and(|text| text.contains("fs.file-max")));
        for other in [Errno::NOBUFS, Errno::NOMEM, Errno::PERM, Errno::INVAL] {
            assert_eq!(remedy_of(other), None, "{other}");
        }
        assert_eq!(remedy(&io::Error::other("no number")), None);
    }
}
