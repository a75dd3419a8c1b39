//! Reads a JSON object into a struct, after one strict pass over the text.
//!
//! The pass refuses what two parsers may read differently: duplicate keys,
//! NUL, lone surrogates, deep nesting, in ignored fields too. Serde's derive
//! alone would accept an array as a struct and skip unknown fields unread.

use std::{borrow::Cow, cell::RefCell, collections::HashSet, fmt, mem::replace};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};
use thiserror::Error;

use super::{Shown, names::Names};

/// Maximum nesting of objects and arrays, the outermost included.
const MAX_DEPTH: usize = 32;

/// What is wrong with the text as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JsonFault {
    /// No text at all.
    #[error("empty")]
    Empty,
    /// UTF-16, of either byte order.
    #[error("UTF-16")]
    Utf16,
    /// UTF-32, of either byte order.
    #[error("UTF-32")]
    Utf32,
    /// None of Unicode's encodings.
    #[error("not UTF-8 from byte {at} on")]
    NotUtf8 {
        /// The first wrong byte, counted from 1.
        at: usize,
    },
    /// A form, declared as JSON.
    #[error("a form")]
    Form,
    /// `[object Object]`, which scripts make of an object.
    #[error("an object's name instead of its JSON")]
    Unconverted,
    /// Not JSON by RFC 8259, or with a lone surrogate.
    #[error("not well-formed JSON at line {line}, column {column}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// In bytes, counted from 1.
        column: usize,
    },
    /// A number that no double can hold.
    #[error("a number out of range at line {line}, column {column}")]
    NumberOutOfRange {
        /// Counted from 1.
        line: usize,
        /// In bytes, counted from 1.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("not a JSON object but {0}")]
    NotAnObject(Root),
    /// Nested deeper than 32.
    #[error("nested too deep")]
    TooDeep,
    /// A key twice in one object.
    #[error("a duplicate key")]
    DuplicateKey(Shown),
    /// U+0000 in a key, in an ignored field or in a nested text.
    #[error("a NUL character")]
    Nul,
}

/// What a JSON text is, if it is no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Root {
    /// `[…]`.
    #[error("an array")]
    Array,
    /// `"…"`.
    #[error("a string")]
    String,
    /// A number, `true`, `false` or `null`.
    #[error("a bare value")]
    Other,
}

impl Root {
    fn of(json: &str) -> Self {
        match json.trim_start().as_bytes().first() {
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(_) | None => Self::Other,
        }
    }
}

/// Reads a struct whose fields are [`Field`](crate::verification::Field)s.
/// Unknown fields are checked, noted in `names`, then ignored.
///
/// # Errors
///
/// [`JsonFault`]. A fault of one known field is not reported here but by
/// [`Field::parse`](crate::verification::Field::parse).
pub(super) fn read<'a, T: Deserialize<'a>>(
    json: &'a str,
    names: &mut Names,
) -> Result<T, JsonFault> {
    let fault = RefCell::new(None);
    let names = RefCell::new(names);
    let strict = Strict {
        json,
        fault: &fault,
        names: &names,
    };
    let read = T::deserialize(strict);
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        fault.take().unwrap_or_else(|| {
            if error.is_data() {
                JsonFault::NotAnObject(Root::of(json))
            } else if is_out_of_range(&error) {
                JsonFault::NumberOutOfRange { line, column }
            } else {
                JsonFault::Malformed { line, column }
            }
        })
    })
}

/// RFC 8259 has numbers of any size. What tells this error from others is
/// private to `serde_json`, but for its words.
fn is_out_of_range(error: &serde_json::Error) -> bool {
    error.is_syntax() && error.to_string().starts_with("number out of range")
}

/// Checks the text, then reads it. A deserializer, because serde's derive
/// tells only a deserializer the names of the struct's fields.
struct Strict<'de, 'f, 'n> {
    json: &'de str,
    fault: &'f RefCell<Option<JsonFault>>,
    names: &'f RefCell<&'n mut Names>,
}

impl<'de> Deserializer<'de> for Strict<'de, '_, '_> {
    type Error = serde_json::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        check(self.json, fields, self.fault, self.names)?;
        serde_json::Deserializer::from_str(self.json).deserialize_struct(name, fields, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.deserialize_struct("", &[], visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes
        byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct
        map enum identifier ignored_any
    }
}

/// The strict pass over an object with the fields `known`.
fn check(
    json: &str,
    known: &'static [&'static str],
    fault: &RefCell<Option<JsonFault>>,
    names: &RefCell<&mut Names>,
) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let root = Value {
        depth: 0,
        known,
        may_hold_nul: false,
        fault,
        names: Some(names),
    };
    deserializer.deserialize_map(root)?;
    deserializer.end()
}

/// Checks any value and keeps nothing; tells whether it is null or empty.
#[derive(Clone, Copy)]
struct Value<'f, 'n> {
    /// How many objects and arrays are around it.
    depth: usize,
    /// Its members that may hold NUL: the known fields of the root.
    known: &'static [&'static str],
    /// Whether it is a known field itself: then NUL is a fault of that
    /// field, reported with those of the other fields.
    may_hold_nul: bool,
    fault: &'f RefCell<Option<JsonFault>>,
    /// Where the root notes the names of its members.
    names: Option<&'f RefCell<&'n mut Names>>,
}

