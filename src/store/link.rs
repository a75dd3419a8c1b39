//! The connection to Redis: made when it is first needed, made again when it
//! is lost, and never waited on for long.

use std::{
    fmt,
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use redis::{
    Cmd, ErrorKind, RedisError, Value,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{RedisAddress, StoreError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(500);

/// For an operation as a whole, second tries included.
const OPERATION_TIMEOUT: Duration = Duration::from_millis(1500);

pub(super) struct Link {
    manager: ConnectionManager,
    /// Whether the last thing heard was a failure of the connection.
    shaken: AtomicBool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failure {
    /// The connection broke; a timeout is not that. The command may have
    /// been carried out or not.
    pub(super) broken: bool,
    text: String,
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        let text = match error.kind() {
            ErrorKind::Io => error.to_string(),
            // Redis repeats arguments in some of its messages.
            _ => error.code().unwrap_or_else(|| error.category()).to_owned(),
        };
        Self {
            broken: error.is_io_error() && !error.is_timeout(),
            text,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure.text)
    }
}

impl Link {
    /// Connects to nothing yet. Needs a tokio runtime.
    pub(super) fn new(address: &RedisAddress) -> Self {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            // A caller is told at once; the next one tries again.
            .set_number_of_retries(0)
            .set_pipeline_buffer_size(1024);
        let manager = ConnectionManager::new_lazy_with_config(address.client(), config)
            .unwrap_or_else(|_| unreachable!("only a wish for pushes, which is not ours, fails"));
        Self {
            manager,
            shaken: AtomicBool::new(false),
        }
    }

    /// Sends one command, once.
    pub(super) async fn ask(&self, command: &Cmd) -> Result<Value, Failure> {
        if self.shaken.load(Ordering::Relaxed) {
            self.steady().await?;
        }
        self.send(command).await
    }

    /// After a failure the manager lets one more command fail with it, and
    /// only then connects anew. Let a PING be that command.
    async fn steady(&self) -> Result<(), Failure> {
        let ping = redis::cmd("PING");
        if self.send(&ping).await.is_err() {
            self.send(&ping).await?;
        }
        Ok(())
    }

    async fn send(&self, command: &Cmd) -> Result<Value, Failure> {
        let answer = self.manager.clone().send_packed_command(command).await;
        let lost = answer.as_ref().is_err_and(RedisError::is_io_error);
        self.shaken.store(lost, Ordering::Relaxed);
        match answer {
            Ok(Value::ServerError(error)) => Err(RedisError::from(error).into()),
            Ok(value) => Ok(value),
            Err(error) => Err(error.into()),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

/// A whole operation: commands, and second tries.
pub(super) async fn bounded<T>(
    operation: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(OPERATION_TIMEOUT, operation)
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("timed out".to_owned())))
}

/// What a value of another type than expected is to us.
pub(super) fn unexpected() -> StoreError {
    StoreError::Unavailable("Redis gave an answer of an unexpected type".to_owned())
}
