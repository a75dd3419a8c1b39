//! The kinds of cells: small values beside the sessions.

use zeroize::Zeroizing;

/// What a cell holds; ids of one kind never meet those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// What all windows of a session share, from the first opening on.
    Way,
    /// A place among the openings of a session's window, and that window.
    Opening,
    /// An opened window, by the id in its return address, as an earlier
    /// release kept it.
    Attempt,
    /// The same, by the id in its close address.
    Closing,
    /// Its session's `receivedata`.
    Received,
    /// The lease of the instance that asks for a window's result.
    Claim,
    /// How often the result of a window that an earlier release opened was
    /// asked for, and how that ended.
    Progress,
    /// The values that a session's window returned.
    Outcome,
    /// A used session, for a call that may be repeated.
    Repeat,
    /// When a session's window was opened.
    WindowOpened,
    /// When its person came back.
    Returned,
    /// When its result was refused, and why.
    Refused,
}

impl Cell {
    /// What keeps names and sealing keys apart.
    pub(super) const fn labels(self) -> [&'static str; 2] {
        match self {
            Self::Way => ["way name\0", "way seal\0"],
            Self::Opening => ["opening name\0", "opening seal\0"],
            Self::Attempt => ["attempt name\0", "attempt seal\0"],
            Self::Closing => ["closing name\0", "closing seal\0"],
            Self::Received => ["received name\0", "received seal\0"],
            Self::Claim => ["claim name\0", "claim seal\0"],
            Self::Progress => ["progress name\0", "progress seal\0"],
            Self::Outcome => ["outcome name\0", "outcome seal\0"],
            Self::Repeat => ["repeat name\0", "repeat seal\0"],
            Self::WindowOpened => ["window name\0", "window seal\0"],
            Self::Returned => ["return name\0", "return seal\0"],
            Self::Refused => ["refusal name\0", "refusal seal\0"],
        }
    }

    /// Separates kinds in memory.
    pub(super) const fn tag(self) -> u8 {
        self as u8
    }
}

/// The content of a cell.
pub type CellValue = Zeroizing<Vec<u8>>;