impl Value<'_, '_> {
    fn fail<E: de::Error>(self, fault: JsonFault) -> E {
        let error = E::custom(&fault);
        self.fault.replace(Some(fault));
        error
    }

    fn refuse_nul<E: de::Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            Err(self.fail(JsonFault::Nul))
        } else {
            Ok(())
        }
    }

    /// What the members of this object or array are checked with.
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.fail(JsonFault::TooDeep));
        }
        Ok(Self {
            depth: self.depth + 1,
            known: &[],
            may_hold_nul: false,
            names: None,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
        if !self.may_hold_nul {
            self.refuse_nul(text)?;
        }
        Ok(text.is_empty())
    }

    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let inner = self.inner()?;
        let mut is_empty = true;
        while seq.next_element_seed(inner)?.is_some() {
            is_empty = false;
        }
        Ok(is_empty)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let inner = self.inner()?;
        // The fields are few: looking through them is cheaper than a hash.
        let mut fields = vec![false; self.known.len()];
        let mut others = HashSet::new();
        let mut is_empty = true;
        while let Some(Key(key)) = map.next_key()? {
            is_empty = false;
            let field = self.known.iter().position(|field| *field == key);
            if field.is_none() {
                self.refuse_nul(&key)?;
            }
            let is_blank = map.next_value_seed(Self {
                may_hold_nul: field.is_some(),
                ..inner
            })?;
            if let Some(names) = self.names {
                names.borrow_mut().note(&key, self.known, is_blank);
            }
            let twice = match field {
                Some(field) => replace(&mut fields[field], true).then_some(key),
                None => others.replace(key),
            };
            if let Some(key) = twice {
                return Err(self.fail(JsonFault::DuplicateKey(Shown::name(&key))));
            }
        }
        Ok(is_empty)
    }
}

/// A key, borrowed from the body unless it has escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verification::Field;

    #[derive(Deserialize)]
    struct One<'a> {
        #[serde(borrow)]
        a: Field<'a>,
    }

    fn one(json: &str) -> Result<Field<'_>, JsonFault> {
        read(json, &mut Names::default()).map(|One { a }| a)
    }

    fn nested(depth: usize) -> String {
        format!(
            r#"{{"x":{}{}}}"#,
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    }

    #[test]
    fn reads_known_fields_and_ignores_others() {
        assert_eq!(
            one(r#"{"a":"v","b":[1,{"c":null}]}"#),
            Ok(Field::text("v".into()))
        );
        assert_eq!(one(r#"{"a":null}"#), Ok(Field::Absent));
        assert_eq!(one(r#"{"a":""}"#), Ok(Field::Absent));
        assert_eq!(one("{}"), Ok(Field::Absent));
        for not_text in ["1", "-1", "1.5", "true", "[]", "{}"] {
            assert_eq!(
                one(&format!(r#"{{"a":{not_text}}}"#)),
                Ok(Field::NotText),
                "{not_text}"
            );
        }
        assert_eq!(
            one(r#"{"a":"\u0000"}"#),
            Ok(Field::text("\0".into())),
            "for the field's own rule"
        );
        assert_eq!(
            one(r#"{"\u0061":"\ud83d\ude00"}"#),
            Ok(Field::text("\u{1F600}".into()))
        );
    }

    #[test]
    fn refuses_what_parsers_disagree_about() {
        let twice = |key| JsonFault::DuplicateKey(Shown::name(key));
        let malformed = |column| JsonFault::Malformed { line: 1, column };
        for (json, fault) in [
            ("{", malformed(1)),
            ("{} x", malformed(4)),
            (r#"{"a":"1",}"#, malformed(10)),
            (r#"{"a":"\ud800"}"#, malformed(13)),
            (r#"{"b":"\ud800"}"#, malformed(13)),
            (r#"{"b":["\udc00"]}"#, malformed(13)),
            ("[]", JsonFault::NotAnObject(Root::Array)),
            (r#"["x"]"#, JsonFault::NotAnObject(Root::Array)),
            ("null", JsonFault::NotAnObject(Root::Other)),
            (r#""a""#, JsonFault::NotAnObject(Root::String)),
            ("1", JsonFault::NotAnObject(Root::Other)),
            (r#"{"a":"1","a":"2"}"#, twice("a")),
            (r#"{"b":"1","b":"2"}"#, twice("b")),
            (r#"{"b":{"c":1,"c":2}}"#, twice("c")),
            (r#"{"b":"\u0000"}"#, JsonFault::Nul),
            (r#"{"a":["\u0000"]}"#, JsonFault::Nul),
            (r#"{"b":{"a":"\u0000"}}"#, JsonFault::Nul),
            (r#"{"b":[["\u0000"]]}"#, JsonFault::Nul),
            (r#"{"b":{"\u0000":1}}"#, JsonFault::Nul),
            (r#"{"\u0000":1}"#, JsonFault::Nul),
        ] {
            assert_eq!(one(json), Err(fault), "{json}");
        }
    }

    #[test]
    fn counts_depth_in_ignored_fields_too() {
        assert_eq!(one(&nested(MAX_DEPTH)), Ok(Field::Absent));
        assert_eq!(one(&nested(MAX_DEPTH + 1)), Err(JsonFault::TooDeep));
        assert_eq!(one(&nested(10_000)), Err(JsonFault::TooDeep));
    }
}
