//! One strict pass over a JSON object whose known fields are text.
//!
//! Strict about what two parsers may read differently: duplicate keys, NUL,
//! lone surrogates, depth; in fields that are ignored, too. Serde's derive
//! isn't used here: it reads an array as a struct and skips unknown fields
//! without looking at them.

use std::{borrow::Cow, cell::Cell, collections::HashSet, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use thiserror::Error;

use crate::verification::Field;

/// Objects and arrays within each other, the outermost included.
const MAX_DEPTH: usize = 32;

/// What is wrong with the text as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JsonFault {
    /// Not JSON by RFC 8259, or with a lone surrogate.
    #[error("not well-formed JSON")]
    Malformed,
    /// JSON, but no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// Nested deeper than 32.
    #[error("nested too deep")]
    TooDeep,
    /// A key twice in one object.
    #[error("a duplicate key")]
    DuplicateKey,
    /// U+0000 in a key or in an ignored text.
    #[error("a NUL character")]
    Nul,
}

/// Reads `json` and answers the values of the fields called `names`, in
/// their order. Other fields are checked and forgotten.
///
/// # Errors
///
/// [`JsonFault`]. What is wrong with a single known field is not told here:
/// it comes back as [`Field::NotText`], or as a text for the caller to judge.
pub fn parse<'a, const N: usize>(
    json: &'a [u8],
    names: &[&str; N],
) -> Result<[Field<'a>; N], JsonFault> {
    // All at once is faster than text by text.
    let json = str::from_utf8(json).map_err(|_| JsonFault::Malformed)?;
    let fault = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let fields = Object {
        names,
        fault: &fault,
    }
    .deserialize(&mut deserializer)
    .and_then(|fields| deserializer.end().map(|()| fields));
    fields.map_err(|error| {
        fault.get().unwrap_or(if error.is_data() {
            JsonFault::NotAnObject
        } else {
            JsonFault::Malformed
        })
    })
}

struct Object<'n, const N: usize> {
    names: &'n [&'n str; N],
    fault: &'n Cell<Option<JsonFault>>,
}

fn fail<E: de::Error>(cell: &Cell<Option<JsonFault>>, fault: JsonFault) -> E {
    cell.set(Some(fault));
    E::custom(fault)
}

impl<'de, const N: usize> DeserializeSeed<'de> for Object<'_, N> {
    type Value = [Field<'de>; N];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Object<'_, N> {
    type Value = [Field<'de>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: [Option<Field<'de>>; N] = std::array::from_fn(|_| None);
        // Allocates nothing before the first unknown key.
        let mut unknown = HashSet::new();
        while let Some(Text(key)) = map.next_key()? {
            let inner = Value {
                depth: 1,
                fault: self.fault,
            };
            let value = map.next_value_seed(inner)?;
            if let Some(index) = self.names.iter().position(|name| *name == key) {
                if fields[index].replace(value).is_some() {
                    return Err(fail(self.fault, JsonFault::DuplicateKey));
                }
            } else {
                refuse_nul(&key, self.fault)?;
                if let Field::Text(text) = &value {
                    refuse_nul(text, self.fault)?;
                }
                if !unknown.insert(key) {
                    return Err(fail(self.fault, JsonFault::DuplicateKey));
                }
            }
        }
        Ok(fields.map(Option::unwrap_or_default))
    }
}

fn refuse_nul<E: de::Error>(text: &str, fault: &Cell<Option<JsonFault>>) -> Result<(), E> {
    if text.contains('\0') {
        Err(fail(fault, JsonFault::Nul))
    } else {
        Ok(())
    }
}

/// Any value at a depth: text is kept, the rest is checked and forgotten.
#[derive(Clone, Copy)]
struct Value<'f> {
    depth: usize,
    fault: &'f Cell<Option<JsonFault>>,
}

impl Value<'_> {
    fn enter<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(fail(self.fault, JsonFault::TooDeep));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Field<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Field<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Field::text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Field::text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Field::NotText)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Field::NotText)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Field::NotText)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Field::NotText)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let inner = self.enter()?;
        while let Some(value) = seq.next_element_seed(inner)? {
            if let Field::Text(text) = value {
                refuse_nul(&text, self.fault)?;
            }
        }
        Ok(Field::NotText)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let inner = self.enter()?;
        let mut keys = HashSet::new();
        while let Some(Text(key)) = map.next_key()? {
            refuse_nul(&key, self.fault)?;
            if let Field::Text(text) = map.next_value_seed(inner)? {
                refuse_nul(&text, self.fault)?;
            }
            if !keys.insert(key) {
                return Err(fail(self.fault, JsonFault::DuplicateKey));
            }
        }
        Ok(Field::NotText)
    }
}

/// A key, borrowed from the body unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> de::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Key;
        impl<'de> Visitor<'de> for Key {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(key)))
            }
            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(Key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(json: &str) -> Result<Field<'_>, JsonFault> {
        parse(json.as_bytes(), &["a"]).map(|[a]| a)
    }

    fn nested(depth: usize) -> String {
        format!(
            r#"{{"x":{}{}}}"#,
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    }

    #[test]
    fn reads_known_fields_and_forgets_others() {
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
            one(r#"{"\u0061":"\ud83d\ude00"}"#),
            Ok(Field::text("\u{1F600}".into()))
        );
    }

    #[test]
    fn refuses_what_parsers_disagree_about() {
        for (json, fault) in [
            ("", JsonFault::Malformed),
            ("{", JsonFault::Malformed),
            ("{} x", JsonFault::Malformed),
            (r#"{"a":"\ud800"}"#, JsonFault::Malformed),
            (r#"{"b":"\ud800"}"#, JsonFault::Malformed),
            (r#"{"b":["\udc00"]}"#, JsonFault::Malformed),
            ("[]", JsonFault::NotAnObject),
            (r#"["x"]"#, JsonFault::NotAnObject),
            ("null", JsonFault::NotAnObject),
            (r#""a""#, JsonFault::NotAnObject),
            ("1", JsonFault::NotAnObject),
            (r#"{"a":"1","a":"2"}"#, JsonFault::DuplicateKey),
            (r#"{"b":"1","b":"2"}"#, JsonFault::DuplicateKey),
            (r#"{"b":{"c":1,"c":2}}"#, JsonFault::DuplicateKey),
            (r#"{"b":"\u0000"}"#, JsonFault::Nul),
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
