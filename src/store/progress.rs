//! How far a verification has come: its steps, each with its last time.

use std::time::Duration;

use arrayvec::ArrayString;

use super::{Cell, Found, Moment, Refusal, Step, Store, StoreError, packed};

/// How far a verification has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The session's `requestno`.
    pub requestno: ArrayString<30>,
    /// When it began; unknown of one that an earlier release began.
    pub begun: Option<Moment>,
    /// When NICE's window was opened.
    pub window_opened: Option<Moment>,
    /// When the person came back.
    pub returned: Option<Moment>,
    /// When a result was refused, and why.
    pub refused: Option<(Moment, Refusal)>,
    /// When its result was opened.
    pub opened: Option<Moment>,
}

impl Step {
    const fn cell(self) -> Cell {
        match self {
            Self::WindowOpened => Cell::WindowOpened,
            Self::Returned => Cell::Returned,
            Self::Refused(_) => Cell::Refused,
        }
    }
}

impl Store {
    /// Notes that a verification has come so far. The note is of use as long
    /// as its session, which lives for at most `life`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn note(
        &self,
        token_version_id: &str,
        step: Step,
        at: Moment,
        life: Duration,
    ) -> Result<(), StoreError> {
        let packed = packed::pack_step(step, at);
        self.write_cell(step.cell(), token_version_id, &packed, life)
            .await
    }

    /// How far a verification has come; `None` if it is unknown or expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn progress(&self, token_version_id: &str) -> Result<Option<Progress>, StoreError> {
        let (requestno, begun, opened) = match self.find(token_version_id).await? {
            Found::Open(session) => (session.requestno, session.begun, None),
            Found::Used(Some(used)) => (used.requestno, used.begun, Some(used.opened)),
            Found::Used(None) | Found::Missing => return Ok(None),
        };
        let mut progress = Progress {
            requestno,
            begun,
            window_opened: None,
            returned: None,
            refused: None,
            opened,
        };
        for cell in [Cell::WindowOpened, Cell::Returned, Cell::Refused] {
            let Some(noted) = self.read_cell(cell, token_version_id).await? else {
                continue;
            };
            match packed::unpack_step(&noted)? {
                (Step::WindowOpened, at) => progress.window_opened = Some(at),
                (Step::Returned, at) => progress.returned = Some(at),
                (Step::Refused(refusal), at) => progress.refused = Some((at, refusal)),
            }
        }
        Ok(Some(progress))
    }
}
