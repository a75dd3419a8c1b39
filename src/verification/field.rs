//! A field as a caller sent it, and what can be wrong with it.

use std::borrow::Cow;

/// The value of an optional text field. `null` and empty count as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<'a> {
    /// Not there, `null` or empty.
    #[default]
    Absent,
    /// A text of at least one character.
    Text(Cow<'a, str>),
    /// A number, a boolean, an array or an object.
    NotText,
}

impl<'a> Field<'a> {
    /// A text field; the empty text counts as absent.
    #[must_use]
    pub fn text(text: Cow<'a, str>) -> Self {
        if text.is_empty() {
            Self::Absent
        } else {
            Self::Text(text)
        }
    }

    /// The text, if it is one and passes the rules that hold for each field.
    ///
    /// # Errors
    ///
    /// [`Rule::Text`] or [`Rule::NoNul`].
    pub fn parse(&self) -> Result<Option<&str>, Rule> {
        match self {
            Self::Absent => Ok(None),
            Self::NotText => Err(Rule::Text),
            Self::Text(text) if text.contains('\0') => Err(Rule::NoNul),
            Self::Text(text) => Ok(Some(text)),
        }
    }
}

/// The rule that a field breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It must be a string.
    Text,
    /// It must be there.
    Required,
    /// It must not hold U+0000.
    NoNul,
    /// At most so many characters.
    MaxLength(usize),
    /// `requestno`: 1-30 of `A-Z a-z 0-9 . _ : -`.
    RequestNo,
    /// `returnurl`: one of the configured ones, character for character.
    ListedUrl,
    /// `returnurl` in the sandbox: an absolute http or https URL.
    WebUrl,
    /// One of a few values.
    OneOf(&'static [&'static str]),
}

/// A field of the request and the rule that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name in the contract.
    pub field: &'static str,
    /// What it must be.
    pub rule: Rule,
}
