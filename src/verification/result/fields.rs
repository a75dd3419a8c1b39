//! The decrypted fields of a result, as NICE may write them.

use std::{borrow::Cow, collections::HashMap, fmt};

use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::{nice::tidy, secret::Secret, verification::rejection::Rejection};

/// The fields that are read; any other is dropped, whatever it holds.
const KNOWN: [&str; 25] = [
    "resultcode",
    "requestno",
    "sitecode",
    "responseno",
    "enctime",
    "authtype",
    "name",
    "utf8_name",
    "birthdate",
    "gender",
    "nationalinfo",
    "mobileco",
    "mobileno",
    "ci",
    "di",
    "businessno",
    "receivedata",
    // Of 통합인증 alone, as they come and as they are sealed again.
    "national_info",
    "mobile_co",
    "mobile_no",
    "ci2",
    "ci_update",
    "vnumber",
    "age_code",
    "auth_method",
];

/// The decrypted fields; wiped when dropped.
///
/// NICE may change how it writes its fields, and that must turn nobody away. So
/// only those that bind the result to its session are strict.
#[derive(Default)]
pub(in crate::verification) struct ResultFields(HashMap<&'static str, Value>);

impl ResultFields {
    /// Of CP949, in which NICE writes its results.
    pub(in crate::verification) fn read(plaintext: &[u8]) -> Result<Self, Rejection> {
        Self::parse(&tidy::result_in_cp949(plaintext)).map_err(|rejection| match rejection {
            Rejection::Json(None) if !tidy::is_cp949(plaintext) => Rejection::Charset,
            other => other,
        })
    }

    /// Of UTF-8, in which 통합인증 writes them.
    pub(in crate::verification) fn read_utf8(plaintext: &[u8]) -> Result<Self, Rejection> {
        Self::parse(&tidy::result_in_utf8(plaintext))
    }

    fn parse(text: &str) -> Result<Self, Rejection> {
        let mut seen = Seen::default();
        let mut json = serde_json::Deserializer::from_str(text);
        let fields = Members(&mut seen).deserialize(&mut json);
        fields
            .and_then(|fields| json.end().map(|()| fields))
            .map_err(|_| match seen {
                Seen {
                    twice: Some(field), ..
                } => Rejection::Twice(field),
                Seen { last, .. } => Rejection::Json(last),
            })
    }

    /// A field that binds the result: a text, exactly as it came. Empty counts
    /// as absent.
    pub(in crate::verification) fn strict(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) => Some(text.expose()).filter(|text| !text.is_empty()),
            Value::Number(_) | Value::Absent | Value::Unreadable => None,
        }
    }

    /// Any other field: a text without the blanks around it, or a number as a
    /// text. All else is absent, and so is what isn't in the shop's contract.
    pub(in crate::verification) fn lenient(&self, name: &str) -> Option<String> {
        self.as_sent(name)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// The same, blanks and all: the shop's own text.
    pub(super) fn as_sent(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) | Value::Number(text) => {
                Some(text.expose()).filter(|text| !text.is_empty())
            }
            Value::Absent | Value::Unreadable => None,
        }
    }

    /// Whether the field is there, but holds what no field can be read from:
    /// a list, an object, a truth value or a broken text.
    pub(in crate::verification) fn is_unreadable(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Value::Unreadable))
    }

    /// A binding field of at most `limit` characters, not all of them blanks.
    pub(super) fn at_most(&self, name: &'static str, limit: usize) -> Result<String, Rejection> {
        self.strict(name)
            .filter(|text| text.chars().count() <= limit && !text.trim().is_empty())
            .map(str::to_owned)
            .ok_or(Rejection::Shape(name))
    }

    /// `YYYYMMDDHHmmss`.
    pub(super) fn enctime(&self) -> Result<String, Rejection> {
        self.strict("enctime")
            .filter(|text| is_digits(text, 14))
            .map(str::to_owned)
            .ok_or(Rejection::Shape("enctime"))
    }

    /// `YYYYMMDD`, if it is there: it decides on the person's age.
    pub(super) fn birthdate(&self) -> Result<Option<String>, Rejection> {
        match self.lenient("birthdate") {
            None if self.is_unreadable("birthdate") => Err(Rejection::Shape("birthdate")),
            Some(text) if !is_digits(&text, 8) => Err(Rejection::Shape("birthdate")),
            birthdate => Ok(birthdate),
        }
    }

    /// `utf8_name` is form-encoded UTF-8 and can hold every name; `name` only
    /// those that CP949 can represent.
    pub(super) fn name(&self) -> Result<String, Rejection> {
        let encoded = self.lenient("utf8_name");
        let utf8 = encoded.filter(|text| is_encoded(text)).and_then(|encoded| {
            let spaced = Zeroizing::new(encoded.replace('+', " "));
            let name = percent_decode_str(&spaced).decode_utf8().ok()?;
            Some(name.trim().to_owned())
        });
        [utf8, self.lenient("name")]
            .into_iter()
            .flatten()
            .find(|name| !name.is_empty() && !name.contains('\0'))
            .ok_or(Rejection::Shape("name"))
    }
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two digits follow each `%`. Otherwise it isn't what it should be,
/// and the plain name is the better one.
fn is_encoded(text: &str) -> bool {
    let is_digit = |digit: Option<&u8>| digit.is_some_and(u8::is_ascii_hexdigit);
    let mut behind = text.split('%').skip(1).map(str::as_bytes);
    behind.all(|text| is_digit(text.first()) && is_digit(text.get(1)))
}

/// The value of a known field.
enum Value {
    Text(Secret),
    /// As JSON writes it.
    Number(Secret),
    /// `null`.
    Absent,
    /// Anything else, and a text with half a character.
    Unreadable,
}

impl Value {
    fn of(json: &str) -> Self {
        match json.as_bytes() {
            [b'"', ..] => serde_json::from_str(json).map_or(Self::Unreadable, Self::Text),
            [b'-' | b'0'..=b'9', ..] => Self::Number(Secret::new(number(json))),
            b"null" => Self::Absent,
            _ => Self::Unreadable,
        }
    }
}

/// A whole number with all its digits, whatever its length; `1.0` as `1`.
fn number(json: &str) -> String {
    match json.parse::<f64>() {
        Ok(number) if json.contains(['.', 'e', 'E']) && number.is_finite() => number.to_string(),
        Ok(_) | Err(_) => json.to_owned(),
    }
}

/// What was met on the way: the field that is to blame if it ends early.
#[derive(Default)]
struct Seen {
    /// A known field that comes twice.
    twice: Option<&'static str>,
    /// The last member, if it is a known field.
    last: Option<&'static str>,
}

/// Reads the members of the object.
struct Members<'a>(&'a mut Seen);

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ResultFields;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<ResultFields, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ResultFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ResultFields, A::Error> {
        let mut fields = HashMap::new();
        while let Some(Name(name)) = map.next_key()? {
            self.0.last = KNOWN.into_iter().find(|known| known.as_bytes() == &*name);
            let Some(known) = self.0.last else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            // Raw, since a reader of values fails at a number that no double holds.
            let value: &RawValue = map.next_value()?;
            if fields.insert(known, Value::of(value.get())).is_some() {
                self.0.twice = Some(known);
                return Err(de::Error::custom("a known field twice"));
            }
        }
        Ok(ResultFields(fields))
    }
}

/// Borrowed unless it has escapes. Bytes, since a name that nobody knows may
/// hold half a character.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, [u8]>);
