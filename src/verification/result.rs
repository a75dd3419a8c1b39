//! Reads and checks a result that NICE sealed.

use std::{borrow::Cow, collections::HashMap, fmt};

use encoding_rs::EUC_KR;
use percent_encoding::percent_decode_str;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use thiserror::Error;
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::secret::Secret;

/// Which check a result failed. For the audit log and, in the sandbox, the
/// developer. The caller must not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The integrity value doesn't belong to the cipher text.
    #[error("integrity")]
    Integrity,
    /// The cipher text isn't base64 or doesn't decrypt.
    #[error("decryption")]
    Decryption,
    /// The plain text isn't CP949 (windows-949).
    #[error("charset")]
    Charset,
    /// The plain text isn't a JSON object.
    #[error("json")]
    Json,
    /// A known field comes twice.
    #[error("{0} twice")]
    Twice(&'static str),
    /// There is no `resultcode`: a request, not a result.
    #[error("resultcode")]
    Resultcode,
    /// The `requestno` isn't the session's.
    #[error("requestno")]
    Requestno,
    /// The `reqNo` of the call isn't the session's.
    #[error("reqNo")]
    ReqNo,
    /// The `sitecode` isn't the session's.
    #[error("sitecode")]
    Sitecode,
    /// The cipher text is the one that was sent to NICE.
    #[error("reflection")]
    Reflection,
    /// A field is missing or malformed.
    #[error("shape of {0}")]
    Shape(&'static str),
}

/// One row: all that the service says about a check.
#[derive(Clone, Copy, Debug)]
pub struct RejectionFacts {
    /// The name in the log and the metrics.
    pub name: &'static str,
    /// For the documentation: when it fails.
    pub fails_when: &'static str,
    /// For the documentation: the usual reason.
    pub most_often: &'static str,
}

impl Rejection {
    /// The fields that NICE may shape so that people are turned away.
    pub const FIELDS: [&str; 4] = ["responseno", "enctime", "name", "birthdate"];

    /// Every check, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Integrity,
        Self::Decryption,
        Self::Charset,
        Self::Json,
        Self::Twice(""),
        Self::Resultcode,
        Self::Requestno,
        Self::ReqNo,
        Self::Sitecode,
        Self::Reflection,
        Self::Shape(""),
    ];

    /// The field of the result that is to blame, if it is one.
    #[must_use]
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Integrity
            | Self::Decryption
            | Self::Charset
            | Self::Json
            | Self::ReqNo
            | Self::Reflection => None,
            Self::Resultcode => Some("resultcode"),
            Self::Requestno => Some("requestno"),
            Self::Sitecode => Some("sitecode"),
            Self::Twice(field) | Self::Shape(field) => Some(field),
        }
    }

    /// The check's row.
    #[must_use]
    pub const fn facts(self) -> RejectionFacts {
        const NICE_CHANGED: &str = "NICE changed something";
        let (name, fails_when, most_often) = match self {
            Self::Integrity => (
                "integrity",
                "the integrity value does not belong to `enc_data`",
                "a value was changed on the way: a `+` escaped twice, a value cut short",
            ),
            Self::Decryption => (
                "decryption",
                "`enc_data` is not base64 or does not decrypt",
                NICE_CHANGED,
            ),
            Self::Charset => (
                "charset",
                "the text is not CP949 (windows-949)",
                NICE_CHANGED,
            ),
            Self::Json => ("json", "the text is not a JSON object", NICE_CHANGED),
            Self::Twice(_) => (
                "twice",
                "a known field comes twice; the log says which",
                NICE_CHANGED,
            ),
            Self::Resultcode => (
                "resultcode",
                "there is none",
                "the request was sent back as its own result",
            ),
            Self::Requestno => (
                "requestno",
                "it belongs to another session",
                "values of two verifications were mixed",
            ),
            Self::ReqNo => (
                "reqNo",
                "the call's `reqNo` belongs to another session",
                "the shop sent a `reqNo` that came back through the browser, or another tab's",
            ),
            Self::Sitecode => (
                "sitecode",
                "it belongs to another contract",
                "the result is not from this service's NICE",
            ),
            Self::Reflection => (
                "reflection",
                "the cipher text is the one that was sent to NICE",
                "the request was sent back as its own result",
            ),
            Self::Shape(_) => (
                "shape",
                "a field that binds the result is missing or malformed, there is no name, or \
                 `birthdate` is no date; the log says which",
                NICE_CHANGED,
            ),
        };
        RejectionFacts {
            name,
            fails_when,
            most_often,
        }
    }
}

/// The fields that are read; any other is dropped, whatever it holds.
const KNOWN: [&str; 17] = [
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
];

