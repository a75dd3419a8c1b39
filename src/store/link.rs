//! The way to Redis: a connection is opened when it is first needed, replaced
//! when it is lost or when only another one can help, and never waited on for
//! long.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use redis::{Cmd, Pipeline, RedisResult, Value, cmd};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::{Instant, timeout},
};

use super::{
    AddressSource, StoreError,
    connection::Connection,
    link_error::LinkError,
    replaced::{Cause, Replaced},
    replicas::{Replicas, Written},
};

/// For an operation as a whole, retries included. An opening has two, and its
/// caller waits for no more than 2 s.
const OPERATION_TIMEOUT: Duration = Duration::from_millis(950);

/// How long the primary waits for its replicas.
const REPLICAS_TIMEOUT_MS: u64 = 300;

/// The back-off after the second failure in a row; it doubles up to the
/// longest. The first failure has none: a connection that was idle for long
/// is often just closed.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_millis(500);

/// How long a success does not end the back-off after a refused command, or
/// after any failure of a cluster: a demoted primary still answers reads, and
/// other nodes still serve their keys.
const REFUSAL_COUNTS: Duration = Duration::from_secs(1);

/// One connection that all operations share, and the way to the next one.
///
/// The crate's `ConnectionManager` is not used: it keeps a connection whose
/// server was demoted, and it keeps the error of a refused login until a restart.
pub(super) struct Link {
    shared: Arc<Shared>,
    replicas: Replicas,
}

struct Shared {
    source: AddressSource,
    waits: bool,
    /// Held while connecting, so that one caller connects and the others wait.
    state: Arc<Mutex<State>>,
    /// Whether the last answer was a failure. Spares the lock on success.
    failing: AtomicBool,
    replaced: Replaced,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    /// Counts connections, so that the failure of an old one does not close
    /// its successor.
    generation: u64,
    /// Whether a cluster's successor is on its way.
    is_renewed: bool,
    /// Failures in a row.
    failures: u32,
    /// The last failure: callers get it during the back-off that follows.
    last: Option<(Instant, LinkError)>,
}

impl Link {
    /// Connects to nothing yet. With `replicas`, [`Self::write`] waits until
    /// that many have what was written.
    pub(super) fn new(source: AddressSource, replicas: u8) -> Self {
        let shared = Shared {
            source,
            waits: replicas > 0,
            state: Arc::default(),
            failing: AtomicBool::new(false),
            replaced: Replaced::default(),
        };
        Self {
            shared: Arc::new(shared),
            replicas: Replicas::new(replicas),
        }
    }

    /// Sends one command. A refused command was not carried out, so it is sent
    /// once more over a new connection.
    pub(super) async fn ask(&self, command: &Cmd) -> Result<Value, LinkError> {
        self.twice(|connection| async move { connection.send(command).await })
            .await
    }

    /// Sends a command that writes, and waits for `STORE_REPLICAS` in the same
    /// round trip. An error may mean that it was carried out.
    pub(super) async fn write(&self, command: &Cmd) -> Result<Value, LinkError> {
        match self.write_and_tell(command).await? {
            Written::Confirmed(written) => Ok(written),
            Written::Unconfirmed(_, error) | Written::Unsent(error) => Err(error),
        }
    }

    /// The same for those who can undo what was not confirmed.
    pub(super) async fn write_and_tell(&self, command: &Cmd) -> Result<Written, LinkError> {
        if self.replicas.wanted() == 0 {
            return self.ask(command).await.map(Written::Confirmed);
        }
        let Some(_pass) = self.replicas.pass() else {
            return Ok(Written::Unsent(LinkError::too_few_replicas()));
        };
        let mut both = Pipeline::with_capacity(2);
        let mut wait = cmd("WAIT");
        wait.arg(self.replicas.wanted()).arg(REPLICAS_TIMEOUT_MS);
        both.add_command(command.clone()).add_command(wait);
        let both = &both;
        let (answers, is_cluster) = self
            .twice(|connection| async move {
                Ok((connection.send_all(both).await?, connection.is_cluster()))
            })
            .await?;
        let mut answers = answers.into_iter();
        let (Some(written), Some(count)) = (answers.next(), answers.next()) else {
            return Err(LinkError::unexpected());
        };
        Ok(self.replicas.judge(written, count, is_cluster))
    }

    /// Asks each primary of a cluster; otherwise the only one. Tells whether
    /// it is a cluster.
    pub(super) async fn ask_primaries(
        &self,
        command: &Cmd,
    ) -> Result<(Vec<Value>, bool), LinkError> {
        self.twice(|connection| async move {
            let answers = connection.send_to_primaries(command).await?;
            Ok((answers, connection.is_cluster()))
        })
        .await
    }

    /// `STORE_REPLICAS`.
    pub(super) const fn wanted_replicas(&self) -> u8 {
        self.replicas.wanted()
    }

    /// Whether the file of the address can be read, if it comes from one.
    pub(super) fn is_address_readable(&self) -> bool {
        self.shared.source.is_readable()
    }

    /// Whether the last answer was one, or nothing was asked yet.
    pub(super) fn is_well(&self) -> bool {
        !self.shared.failing.load(Ordering::Relaxed)
    }

    /// How often a connection had to be replaced, by cause.
    pub(super) fn replaced(&self) -> impl Iterator<Item = (Cause, u64)> {
        self.shared.replaced.counts()
    }

