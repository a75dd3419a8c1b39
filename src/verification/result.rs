//! Reads and checks a result that NICE sealed.

use std::collections::HashMap;

use encoding_rs::EUC_KR;
use percent_encoding::percent_decode_str;
use serde::Serialize;
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
    /// The plain text isn't a JSON object of strings.
    #[error("json")]
    Json,
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
    /// Every check, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Integrity,
        Self::Decryption,
        Self::Charset,
        Self::Json,
        Self::Resultcode,
        Self::Requestno,
        Self::ReqNo,
        Self::Sitecode,
        Self::Reflection,
        Self::Shape(""),
    ];

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
            Self::Json => (
                "json",
                "the text is not a JSON object of strings",
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
                "a field is missing or malformed; the log says which",
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

/// The decrypted fields; wiped when dropped.
pub(super) struct ResultFields(HashMap<String, Secret>);

impl ResultFields {
    /// NICE writes CP949, an extension of EUC-KR with more syllables;
    /// `encoding_rs` calls it EUC-KR, as browsers do.
    pub(super) fn read(plaintext: &[u8]) -> Result<Self, Rejection> {
        let text = EUC_KR
            .decode_without_bom_handling_and_without_replacement(plaintext)
            .ok_or(Rejection::Charset)?;
        let text = Zeroizing::new(text.into_owned());
        serde_json::from_str(&text)
            .map(Self)
            .map_err(|_| Rejection::Json)
    }

    /// A field's value. Empty counts as absent: it isn't in the shop's contract.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(Secret::expose)
            .filter(|text| !text.is_empty())
    }

    fn take(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// An optional field of at most `limit` characters.
    fn at_most(&self, name: &'static str, limit: usize) -> Result<Option<String>, Rejection> {
        match self.get(name) {
            Some(text) if text.chars().count() > limit => Err(Rejection::Shape(name)),
            _ => Ok(self.take(name)),
        }
    }

    /// An optional field of exactly `length` characters.
    fn exactly(&self, name: &'static str, length: usize) -> Result<Option<String>, Rejection> {
        match self.get(name) {
            Some(text) if text.chars().count() != length => Err(Rejection::Shape(name)),
            _ => Ok(self.take(name)),
        }
    }

    fn digits(&self, name: &'static str, length: usize) -> Result<String, Rejection> {
        self.take(name)
            .filter(|text| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or(Rejection::Shape(name))
    }

    /// `utf8_name` is form-encoded UTF-8 and can hold every name; `name` only
    /// those that CP949 can represent. At most 100 characters in both cases.
    fn name(&self) -> Result<String, Rejection> {
        let plain = self.at_most("name", 100)?;
        let utf8 = self.get("utf8_name").and_then(|encoded| {
            let spaced = Zeroizing::new(encoded.replace('+', " "));
            percent_decode_str(&spaced)
                .decode_utf8()
                .ok()
                .map(std::borrow::Cow::into_owned)
        });
        utf8.filter(|name| !name.trim().is_empty())
            .or(plain)
            .filter(|name| name.chars().count() <= 100 && !name.contains('\0'))
            .ok_or(Rejection::Shape("name"))
    }
}

/// A person's verified identity, as NICE vouches for it and as the shop
/// receives it. A field outside the shop's contract with NICE, or empty, is
/// `None`. Wiped when dropped. Field texts are the API document's; lengths
/// are in characters.
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
    // At most 100.
    pub name: String,
    /// 생년월일 (YYYYMMDD)
    pub birthdate: String,
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
        let responseno = fields.at_most("responseno", 24)?;
        let required = |name, value: Option<String>| value.ok_or(Rejection::Shape(name));
        Ok(Self {
            req_no: required("requestno", fields.at_most("requestno", 30)?)?,
            responseno: required("responseno", responseno)?,
            enctime: fields.digits("enctime", 14)?,
            sitecode: required("sitecode", fields.at_most("sitecode", 16)?)?,
            authtype: fields.at_most("authtype", 1)?,
            name: fields.name()?,
            birthdate: fields.digits("birthdate", 8)?,
            gender: fields.at_most("gender", 1)?,
            nationalinfo: fields.at_most("nationalinfo", 1)?,
            mobileco: fields.at_most("mobileco", 1)?,
            mobileno: fields.take("mobileno"),
            ci: fields.exactly("ci", 88)?,
            di: fields.exactly("di", 64)?,
            businessno: fields.at_most("businessno", 10)?,
            receivedata: fields.take("receivedata"),
        })
    }
}

impl std::fmt::Debug for VerificationResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerificationResult(redacted)")
    }
}
