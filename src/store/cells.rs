//! Cells: small values beside the sessions, each under an id of its own. What
//! a verification needs on its way through the newer API's window.
//!
//! A cell is added once, or written by the holder of a claim. That is all that
//! one Redis command on one key can promise, and it is enough.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{Cmd, Value, cmd};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{
    Cell, CellValue, Put, RedisStore, Store, StoreError,
    command::set,
    link::{bounded, unexpected},
    seal::Record,
};

impl Store {
    /// Adds a cell for `life`, unless there is one of that kind and id.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the cell may have been added nevertheless.
    pub async fn add_cell(
        &self,
        cell: Cell,
        id: &str,
        value: &[u8],
        life: Duration,
    ) -> Result<Put, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.cells.add(cell, id, value, life)),
            Self::Redis(store) => Box::pin(store.add_cell(cell, id, value, life)).await,
        }
    }

    /// Writes a cell for `life`, over the one before if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the cell may have been written nevertheless.
    pub async fn write_cell(
        &self,
        cell: Cell,
        id: &str,
        value: &[u8],
        life: Duration,
    ) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => {
                store.cells.write(cell, id, value, life);
                Ok(())
            }
            Self::Redis(store) => Box::pin(store.write_cell(cell, id, value, life)).await,
        }
    }

    /// Reads a cell; `None` if it was never written, or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn read_cell(&self, cell: Cell, id: &str) -> Result<Option<CellValue>, StoreError> {
        match self {
            Self::Memory(store) => Ok(store.cells.read(cell, id)),
            Self::Redis(store) => Box::pin(store.read_cell(cell, id)).await,
        }
    }

    /// Removes a cell, if it is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the cell may have been removed nevertheless.
    pub async fn remove_cell(&self, cell: Cell, id: &str) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => {
                store.cells.remove(cell, id);
                Ok(())
            }
            Self::Redis(store) => Box::pin(store.remove_cell(cell, id)).await,
        }
    }

    /// Lets a session live for `life` from now, if it would end before; one
    /// that has ended stays so.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may live longer nevertheless.
    pub async fn extend(&self, token_version_id: &str, life: Duration) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => {
                store.extend(token_version_id, life);
                Ok(())
            }
            Self::Redis(store) => Box::pin(store.extend(token_version_id, life)).await,
        }
    }
}

impl RedisStore {
    async fn add_cell(
        &self,
        cell: Cell,
        id: &str,
        value: &[u8],
        life: Duration,
    ) -> Result<Put, StoreError> {
        self.add(Record::Cell(cell), id, value, life).await
    }

    async fn write_cell(
        &self,
        cell: Cell,
        id: &str,
        value: &[u8],
        life: Duration,
    ) -> Result<(), StoreError> {
        let slot = self.keys.slot(Record::Cell(cell), id);
        let value = slot.seal(value, &self.random)?;
        self.twice(&set(&slot.name, &value, life)).await.map(drop)
    }

    async fn read_cell(&self, cell: Cell, id: &str) -> Result<Option<CellValue>, StoreError> {
        bounded(async {
            for slot in self.keys.slots(Record::Cell(cell), id) {
                if let Some(value) = self.get(&slot).await? {
                    return slot.open(&value).map(Some);
                }
            }
            Ok(None)
        })
        .await
    }

    async fn remove_cell(&self, cell: Cell, id: &str) -> Result<(), StoreError> {
        for slot in self.keys.slots(Record::Cell(cell), id) {
            let mut remove = cmd("DEL");
            remove.arg(&slot.name);
            self.twice(&remove).await?;
        }
        Ok(())
    }

    async fn extend(&self, id: &str, life: Duration) -> Result<(), StoreError> {
        let wanted = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
        for slot in self.keys.slots(Record::Session, id) {
            let mut left = cmd("PTTL");
            left.arg(&slot.name);
            // Negative: it is not there, or was not stored by this service.
            let Value::Int(left) = self.twice(&left).await? else {
                return Err(unexpected());
            };
            if (0..wanted).contains(&left) {
                let mut extend = cmd("PEXPIRE");
                extend.arg(&slot.name).arg(wanted);
                self.twice(&extend).await?;
            }
        }
        Ok(())
    }

