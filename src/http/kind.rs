//! What doing it again is worth, beside each reason.

/// `payload.kind`: the same words as `error.kind` of the popup kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The person stopped.
    Cancelled,
    /// The same call, or a new verification, may succeed.
    Retry,
    /// A retry is useless until something has been fixed.
    Final,
}

impl Kind {
    /// As callers read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Retry => "retry",
            Self::Final => "final",
        }
    }
}
