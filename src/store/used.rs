//! What is kept of a session that was used: when, and by which call.

use std::{num::NonZeroI64, time::Duration};

use arrayvec::ArrayString;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;

use super::{Cell, Session, Store, StoreError, packed};

/// How long a call that has opened a result may be repeated.
pub const REPEATABLE: Duration = Duration::from_mins(2);

/// A moment, in milliseconds since 1970, as small as a record wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(NonZeroI64);

impl Moment {
    /// Reads what [`Moment::millis`] wrote; 0 is no moment.
    pub(super) fn from_millis(millis: i64) -> Option<Self> {
        NonZeroI64::new(millis).map(Self)
    }

    pub(super) const fn millis(self) -> i64 {
        self.0.get()
    }

    /// The same, as a time of day.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.millis()).unwrap_or_default()
    }
}

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        Self(NonZeroI64::new(time.as_millisecond()).unwrap_or(NonZeroI64::MIN))
    }
}

/// A session whose result was opened. It has no keys any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The session's `requestno`.
    pub requestno: ArrayString<30>,
    /// When the session began; unknown of one that an earlier release began.
    pub begun: Option<Moment>,
    /// When its result was opened.
    pub opened: Moment,
    /// SHA-256 of the `enc_data` that was opened.
    pub result: [u8; 32],
    /// SHA-256 of the call that opened it, if that call may be repeated.
    pub call: Option<[u8; 32]>,
}

impl Used {
    /// The mark of `session`, which is used at `opened`.
    #[must_use]
    pub fn of(session: &Session, opened: Moment, result: [u8; 32], call: Option<[u8; 32]>) -> Self {
        Self {
            requestno: session.requestno,
            begun: session.begun,
            opened,
            result,
            call,
        }
    }
}

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