    async fn twice<T, F>(&self, send: impl Fn(Arc<Connection>) -> F) -> Result<T, LinkError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        match self.once(&send).await {
            Err(error) if error.wants_another_connection() => self.once(&send).await,
            answer => answer,
        }
    }

    async fn once<T, F>(&self, send: impl Fn(Arc<Connection>) -> F) -> Result<T, LinkError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (generation, connection) = self.shared.connection().await?;
        match send(connection).await {
            Ok(value) => {
                self.shared.succeeded().await;
                Ok(value)
            }
            Err(error) => {
                let error = LinkError::from(error);
                if error.is_lost() || error.wants_another_connection() {
                    self.shared.replace(generation, &error).await;
                }
                Err(error)
            }
        }
    }
}

impl Shared {
    /// The connection, or a new one. Not tried during a back-off: callers get
    /// the last failure at once.
    async fn connection(self: &Arc<Self>) -> Result<(u64, Arc<Connection>), LinkError> {
        let state = Arc::clone(&self.state).lock_owned().await;
        if let Some(connection) = &state.connection {
            return Ok((state.generation, Arc::clone(connection)));
        }
        if let Some((at, error)) = &state.last
            && at.elapsed() < back_off(state.failures)
        {
            return Err(error.clone());
        }
        // It goes on when its caller leaves: looking for a primary takes
        // longer than one caller may wait.
        tokio::spawn(Arc::clone(self).connect(state))
            .await
            .unwrap_or_else(|_| Err(LinkError::unexpected()))
    }

    async fn connect(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State>,
    ) -> Result<(u64, Arc<Connection>), LinkError> {
        match Connection::open(self.source.current().topology(), self.waits).await {
            Ok(connection) => Ok(state.install(connection)),
            Err(error) => {
                self.failed(&mut state, &error);
                Err(error)
            }
        }
    }

    /// Gives the connection up. Commands in flight on it may still end well.
    /// A cluster's connection stays until its successor is there, since most
    /// of its nodes may be well.
    async fn replace(self: &Arc<Self>, generation: u64, error: &LinkError) {
        let mut state = self.state.lock().await;
        if state.generation != generation || state.is_renewed {
            return;
        }
        let Some(connection) = &state.connection else {
            return;
        };
        if connection.is_cluster() {
            let is_early = state
                .last
                .as_ref()
                .is_some_and(|(at, _)| at.elapsed() < back_off(state.failures));
            if !is_early {
                state.is_renewed = true;
                self.failed(&mut state, error);
                tokio::spawn(Arc::clone(self).renew());
            }
        } else {
            state.connection = None;
            self.failed(&mut state, error);
        }
    }

    async fn renew(self: Arc<Self>) {
        let opened = Connection::open(self.source.current().topology(), self.waits).await;
        let mut state = self.state.lock().await;
        state.is_renewed = false;
        match opened {
            Ok(connection) => {
                state.install(connection);
            }
            Err(error) => self.failed(&mut state, &error),
        }
    }

    fn failed(&self, state: &mut State, error: &LinkError) {
        self.failing.store(true, Ordering::Relaxed);
        self.replaced.count(error.cause());
        if state.last.as_ref().is_none_or(|(_, last)| last != error) {
            tracing::warn!(
                cause = error.cause().name(),
                %error,
                remedy = error.remedy(),
                "the connection to Redis is replaced"
            );
        }
        state.failures += 1;
        state.last = Some((Instant::now(), error.clone()));
    }

    async fn succeeded(&self) {
        if !self.failing.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state.lock().await;
        let is_cluster = state.connection.as_ref().is_some_and(|c| c.is_cluster());
        let failed_just_now = state.last.as_ref().is_some_and(|(at, error)| {
            (is_cluster || error.wants_another_connection()) && at.elapsed() < REFUSAL_COUNTS
        });
        if failed_just_now || state.is_renewed {
            return;
        }
        self.failing.store(false, Ordering::Relaxed);
        state.failures = 0;
        if state.last.take().is_some() {
            tracing::info!("Redis answers again");
        }
    }
}

impl State {
    fn install(&mut self, connection: Connection) -> (u64, Arc<Connection>) {
        let connection = Arc::new(connection);
        self.generation += 1;
        self.connection = Some(Arc::clone(&connection));
        (self.generation, connection)
    }
}

/// How long no connection is tried after this many failures in a row.
fn back_off(failures: u32) -> Duration {
    match failures.checked_sub(2) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_BACK_OFF
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(LONGEST_BACK_OFF),
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

/// Runs a whole operation: commands and their retries.
pub(super) async fn bounded<T>(
    operation: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout(OPERATION_TIMEOUT, operation)
        .await
        .unwrap_or_else(|_| Err(LinkError::timed_out().into()))
}

/// The error for an answer of a type that the command never gives.
pub(super) fn unexpected() -> StoreError {
    LinkError::unexpected().into()
}

/// Reads a key. Retries once if the connection is broken, as it often is
/// after a long idle time.
pub(super) async fn get(link: &Link, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut get = cmd("GET");
    get.arg(name);
    let answer = match link.ask(&get).await {
        Err(error) if error.is_broken() => link.ask(&get).await?,
        answer => answer?,
    };
    bytes(answer)
}

pub(super) fn bytes(answer: Value) -> Result<Option<Vec<u8>>, StoreError> {
    match answer {
        Value::BulkString(bytes) => Ok(Some(bytes)),
        Value::Nil => Ok(None),
        _ => Err(unexpected()),
    }
}
