//! What a caller sent, in a form that may be shown back and logged.

use std::fmt;

/// A text of a caller's, as far as it is harmless: printable ASCII without
/// quotes and angle brackets, at most 60 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(Option<Box<str>>);

/// In characters; about as long as the longest media types.
const LONGEST: usize = 60;

impl Shown {
    /// Nothing that may be shown.
    pub const NOTHING: Self = Self(None);

    /// `text`, or nothing if it isn't harmless.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let is_harmless = (1..=LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|byte| matches!(byte, b' '..=b'~') && !b"\"'<>&`\\".contains(&byte));
        Self(is_harmless.then(|| text.into()))
    }

    /// The same, only for the name of a field: `[A-Za-z0-9_.-]{1,40}`.
    #[must_use]
    pub fn name(text: &str) -> Self {
        let is_name = (1..=40).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        Self(is_name.then(|| text.into()))
    }

    /// The same, of a path, whose end is cut off if it is long.
    #[must_use]
    pub fn path(path: &str) -> Self {
        match path.get(..LONGEST - 1) {
            Some(beginning) if path.len() > LONGEST => Self::new(beginning),
            Some(_) | None => Self::new(path),
        }
    }

    /// The text, if it may be shown.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().unwrap_or("…"))
    }
}
