//! The audit trail: what happened to each verification, and who used the key of
//! the results, for an auditor. Nothing in it is secret or personal.

mod file;
mod key;

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use arrayvec::ArrayString;
use serde::Serialize;
use thiserror::Error;

use file::AuditFile;
pub use key::AuditKey;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A verification started.
    Begin,
    /// Its result was opened.
    Opened,
    /// The call that opened it got its answer again.
    Repeated,
    /// Its result was refused; the log's `error` has the real reason.
    Refused,
    /// It is unknown, or has expired.
    Expired,
    /// A window of NICE's newer API was opened for it.
    Window,
    /// Its result came, and went on to the shop.
    Returned,
    /// The person closed the window.
    Closed,
    /// It did not get on: no window opened, or no result came.
    Unfinished,
    /// The store failed while the result was opened; the result may be used
    /// up.
    Undecided,
    /// A caller came with a right `X-Api-Key`; written before anything is
    /// opened.
    KeyUsed,
    /// A caller came without one, or with a wrong one.
    KeyRefused,
}

impl Event {
    /// The name in the log and in the trail.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Opened => "opened",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Window => "window",
            Self::Returned => "returned",
            Self::Closed => "closed",
            Self::Unfinished => "unfinished",
            Self::Undecided => "undecided",
            Self::KeyUsed => "key_used",
            Self::KeyRefused => "key_refused",
        }
    }
}

/// One line of the trail, as it is written to the file.
#[derive(Clone, Debug, Serialize)]
pub struct Entry<'a> {
    /// RFC 3339, in Korean time, with six digits of fraction.
    pub time: &'a str,
    /// [`Event::name`].
    pub event: &'static str,
    /// See [`AuditKey::hash`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub req_no_hash: Option<&'a str>,
    /// As in the answer's `x-request-id`.
    pub request_id: &'a str,
    /// The route's name, as in the metrics.
    pub route: &'static str,
    /// Of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Of a failure, as in `payload.reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Which check a result failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<&'static str>,
    /// NICE's code for a person who was not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resultcode: Option<&'a str>,
    /// Why a verification did not get on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<&'static str>,
    /// Which of `RESULT_API_KEY` was used; the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<usize>,
}

/// A line was not in the file within [`AuditTrail::PATIENCE`].
#[derive(Clone, Debug, Error)]
pub enum AuditError {
    /// The file can't be written.
    #[error("the audit trail can't be written: {0}; make room or fix AUDIT_LOG")]
    Io(Arc<io::Error>),
    /// The disk takes too long.
    #[error("the audit trail takes too long to be written; look at the disk of AUDIT_LOG")]
    Late,
}

/// Where the lines go.
#[derive(Debug)]
pub struct AuditTrail {
    key: AuditKey,
    file: Option<AuditFile>,
    is_strict: bool,
    failed: AtomicU64,
    /// Whether the last line failed: the log says so once.
    is_failing: AtomicBool,
}

impl AuditTrail {
    /// How long an answer waits for its line.
    pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

    /// Lines go to the log alone.
    #[must_use]
    pub const fn without_file(key: AuditKey) -> Self {
        Self {
            key,
            file: None,
            is_strict: false,
            failed: AtomicU64::new(0),
            is_failing: AtomicBool::new(false),
        }
    }

    /// Lines go to the file of this path, too, which is made if there is none.
    /// A file that was moved away is followed by a new one.
    ///
    /// # Errors
    ///
    /// The file can't be opened for writing.
    pub fn with_file(self, path: &str, is_strict: bool) -> io::Result<Self> {
        Ok(Self {
            file: Some(AuditFile::open(path)?),
            is_strict,
            ..self
        })
    }

    /// Whether a file of this path can be written, or made; nothing is made.
    ///
    /// # Errors
    ///
    /// It can't.
    pub fn probe(path: &str) -> io::Result<()> {
        file::probe(Path::new(path))
    }

    /// Identifies a verification without its `reqNo`.
    #[must_use]
    pub fn hash(&self, req_no: &str) -> ArrayString<16> {
        self.key.hash(req_no)
    }

    /// `AUDIT_STRICT`: what has no line must not happen.
    #[must_use]
    pub const fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Whether lines go into a file.
    #[must_use]
    pub const fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Number of lines that were not in the file before their answer.
    #[must_use]
    pub fn failed_lines(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Writes a line, and returns when the file has it.
    ///
    /// # Errors
    ///
    /// [`AuditError`]; it is counted.
    pub async fn write(&self, entry: &Entry<'_>) -> Result<(), AuditError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut line = serde_json::to_vec(entry)
            .unwrap_or_else(|_| unreachable!("a struct of texts is always JSON"));
        line.push(b'\n');
        let written = file.write(line).await;
        let was_failing = self.is_failing.swap(written.is_err(), Ordering::Relaxed);
        if let Err(error) = &written {
            self.failed.fetch_add(1, Ordering::Relaxed);
            if !was_failing {
                tracing::error!(%error, "lines of the audit trail are missing");
            }
        } else if was_failing {
            tracing::info!("the audit trail is written again");
        }
        written
    }
}
