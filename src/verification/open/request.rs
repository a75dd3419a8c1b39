//! The call that opens a result: its body as sent, and as a value that fits.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::verification::{
    Field, FieldFault, Rule,
    expect::{ExpectField, ExpectSchema, Expected},
    field::Faults,
};

/// The body of `getVerificationResult` as sent. All fields are required.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(bound(deserialize = "'de: 'a"))]
#[schema(as = VerificationResultRequest)]
pub struct OpenFields<'a> {
    /// 토큰버전아이디
    #[schema(value_type = String, min_length = 1, pattern = r"^[^\x00]*$")]
    pub token_version_id: Field<'a>,
    /// 암호화된 결과
    #[schema(value_type = String, min_length = 1, pattern = r"^[^\x00]*$")]
    pub enc_data: Field<'a>,
    /// 무결성체크값
    #[schema(value_type = String, min_length = 1, pattern = r"^[^\x00]*$")]
    pub integrity_value: Field<'a>,
    /// getOAuthToken을 호출할 때 쇼핑몰 서버가 보관한 요청구분번호
    #[serde(rename = "reqNo")]
    #[schema(value_type = String, min_length = 1, pattern = r"^[^\x00]*$")]
    pub req_no: Field<'a>,
    /// 확인하려는 값; 결과의 matches로 일치 여부를 알려 줍니다. 폼에서는 JSON 문자열로 보냅니다.
    #[schema(value_type = ExpectSchema, required = false, nullable = false)]
    pub expect: ExpectField,
}

/// A valid request to open a result, from the shop's own server.
#[derive(Clone, Debug)]
pub struct OpenRequest<'a> {
    /// Identifies the session; came back through the browser.
    pub token_version_id: &'a str,
    /// Came back through the browser.
    pub enc_data: &'a str,
    /// Came back through the browser.
    pub integrity_value: &'a str,
    /// The `reqNo` that the shop's server stored at the start: binds the
    /// result to the shop's own session.
    pub req_no: &'a str,
    /// With one, the same call gets the same result again for a while.
    pub idempotency_key: Option<IdempotencyKey<'a>>,
    /// What the answer compares the person with.
    pub expect: Option<Expected<'a>>,
}

impl<'a> OpenRequest<'a> {
    /// A request without anything optional.
    #[must_use]
    pub const fn new(
        token_version_id: &'a str,
        enc_data: &'a str,
        integrity_value: &'a str,
        req_no: &'a str,
    ) -> Self {
        Self {
            token_version_id,
            enc_data,
            integrity_value,
            req_no,
            idempotency_key: None,
            expect: None,
        }
    }

    /// Checks the fields.
    ///
    /// # Errors
    ///
    /// All faulty fields at once, in the document's order.
    pub fn parse(
        fields: &'a OpenFields<'_>,
        idempotency_key: Result<Option<&'a str>, Rule>,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let token_version_id = faults.require("token_version_id", &fields.token_version_id);
        let enc_data = faults.require("enc_data", &fields.enc_data);
        let integrity_value = faults.require("integrity_value", &fields.integrity_value);
        let req_no = faults.require("reqNo", &fields.req_no);
        let expect = Expected::read(&fields.expect, &mut faults);
        let key = faults.take(
            IdempotencyKey::HEADER,
            idempotency_key.and_then(|key| key.map(IdempotencyKey::parse).transpose()),
        );
        let (
            Some(token_version_id),
            Some(enc_data),
            Some(integrity_value),
            Some(req_no),
            Some(idempotency_key),
        ) = (token_version_id, enc_data, integrity_value, req_no, key)
        else {
            return Err(faults.0);
        };
        if !faults.0.is_empty() {
            return Err(faults.0);
        }
        Ok(Self {
            idempotency_key,
            expect,
            ..Self::new(token_version_id, enc_data, integrity_value, req_no)
        })
    }

    /// What has visibly happened to the two values on their way: for the log,
    /// when their integrity fails.
    #[must_use]
    pub fn damage(&self) -> Option<Damage> {
        [self.enc_data, self.integrity_value]
            .into_iter()
            .find_map(Damage::of)
            .or_else(|| {
                let is_swapped = self.enc_data.len() == 44 && self.integrity_value.len() > 44;
                is_swapped.then_some(Damage::Swapped)
            })
    }

    /// Identifies this call among those that may be repeated: SHA-256 of all
    /// that it says.
    pub(super) fn call(&self) -> Option<[u8; 32]> {
        let key = self.idempotency_key?;
        let parts = [
            key.0,
            self.token_version_id,
            self.enc_data,
            self.integrity_value,
            self.req_no,
        ];
        let expected = self.expect.map(Expected::texts).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in parts.into_iter().map(Some).chain(expected) {
            // With each length in front, two parts can't be read as one.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(part.unwrap_or_default());
        }
        Some(hash.finalize().into())
    }
}

/// Why a value is no longer NICE's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// `%2B`.
    Escaped,
    /// In the middle or at the end.
    LineEnd,
    /// `&#43;`.
    Html,
    /// `"…"`.
    Quoted,
    /// `-` for `+`.
    Base64Url,
    /// Its length is none of base64.
    Cut,
    /// One stands for the other.
    Swapped,
}

impl Damage {
    /// Of a value that is not base64 any more.
    fn of(value: &str) -> Option<Self> {
        let has = |what: &[char]| value.contains(what);
        Some(if has(&['%']) {
            Self::Escaped
        } else if has(&['\r', '\n', '\t']) {
            Self::LineEnd
        } else if has(&['&', ';']) {
            Self::Html
        } else if has(&['"', '\'', '\\']) {
            Self::Quoted
        } else if has(&['-', '_']) {
            Self::Base64Url
        } else if !value.len().is_multiple_of(4) {
            Self::Cut
        } else {
            return None;
        })
    }

    /// For the log.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Escaped => "a value has % in it: it was escaped twice, or never unescaped",
            Self::LineEnd => "a value has a line end in it: remove line ends before sending it",
            Self::Html => "a value has & in it: it was taken from HTML without unescaping it",
            Self::Quoted => {
                "a value has a quote or a backslash in it: it was converted to JSON twice"
            }
            Self::Base64Url => "a value has - or _ in it: it is base64url, send it as it came",
            Self::Cut => "a value was cut short, or has lost the = at its end",
            Self::Swapped => "enc_data and integrity_value are swapped",
        }
    }
}

/// What a caller sends in `Idempotency-Key`: a random value for each result
/// that it opens, the same one when it sends that call again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey<'a>(&'a str);

impl<'a> IdempotencyKey<'a> {
    /// The header that it comes in.
    pub const HEADER: &'static str = "Idempotency-Key";

    /// Reads 16-64 of `A-Z a-z 0-9 . _ -`.
    ///
    /// # Errors
    ///
    /// [`Rule::IdempotencyKey`].
    pub fn parse(text: &'a str) -> Result<Self, Rule> {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (16..=64).contains(&text.len()) && text.bytes().all(is_fit) {
            Ok(Self(text))
        } else {
            Err(Rule::IdempotencyKey)
        }
    }
}
