//! What the caller expects of a person, and whether it is so.

use std::{borrow::Cow, fmt};

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    FieldFault, Rule, VerificationResult,
    field::Faults,
    matches::{Matches, Verdict},
};

/// `expect` as sent.
#[derive(Clone, Default)]
pub enum ExpectField {
    /// Missing, `null` or empty.
    #[default]
    Absent,
    /// An object; in a form, as a JSON text.
    Object(Map<String, Value>),
    /// Anything else.
    NotObject,
}

impl<'de> Deserialize<'de> for ExpectField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An option, so that a missing field needs no `#[serde(default)]`.
        let value = match Option::deserialize(deserializer)? {
            Some(Value::String(text)) if text.is_empty() => None,
            Some(Value::String(text)) => Some(serde_json::from_str(&text).unwrap_or_default()),
            value => value.filter(|value: &Value| !value.is_null()),
        };
        Ok(match value {
            None => Self::Absent,
            Some(Value::Object(members)) => Self::Object(members),
            Some(_) => Self::NotObject,
        })
    }
}

impl fmt::Debug for ExpectField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExpectField(redacted)")
    }
}

/// For the document: what may be expected.
#[derive(ToSchema)]
#[schema(as = ExpectedPerson)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ExpectSchema {
    /// 이름
    #[schema(nullable = true, required = false)]
    name: Option<String>,
    /// 생년월일
    #[schema(nullable = true, required = false)]
    birthdate: Option<String>,
    /// 휴대폰번호
    #[schema(nullable = true, required = false)]
    mobileno: Option<String>,
    /// 연계정보 (CI)
    #[schema(nullable = true, required = false)]
    ci: Option<String>,
    /// 중복가입확인정보 (DI)
    #[schema(nullable = true, required = false)]
    di: Option<String>,
}

const NAMES: [&str; 5] = ["name", "birthdate", "mobileno", "ci", "di"];

/// The values that a caller expects; at least one.
#[derive(Clone, Copy)]
pub struct Expected<'a>([Option<&'a str>; 5]);

impl<'a> Expected<'a> {
    /// Reads the texts; `None` if nothing is expected.
    pub(super) fn read(field: &'a ExpectField, faults: &mut Faults) -> Option<Self> {
        let members = match field {
            ExpectField::Absent => return None,
            ExpectField::Object(members) => members,
            ExpectField::NotObject => {
                faults.0.push(fault("expect".into(), Rule::Object));
                return None;
            }
        };
        let mut expected = [None; 5];
        for (name, value) in members {
            match (NAMES.iter().position(|known| known == name), value) {
                (None, _) => faults.0.push(fault("expect".into(), Rule::Members(&NAMES))),
                (Some(_), Value::Null) => {}
                (Some(place), Value::String(text)) => {
                    expected[place] = Some(text.as_str()).filter(|text| !text.is_empty());
                }
                (Some(place), _) => {
                    let field = format!("expect.{}", NAMES[place]);
                    faults.0.push(fault(field.into(), Rule::Text));
                }
            }
        }
        expected
            .iter()
            .any(Option::is_some)
            .then_some(Self(expected))
    }

    /// The texts, for the hash of the call.
    pub(super) fn texts(self) -> [Option<&'a str>; 5] {
        self.0
    }

    pub(super) fn compare(self, result: &VerificationResult) -> Matches {
        let [name, birthdate, mobileno, ci, di] = self.0;
        let plain = |text: &str| text.trim().to_owned();
        let mut matches = Matches {
            all: false,
            name: same(name, Some(&result.name), squeezed),
            birthdate: same(birthdate, result.birthdate.as_deref(), digits),
            mobileno: same(mobileno, result.mobileno.as_deref(), national),
            ci: same(ci, result.ci.as_deref(), plain),
            di: same(di, result.di.as_deref(), plain),
        };
        matches.all = [
            matches.name,
            matches.birthdate,
            matches.mobileno,
            matches.ci,
            matches.di,
        ]
        .into_iter()
        .flatten()
        .all(|verdict| verdict == Verdict::Same);
        matches
    }
}

impl fmt::Debug for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expected(redacted)")
    }
}

fn fault(field: Cow<'static, str>, rule: Rule) -> FieldFault {
    FieldFault { field, rule }
}

/// `None` if nobody asked.
fn same(
    expected: Option<&str>,
    verified: Option<&str>,
    form: impl Fn(&str) -> String,
) -> Option<Verdict> {
    let expected = expected?;
    Some(match verified {
        None => Verdict::Unknown,
        Some(verified) if form(expected) == form(verified) => Verdict::Same,
        Some(_) => Verdict::Differs,
    })
}

/// Names differ in how Hangul is composed, in width and in blanks.
fn squeezed(name: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(name);
    composed.chars().filter(|c| !c.is_whitespace()).collect()
}

fn digits(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    composed.chars().filter(char::is_ascii_digit).collect()
}

/// `+82 10-1234-5678` is `01012345678`.
fn national(number: &str) -> String {
    let digits = digits(number);
    match digits.strip_prefix("82") {
        Some(rest) if number.trim_start().starts_with('+') => {
            format!("0{}", rest.trim_start_matches('0'))
        }
        _ => digits,
    }
}