    /// Sends a command that does no harm when it comes twice.
    async fn twice(&self, command: &Cmd) -> Result<Value, StoreError> {
        bounded(async { Ok(self.write_twice(command).await?) }).await
    }
}

/// Room for the cells of a session, in bytes: its own 320 and this are 4 KiB.
const PER_SESSION: usize = 4096 - 320;

/// What a cell takes beside its content, in bytes: key, expiry, box, and the
/// places in table and heap, which are half empty after they have grown.
const OVERHEAD: usize = 160;

type Key = [u8; 16];

/// Cells in this process: bounded in bytes, expiring, lost at a restart.
pub(super) struct MemoryCells {
    cells: Mutex<Cells>,
    /// In bytes.
    room: usize,
}

#[derive(Default)]
struct Cells {
    by_key: HashMap<Key, (Instant, CellValue)>,
    /// The next to expire is on top. One that was written again is here twice.
    expiries: BinaryHeap<Reverse<(Instant, Key)>>,
    bytes: usize,
}

impl MemoryCells {
    /// Room for the cells of this many sessions.
    pub(super) fn new(sessions: usize) -> Self {
        Self {
            cells: Mutex::default(),
            room: sessions.saturating_mul(PER_SESSION),
        }
    }

    fn add(&self, cell: Cell, id: &str, value: &[u8], life: Duration) -> Put {
        let key = key(cell, id);
        let now = Instant::now();
        let mut cells = self.swept(now);
        if cells.by_key.contains_key(&key) {
            return Put::Exists;
        }
        // A result that NICE has handed out exists here alone, and once it is
        // kept the windows of its session are let go.
        let is_result = cell == Cell::Outcome;
        if !is_result && cells.bytes + value.len() + OVERHEAD > self.room {
            return Put::Full;
        }
        cells.insert(key, now + life, value);
        Put::Stored
    }

    fn write(&self, cell: Cell, id: &str, value: &[u8], life: Duration) {
        let now = Instant::now();
        let mut cells = self.swept(now);
        let key = key(cell, id);
        cells.remove(&key);
        cells.insert(key, now + life, value);
    }

    fn read(&self, cell: Cell, id: &str) -> Option<CellValue> {
        let cells = self.swept(Instant::now());
        cells
            .by_key
            .get(&key(cell, id))
            .map(|(_, value)| value.clone())
    }

    fn remove(&self, cell: Cell, id: &str) {
        self.swept(Instant::now()).remove(&key(cell, id));
    }

    fn swept(&self, now: Instant) -> MutexGuard<'_, Cells> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(Reverse((expiry, key))) = cells.expiries.peek().copied()
            && expiry <= now
        {
            cells.expiries.pop();
            if cells.by_key.get(&key).is_some_and(|(at, _)| *at <= now) {
                cells.remove(&key);
            }
        }
        cells
    }
}

impl Cells {
    fn insert(&mut self, key: Key, expiry: Instant, value: &[u8]) {
        self.bytes += value.len() + OVERHEAD;
        let value = Zeroizing::new(value.to_vec());
        self.by_key.insert(key, (expiry, value));
        self.expiries.push(Reverse((expiry, key)));
    }

    fn remove(&mut self, key: &Key) {
        if let Some((_, value)) = self.by_key.remove(key) {
            self.bytes -= value.len() + OVERHEAD;
        }
    }
}

impl fmt::Debug for MemoryCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryCells")
    }
}

fn key(cell: Cell, id: &str) -> Key {
    let digest: [u8; 32] = Sha256::new()
        .chain_update([cell.tag()])
        .chain_update(id)
        .finalize()
        .into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}
