//! One text field of a request, as sent, and the rules it can break.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// The value of a text field. Missing, `null` and empty are the same.
///
/// Reading never fails on a value of the wrong type: the fault is reported
/// by [`Field::parse`], together with the faults of the other fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<'a> {
    /// Missing, `null` or empty.
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

    /// The text, checked against the rules that hold for every field.
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

impl<'de: 'a, 'a> Deserialize<'de> for Field<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An option, so that a missing field needs no `#[serde(default)]`.
        deserializer.deserialize_option(Sent)
    }
}

/// Takes any value; a text is borrowed unless it has escapes.
struct Sent;

impl<'de> Visitor<'de> for Sent {
    type Value = Field<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_none<E>(self) -> Result<Field<'de>, E> {
        Ok(Field::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Field<'de>, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Field<'de>, E> {
        Ok(Field::text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Field<'de>, E> {
        Ok(Field::text(text.to_owned().into()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Field<'de>, E> {
        Ok(Field::NotText)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Field<'de>, E> {
        Ok(Field::NotText)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Field<'de>, E> {
        Ok(Field::NotText)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Field<'de>, E> {
        Ok(Field::NotText)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Field<'de>, A::Error> {
        IgnoredAny.visit_seq(seq).map(|IgnoredAny| Field::NotText)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field<'de>, A::Error> {
        IgnoredAny.visit_map(map).map(|IgnoredAny| Field::NotText)
    }
}

/// The rule that a field breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Must be a string.
    Text,
    /// Must be a JSON object.
    Object,
    /// May have these members alone.
    Members(&'static [&'static str]),
    /// Must be present.
    Required,
    /// Must not contain U+0000.
    NoNul,
    /// Must not be longer; in characters.
    MaxLength(usize),
    /// `requestno`: 1-30 of `A-Z a-z 0-9 . _ : -`.
    RequestNo,
    /// `Idempotency-Key`: 16-64 of `A-Z a-z 0-9 . _ -`, once.
    IdempotencyKey,
    /// `returnurl`: one of the configured ones, character for character.
    ListedUrl,
    /// The same, when a configured one differs in its spelling alone.
    RespeltUrl(Box<Respelt>),
    /// `returnurl` in the sandbox: an absolute http or https URL.
    WebUrl,
    /// Must be one of these values.
    OneOf(&'static [&'static str]),
    /// `authtype` must be left out: it names none of the contract's methods.
    NoAuthtype,
    /// Must be one of the three carriers; other carriers have no value.
    Carrier,
    /// NICE returns CP949, which has no such character.
    NotInCp949(char),
    /// Must not be longer in CP949; in bytes.
    MaxCp949Bytes(usize),
    /// The address of the callback may get longer than proxies let pass.
    LongCallback,
    /// No field has this name, but this one has nearly the same.
    Misspelt(&'static str),
    /// The name is this field's but for a character that no name has, such as
    /// a blank.
    StrayInName(&'static str),
}

/// One address in two spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respelt {
    /// As it was sent, with invisible characters written out.
    pub sent: String,
    /// As it is configured.
    pub listed: String,
}

/// A field and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name in the contract, or what the caller sent for it.
    pub field: Cow<'static, str>,
    /// The broken rule.
    pub rule: Rule,
}

/// Collects the faults of all fields, so that a caller sees them at once.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<FieldFault>);

impl Faults {
    /// Reads an optional field; `None` after a fault.
    pub(super) fn check<'a, T>(
        &mut self,
        field: &'static str,
        value: &'a Field<'_>,
        read: impl FnOnce(Option<&'a str>) -> Result<T, Rule>,
    ) -> Option<T> {
        self.take(field, value.parse().and_then(read))
    }

    /// Takes what was read; `None` after a fault.
    pub(super) fn take<T>(&mut self, field: &'static str, read: Result<T, Rule>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(rule) => {
                let field = Cow::Borrowed(field);
                self.0.push(FieldFault { field, rule });
                None
            }
        }
    }

    /// Reads a required field; `None` after a fault.
    pub(super) fn require<'a>(
        &mut self,
        field: &'static str,
        value: &'a Field<'_>,
    ) -> Option<&'a str> {
        self.check(field, value, |text| text.ok_or(Rule::Required))
    }
}
