//! The connection to Redis: opened when it is first needed, replaced when it
//! is lost or when only another one can help, and never waited on for long.

use std::{
    fmt,
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, RedisError, Value, aio::MultiplexedConnection,
    cmd,
};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{RedisAddress, StoreError};

/// For TCP, TLS and the login together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(500);

/// For an operation as a whole, retries included.
const OPERATION_TIMEOUT: Duration = Duration::from_millis(1500);

/// The back-off after the second failure in a row; it doubles up to the
/// longest. The first failure has none: a connection that was idle for long
/// is often just closed.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_millis(500);

/// How long a success does not end the back-off after a refused command: a
/// demoted primary still answers reads.
const REFUSAL_COUNTS: Duration = Duration::from_secs(1);

/// Error codes of a server that refuses whatever comes over this connection,
/// while a new one may reach another server (after a failover), log in again
/// (after a password rotation) or find that loading has ended.
const WANTS_ANOTHER_CONNECTION: [&str; 6] = [
    "READONLY",
    "LOADING",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "NOAUTH",
    "WRONGPASS",
];

/// One connection that all operations share, and the way to the next one.
///
/// The crate's `ConnectionManager` is not used: it keeps a connection whose
/// server was demoted, and it keeps the error of a refused login for ever.
pub(super) struct Link {
    client: Client,
    /// Held while connecting, so that one caller connects and the others wait.
    state: Mutex<State>,
    /// Whether the last answer was a failure. Spares the lock on success.
    failing: AtomicBool,
}

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// Counts connections, so that the failure of an old one does not close
    /// its successor.
    generation: u64,
    /// Failures in a row.
    failures: u32,
    /// The last failure: callers get it during the back-off that follows.
    last: Option<(Instant, LinkError)>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) struct LinkError {
    /// The connection broke; a timeout does not count. The command may have
    /// been carried out or not.
    pub(super) broken: bool,
    /// The server refused the command, and another connection may help.
    refused: bool,
    text: String,
}

impl From<RedisError> for LinkError {
    fn from(error: RedisError) -> Self {
        let text = match error.kind() {
            ErrorKind::Io => error.to_string(),
            // Redis repeats arguments in some of its messages.
            _ => error.code().unwrap_or_else(|| error.category()).to_owned(),
        };
        Self {
            broken: error.is_io_error() && !error.is_timeout(),
            refused: error
                .code()
                .is_some_and(|code| WANTS_ANOTHER_CONNECTION.contains(&code)),
            text,
        }
    }
}

impl From<LinkError> for StoreError {
    fn from(error: LinkError) -> Self {
        Self::Unavailable(error.text)
    }
}

impl Link {
    /// Connects to nothing yet.
    pub(super) fn new(address: &RedisAddress) -> Self {
        Self {
            client: address.client(),
            state: Mutex::default(),
            failing: AtomicBool::new(false),
        }
    }

    /// Sends one command. A refused command was not carried out, so it is sent
    /// once more over a new connection.
    pub(super) async fn ask(&self, command: &Cmd) -> Result<Value, LinkError> {
        match self.send(command).await {
            Err(error) if error.refused => self.send(command).await,
            answer => answer,
        }
    }

    async fn send(&self, command: &Cmd) -> Result<Value, LinkError> {
        let (generation, mut connection) = self.connection().await?;
        let answer = match connection.send_packed_command(command).await {
            Ok(Value::ServerError(error)) => Err(RedisError::from(error)),
            answer => answer,
        };
        match answer {
            Ok(value) => {
                self.succeeded().await;
                Ok(value)
            }
            Err(error) => {
                let lost = error.is_io_error() || error.is_unrecoverable_error();
                let error = LinkError::from(error);
                if lost || error.refused {
                    self.replace(generation, &error).await;
                }
                Err(error)
            }
        }
    }

    /// The connection, or a new one. Not tried during a back-off: callers get
    /// the last failure at once.
    async fn connection(&self) -> Result<(u64, MultiplexedConnection), LinkError> {
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection {
            return Ok((state.generation, connection.clone()));
        }
        if let Some((at, error)) = &state.last
            && at.elapsed() < back_off(state.failures)
        {
            return Err(error.clone());
        }
        match self.connect().await {
            Ok(connection) => {
                state.generation += 1;
                state.connection = Some(connection.clone());
                Ok((state.generation, connection))
            }
            Err(error) => {
                self.failed(&mut state, &error);
                Err(error)
            }
        }
    }

    /// Looks the host's address up each time: after a failover a name
    /// may lead to another server.
    async fn connect(&self) -> Result<MultiplexedConnection, LinkError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_pipeline_buffer_size(1024);
        let connecting = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        match timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(connection) => Ok(connection?),
            Err(_) => Err(LinkError {
                broken: false,
                refused: false,
                text: "connecting timed out".to_owned(),
            }),
        }
    }

    /// Gives the connection up. Commands in flight on it may still end well.
    async fn replace(&self, generation: u64, error: &LinkError) {
        let mut state = self.state.lock().await;
        if state.generation == generation && state.connection.take().is_some() {
            self.failed(&mut state, error);
        }
    }

    fn failed(&self, state: &mut State, error: &LinkError) {
        self.failing.store(true, Ordering::Relaxed);
        if state
            .last
            .as_ref()
            .is_none_or(|(_, last)| last.text != error.text)
        {
            tracing::warn!(cause = error.text, "the connection to Redis is replaced");
        }
        state.failures += 1;
        state.last = Some((Instant::now(), error.clone()));
    }

    async fn succeeded(&self) {
        if !self.failing.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state.lock().await;
        let refused_just_now = state
            .last
            .as_ref()
            .is_some_and(|(at, error)| error.refused && at.elapsed() < REFUSAL_COUNTS);
        if refused_just_now {
            return;
        }
        self.failing.store(false, Ordering::Relaxed);
        state.failures = 0;
        if state.last.take().is_some() {
            tracing::info!("Redis answers again");
        }
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
        .unwrap_or_else(|_| Err(StoreError::Unavailable("timed out".to_owned())))
}

/// The error for an answer of a type that the command never gives.
pub(super) fn unexpected() -> StoreError {
    StoreError::Unavailable("Redis gave an answer of an unexpected type".to_owned())
}

/// Reads a key. Retries once if the connection is broken, as it often is
/// after a long idle time.
pub(super) async fn get(link: &Link, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut get = cmd("GET");
    get.arg(name);
    let answer = match link.ask(&get).await {
        Err(error) if error.broken => link.ask(&get).await?,
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
