//! The decrypted fields of a result, as NICE may write them.

use std::{borrow::Cow, collections::HashMap, fmt};

use encoding_rs::EUC_KR;
use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use zeroize::Zeroizing;

use crate::{secret::Secret, verification::rejection::Rejection};

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
    /// NICE writes CP949, an extension of EUC-KR with more syllables;
    /// `encoding_rs` calls it EUC-KR, as browsers do.
    pub(in crate::verification) fn read(plaintext: &[u8]) -> Result<Self, Rejection> {
        let text = EUC_KR
            .decode_without_bom_handling_and_without_replacement(plaintext)
            .ok_or(Rejection::Charset)?;
        Self::parse(&Zeroizing::new(text.into_owned()))
    }

    /// The same from text.
    pub(in crate::verification) fn parse(text: &str) -> Result<Self, Rejection> {
        let mut twice = None;
        let mut json = serde_json::Deserializer::from_str(text);
        let fields = Members(&mut twice).deserialize(&mut json);
        fields
            .and_then(|fields| json.end().map(|()| fields))
            .map_err(|_| twice.map_or(Rejection::Json, Rejection::Twice))
    }

    /// A field that binds the result: a text, exactly as it came. Empty counts
    /// as absent.
    pub(in crate::verification) fn strict(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) => Some(text.expose()).filter(|text| !text.is_empty()),
            Value::Number(_) | Value::Absent => None,
        }
    }

    /// Any other field: a text without the blanks around it, or a number as a
    /// text. All else is absent, and so is what isn't in the shop's contract.
    pub(in crate::verification) fn lenient(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Text(text) | Value::Number(text) => Some(text.expose().trim())
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            Value::Absent => None,
        }
    }

    /// A binding field of at most `limit` characters.
    pub(super) fn at_most(&self, name: &'static str, limit: usize) -> Result<String, Rejection> {
        self.strict(name)
            .filter(|text| text.chars().count() <= limit)
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
            Some(text) if !is_digits(&text, 8) => Err(Rejection::Shape("birthdate")),
            birthdate => Ok(birthdate),
        }
    }

    /// `utf8_name` is form-encoded UTF-8 and can hold every name; `name` only
    /// those that CP949 can represent.
    pub(super) fn name(&self) -> Result<String, Rejection> {
        let utf8 = self.lenient("utf8_name").and_then(|encoded| {
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

/// The value of a known field.
enum Value {
    Text(Secret),
    /// As JSON writes it.
    Number(Secret),
    /// `null`, or a value that no field can have.
    Absent,
}

/// Reads the members of the object; notes a known field that comes twice.
struct Members<'a>(&'a mut Option<&'static str>);

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
            let Some(known) = KNOWN.iter().find(|known| **known == name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if fields.insert(*known, map.next_value()?).is_some() {
                *self.0 = Some(known);
                return Err(de::Error::custom("a known field twice"));
            }
        }
        Ok(ResultFields(fields))
    }
}

/// Borrowed unless it has escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl ValueVisitor {
    fn number(number: &impl ToString) -> Value {
        Value::Number(Secret::new(number.to_string()))
    }
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Secret::new(text.to_owned())))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Self::number(&number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Self::number(&number))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Self::number(&number))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Absent)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Absent)
    }
}
