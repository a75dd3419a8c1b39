//! The values in NICE's JSON, as lenient in what is read as the field reports
//! demand, and strict about what we go on to use.

use arrayvec::ArrayString;
use serde::{Deserializer, de};

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

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// A code as text, also where it came as a number.
pub(super) fn lenient_code<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    struct Code;
    impl de::Visitor<'_> for Code {
        type Value = Option<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a code")
        }
        fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
            Ok(Some(value.to_owned()))
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Code)
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
