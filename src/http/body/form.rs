//! Reads a form into a struct. Since each value is a text, only a known field
//! that comes twice can be wrong.

use std::cell::Cell;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, Visitor, value::Error},
    forward_to_deserialize_any,
};
use url::form_urlencoded;

use super::{JsonFault, Shown, names::Names};

/// Reads a struct whose fields are [`Field`](crate::verification::Field)s.
pub(super) fn read<'a, T: Deserialize<'a>>(
    text: &'a str,
    names: &mut Names,
) -> Result<T, JsonFault> {
    let twice = Cell::new("");
    let twice = &twice;
    T::deserialize(Form { text, names, twice })
        .map_err(|_| JsonFault::DuplicateKey(Shown::name(twice.get())))
}

/// A deserializer, because serde's derive tells only a deserializer the names
/// of the struct's fields.
struct Form<'de, 'n> {
    text: &'de str,
    names: &'n mut Names,
    /// The known field that came twice.
    twice: &'n Cell<&'static str>,
}

impl<'de> Deserializer<'de> for Form<'de, '_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let pairs = form_urlencoded::parse(self.text.as_bytes());
        let mut known = Vec::new();
        for (name, value) in pairs {
            self.names.note(&name, fields, value.is_empty());
            if let Some(field) = fields.iter().find(|field| **field == name) {
                if known.contains(field) {
                    self.twice.set(field);
                    return Err(Error::custom("a duplicate field"));
                }
                known.push(field);
            }
        }
        serde_urlencoded::Deserializer::new(pairs).deserialize_struct(name, fields, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", &[], visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes
        byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct
        map enum identifier ignored_any
    }
}
