//! The listener: accepts connections, bounds them in number and in time, and
//! drains them at the end.
//!
//! It stands on hyper itself: `axum::serve` knows none of these bounds.

mod body;
mod connection;
mod draining;
mod pace;
mod stream;
mod turn;

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::Router;
use rustix::io::Errno;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout_at},
};

use connection::Connection;
pub use draining::Draining;

/// Connections beyond [`ServerSettings::max_connections`] that are told so at
/// the same time; further ones are closed without a word.
const TURNED_AWAY_AT_ONCE: usize = 256;

/// How long those may take to send their request.
const AT_THE_DOOR: Duration = Duration::from_secs(1);

/// How long accepting pauses when it fails for a reason that may last, such as
/// too many open files.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// The bounds of the listener.
#[derive(Clone, Copy, Debug)]
pub struct ServerSettings {
    /// `HEADER_TIMEOUT`: longest time for a request's head, and for the first
    /// byte of a new connection.
    pub header_timeout: Duration,
    /// `BODY_TIMEOUT`: longest time for a request's body.
    pub body_timeout: Duration,
    /// `IDLE_TIMEOUT`: longest silence between requests, and longest pause
    /// of a client in taking its answer.
    pub idle_timeout: Duration,
    /// `MAX_CONNECTIONS`: connections served at once.
    pub max_connections: usize,
    /// `DRAIN_DELAY`: how long it goes on accepting after the stop.
    pub drain_delay: Duration,
    /// `DRAIN_DEADLINE`: how long requests in flight may take after that.
    pub drain_deadline: Duration,
}

impl ServerSettings {
    /// Connections that are open at once, at the most: those that are served
    /// and those that are told that there is no place.
    #[must_use]
    pub const fn most_connections(&self) -> usize {
        self.max_connections + TURNED_AWAY_AT_ONCE
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            max_connections: 16_384,
            drain_delay: Duration::ZERO,
            drain_deadline: Duration::from_secs(15),
        }
    }
}

/// What answers.
#[derive(Clone, Debug)]
pub struct Server {
    settings: ServerSettings,
    routes: Router,
    overloaded: Router,
    draining: Draining,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Each request was answered.
    Whole,
    /// So many connections were cut off at the deadline.
    CutOff(usize),
}

impl Server {
    /// A server of `routes`; `overloaded` answers on connections for which
    /// there is no place.
    #[must_use]
    pub fn new(settings: ServerSettings, routes: Router, overloaded: Router) -> Self {
        Self {
            settings,
            routes,
            overloaded,
            draining: Draining::default(),
        }
    }

    /// Tells `draining` when the stop has come.
    #[must_use]
    pub fn telling(self, draining: Draining) -> Self {
        Self { draining, ..self }
    }

    /// Serves until `stop` resolves and the connections are drained: accepts
    /// for `DRAIN_DELAY` more, then lets requests in flight finish until
    /// `DRAIN_DEADLINE`, then cuts them off.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Drained {
        let (leave, leaving) = watch::channel(());
        let mut floor = Floor {
            places: Arc::new(Semaphore::new(self.settings.max_connections)),
            turned_away: Arc::new(Semaphore::new(TURNED_AWAY_AT_ONCE)),
            connections: JoinSet::new(),
            leaving,
            server: self,
        };
        floor.accept_until(&listener, stop).await;
        floor.server.draining.begin();
        let delay = floor.server.settings.drain_delay;
        if !delay.is_zero() {
            floor.accept_until(&listener, sleep(delay)).await;
        }
        floor.accept_backlog(&listener).await;
        drop(listener);
        leave.send_replace(());
        floor.drain().await
    }
}

/// The connections of a server.
struct Floor {
    server: Server,
    places: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
    connections: JoinSet<()>,
    leaving: watch::Receiver<()>,
}

impl Floor {
    async fn accept_until(&mut self, listener: &TcpListener, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => self.admit(stream),
                    Err(error) => wait_after(&error).await,
                },
                Some(ended) = self.connections.join_next() => report(ended),
            }
        }
    }

    /// Those whom the kernel accepted before the listener closes: dropping
    /// it would cut them off.
    async fn accept_backlog(&mut self, listener: &TcpListener) {
        while let Ok(Ok((stream, _))) = timeout_at(Instant::now(), listener.accept()).await {
            self.admit(stream);
        }
    }

    fn admit(&mut self, stream: TcpStream) {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            let connection = Connection {
                routes: self.server.routes.clone(),
                settings: self.server.settings,
                draining: self.server.draining.clone(),
                leaving: self.leaving.clone(),
            };
            self.spawn(connection, stream, place);
        } else if let Ok(place) = Arc::clone(&self.turned_away).try_acquire_owned() {
            let connection = Connection {
                routes: self.server.overloaded.clone(),
                settings: ServerSettings {
                    header_timeout: self.server.settings.header_timeout.min(AT_THE_DOOR),
                    ..self.server.settings
                },
                // One answer and no more.
                draining: Draining::begun(),
                leaving: self.leaving.clone(),
            };
            self.spawn(connection, stream, place);
        }
    }

    fn spawn(&mut self, connection: Connection, stream: TcpStream, place: OwnedSemaphorePermit) {
        self.connections.spawn(async move {
            connection.serve(stream).await;
            drop(place);
        });
    }

    async fn drain(mut self) -> Drained {
        let deadline = Instant::now() + self.server.settings.drain_deadline;
        while let Ok(Some(ended)) = timeout_at(deadline, self.connections.join_next()).await {
            report(ended);
        }
        match self.connections.len() {
            0 => Drained::Whole,
            left => {
                self.server.draining.end();
                self.connections.shutdown().await;
                Drained::CutOff(left)
            }
        }
    }
}

impl Drop for Floor {
    /// With it go its connections, whatever they are at: at a second signal
    /// that is before the drain has ended.
    fn drop(&mut self) {
        self.server.draining.end();
    }
}

/// Most failures concern one connection that has gone again; some last.
async fn wait_after(error: &io::Error) {
    let of_one_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    );
    if !of_one_connection {
        tracing::error!(%error, remedy = remedy(error), "can't accept connections");
        sleep(PAUSE_AFTER_ERROR).await;
    }
}

/// Only a lack of files has a known one; any other error speaks for itself.
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
