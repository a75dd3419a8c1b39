//! The values in NICE's JSON, as lenient in what is read as the field reports
//! demand, and strict about what we go on to use.

use std::{fmt, marker::PhantomData};

use arrayvec::ArrayString;
use serde::{
    Deserializer,
    de::{self, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// NICE's texts are for the log: no more of them than a line.
const MESSAGE_LIMIT: usize = 200;

/// Seconds as NICE was seen to send them: integer, float, scientific,
/// numeric string. Anything else counts as absent.
pub(super) fn lenient_seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    struct Seconds;
    impl de::Visitor<'_> for Seconds {
        type Value = Option<f64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number of seconds")
        }
        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Some(value))
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds beyond 2^53 are clamped anyway"
        )]
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(value as f64))
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds beyond 2^53 are clamped anyway"
        )]
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value as f64))
        }
        fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
            Ok(value
                .trim()
                .parse()
                .ok()
                .filter(|seconds: &f64| seconds.is_finite()))
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Seconds)
}

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

/// The code that a table of NICE's has: a guide writes it with the prefix of
/// its origin too, and as a number it has lost its zeros.
pub(super) fn plain_code(code: &str) -> String {
    let code = code.trim();
    let code = ["GW_", "API_"]
        .iter()
        .find_map(|prefix| code.strip_prefix(prefix))
        .unwrap_or(code);
    let code = one_line(code);
    let is_number = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        format!("{code:0>4}")
    } else {
        code
    }
}

pub(super) fn is_printable(text: &str, limit: usize) -> bool {
    (1..=limit).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A text that is printable and fits its limit.
pub(super) fn printable<const LIMIT: usize>(text: &str) -> Option<ArrayString<LIMIT>> {
    is_printable(text, LIMIT)
        .then(|| ArrayString::from(text).ok())
        .flatten()
}

/// NICE's own words, fit for a log line. Nothing is left out within it: a
/// code that was none of NICE's could look like one afterwards.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
        .chars()
        .take(MESSAGE_LIMIT)
        .collect()
}