/// The decrypted fields; wiped when dropped.
///
/// NICE may write its fields otherwise one day, and that must turn nobody
/// away. So only those that bind the result to its session are strict.
#[derive(Default)]
pub(super) struct ResultFields(HashMap<&'static str, Value>);

impl ResultFields {
    /// NICE writes CP949, an extension of EUC-KR with more syllables;
    /// `encoding_rs` calls it EUC-KR, as browsers do.
    pub(super) fn read(plaintext: &[u8]) -> Result<Self, Rejection> {
        let text = EUC_KR
            .decode_without_bom_handling_and_without_replacement(plaintext)
            .ok_or(Rejection::Charset)?;
        let text = Zeroizing::new(text.into_owned());
        let mut twice = None;
        let mut json = serde_json::Deserializer::from_str(&text);
        let fields = Members(&mut twice).deserialize(&mut json);
        fields
            .and_then(|fields| json.end().map(|()| fields))
            .map_err(|_| twice.map_or(Rejection::Json, Rejection::Twice))
    }

    /// A field that binds the result: a text, exactly as it came. Empty counts
    /// as absent.
    pub(super) fn strict(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) => Some(text.expose()).filter(|text| !text.is_empty()),
            Value::Number(_) | Value::Absent => None,
        }
    }

    /// Any other field: a text without the blanks around it, or a number as a
    /// text. All else is absent, and so is what isn't in the shop's contract.
    fn lenient(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Text(text) | Value::Number(text) => Some(text.expose().trim())
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            Value::Absent => None,
        }
    }

    /// A binding field of at most `limit` characters.
    fn at_most(&self, name: &'static str, limit: usize) -> Result<String, Rejection> {
        self.strict(name)
            .filter(|text| text.chars().count() <= limit)
            .map(str::to_owned)
            .ok_or(Rejection::Shape(name))
    }

    /// `YYYYMMDDHHmmss`.
    fn enctime(&self) -> Result<String, Rejection> {
        self.strict("enctime")
            .filter(|text| is_digits(text, 14))
            .map(str::to_owned)
            .ok_or(Rejection::Shape("enctime"))
    }

    /// `YYYYMMDD`, if it is there: it decides on the person's age.
    fn birthdate(&self) -> Result<Option<String>, Rejection> {
        match self.lenient("birthdate") {
            Some(text) if !is_digits(&text, 8) => Err(Rejection::Shape("birthdate")),
            birthdate => Ok(birthdate),
        }
    }

    /// `utf8_name` is form-encoded UTF-8 and can hold every name; `name` only
    /// those that CP949 can represent.
    fn name(&self) -> Result<String, Rejection> {
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

/// A person's verified identity, as NICE vouches for it and as the shop
/// receives it. A field outside the shop's contract with NICE, or empty, is
/// `None`. Wiped when dropped. Field texts are the API document's; lengths
/// are NICE's, in characters, and not enforced.
#[derive(Serialize, ToSchema, Zeroize, ZeroizeOnDrop)]
pub struct VerificationResult {
    /// 요청구분번호
    // 1-30.
    #[serde(rename = "reqNo")]
    pub req_no: String,
    /// NICE 응답 고유번호
    // For disputes with NICE; at most 24.
    pub responseno: String,
    /// 인증 일시 (YYYYMMDDHHmmss)
    pub enctime: String,
    /// 사이트코드
    // At most 16.
    pub sitecode: String,
    /// 인증수단
    // M, C, X, U, F or S.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub authtype: Option<String>,
    /// 이름
    // Never empty; NICE's limit is 100.
    pub name: String,
    /// 생년월일 (YYYYMMDD)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub birthdate: Option<String>,
    /// 성별 (0 여성, 1 남성)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub gender: Option<String>,
    /// 내외국인 (0 내국인, 1 외국인)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nationalinfo: Option<String>,
    /// 통신사
    // 1 SKT, 2 KT, 3 LGU+, 5-7 their MVNOs; NICE may add others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mobileco: Option<String>,
    /// 휴대폰번호
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mobileno: Option<String>,
    /// 연계정보 (CI)
    // The same for a person at every shop; 88.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ci: Option<String>,
    /// 중복가입확인정보 (DI)
    // The same for a person at one shop; 64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub di: Option<String>,
    /// 사업자번호
    // For corporate certificates; at most 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub businessno: Option<String>,
    /// 요청 시 전달한 데이터
    // Unchanged from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receivedata: Option<String>,
}

impl VerificationResult {
    /// Reads a result whose binding has been checked and whose `resultcode`
    /// is 0000.
    pub(super) fn read(fields: &ResultFields) -> Result<Self, Rejection> {
        Ok(Self {
            req_no: fields.at_most("requestno", 30)?,
            responseno: fields.at_most("responseno", 24)?,
            enctime: fields.enctime()?,
            sitecode: fields.at_most("sitecode", 16)?,
            authtype: fields.lenient("authtype"),
            name: fields.name()?,
            birthdate: fields.birthdate()?,
            gender: fields.lenient("gender"),
            nationalinfo: fields.lenient("nationalinfo"),
            mobileco: fields.lenient("mobileco"),
            mobileno: fields.lenient("mobileno"),
            ci: fields.lenient("ci"),
            di: fields.lenient("di"),
            businessno: fields.lenient("businessno"),
            // The shop's own text, blanks and all.
            receivedata: fields.strict("receivedata").map(str::to_owned),
        })
    }
}

impl fmt::Debug for VerificationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationResult(redacted)")
    }
}
