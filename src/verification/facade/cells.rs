//! The store as the façade uses it. A person waits in a browser meanwhile, who
//! could only reload: so it has some time to come back, which a failover takes.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep};

use super::Facade;
use crate::store::{Cell, CellValue, Found, Put, StoreError};

/// How long a store that gives no answer is asked again.
const PATIENCE: Duration = Duration::from_secs(3);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

impl Facade {
    /// The session of this token.
    pub(super) async fn find(&self, token_version_id: &str) -> Result<Found, StoreError> {
        patiently(PATIENCE, || self.store.find(token_version_id)).await
    }

    /// Lets a session live for `life` from now at least.
    pub(super) async fn extend(
        &self,
        token_version_id: &str,
        life: Duration,
    ) -> Result<(), StoreError> {
        patiently(PATIENCE, || self.store.extend(token_version_id, life)).await
    }

    pub(super) async fn read(&self, cell: Cell, id: &str) -> Result<Option<CellValue>, StoreError> {
        patiently(PATIENCE, || self.store.read_cell(cell, id)).await
    }

    pub(super) async fn write(&self, cell: Cell, id: &str, value: &[u8]) -> Result<(), StoreError> {
        let life = self.life();
        patiently(PATIENCE, || self.store.write_cell(cell, id, value, life)).await
    }

    pub(super) async fn remove(&self, cell: Cell, id: &str) -> Result<(), StoreError> {
        patiently(PATIENCE, || self.store.remove_cell(cell, id)).await
    }

    /// Adds a cell whose value may be like another's: whether a try that got no
    /// answer has added it, or another did, is all the same then.
    pub(super) async fn add_if_absent(
        &self,
        cell: Cell,
        id: &str,
        value: &[u8],
    ) -> Result<Put, StoreError> {
        let life = self.life();
        patiently(PATIENCE, || self.store.add_cell(cell, id, value, life)).await
    }

    /// Adds a cell whose value is like no other's.
    pub(super) async fn add(&self, cell: Cell, id: &str, value: &[u8]) -> Result<Put, StoreError> {
        self.add_for(self.life(), PATIENCE, (cell, id), value).await
    }

    /// The same with another life, and another patience.
    pub(super) async fn add_for(
        &self,
        life: Duration,
        patience: Duration,
        (cell, id): (Cell, &str),
        value: &[u8],
    ) -> Result<Put, StoreError> {
        patiently(patience, || async {
            let put = self.store.add_cell(cell, id, value, life).await?;
            // A try that got no answer may have added it.
            if put == Put::Exists
                && let Some(present) = self.store.read_cell(cell, id).await?
                && **present == *value
            {
                return Ok(Put::Stored);
            }
            Ok(put)
        })
        .await
    }
}

/// Tries until there is an answer, or for so long. What Redis refuses for good
/// is not tried again.
async fn patiently<T, F>(patience: Duration, attempt: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let until = Instant::now() + patience;
    loop {
        match attempt().await {
            Err(error)
                if !error.is_refusal()
                    && !error.is_unknown_command()
                    && Instant::now() + PAUSE < until =>
            {
                tracing::debug!(%error, "the store is asked again");
                sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
