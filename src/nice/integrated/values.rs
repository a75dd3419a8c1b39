//! The values of flat JSON, as texts: NICE's guide contradicts itself on what
//! is a number.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A text, also where it came as a number. Anything else counts as absent.
pub(super) fn text<'de, D: Deserializer<'de>, T: From<Lenient>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    struct Reading<T>(PhantomData<T>);
    impl<'de, T: From<Lenient>> Visitor<'de> for Reading<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a number")
        }
        fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
            Ok(Some(Lenient(value.to_owned()).into()))
        }
        fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
            Ok(Some(Lenient(value).into()))
        }
        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(Lenient(value.to_string()).into()))
        }
        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(Lenient(value.to_string()).into()))
        }
        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Some(Lenient(value.to_string()).into()))
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(None)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(None)
        }
    }
    deserializer.deserialize_any(Reading(PhantomData))
}

/// A value on its way to a text or a secret.
pub(super) struct Lenient(String);

impl From<Lenient> for String {
    fn from(value: Lenient) -> Self {
        value.0
    }
}

impl From<Lenient> for crate::secret::Secret {
    fn from(value: Lenient) -> Self {
        Self::new(value.0)
    }
}
