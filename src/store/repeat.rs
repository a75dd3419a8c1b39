//! Sessions that are kept for a call that may be repeated.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Cell, Session, Store, StoreError, packed};

/// How long a call that has opened a result may be repeated.
pub const REPEATABLE: Duration = Duration::from_mins(2);

impl Store {
    /// Keeps a session for a call that is about to use it, for [`REPEATABLE`].
    /// If another call wins, nobody asks for it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may be kept nevertheless.
    pub async fn keep_for(&self, call: &[u8; 32], session: &Session) -> Result<(), StoreError> {
        let packed = packed::pack(session);
        self.write_cell(Cell::Repeat, &name(call), &packed[..], REPEATABLE)
            .await
    }

    /// The session that was kept for this call; `None` when its time is over.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn kept_for(&self, call: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        let kept = self.read_cell(Cell::Repeat, &name(call)).await?;
        kept.map(|packed| packed::unpack(&packed)).transpose()
    }
}

/// A call's hash, which covers the `token_version_id`, as an id.
fn name(call: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(call)
}
