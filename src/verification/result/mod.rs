//! What the shop receives of a verified person.

mod age;
mod fields;
mod kept;

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{hashes::HashKeys, matches::Matches, rejection::Rejection};

pub use age::Age;
pub(super) use fields::ResultFields;
pub use kept::KeptFields;

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
    #[schema(required = false)]
    pub responseno: String,
    /// 인증 일시 (YYYYMMDDHHmmss)
    #[schema(required = false)]
    pub enctime: String,
    /// 사이트코드
    // At most 16.
    #[schema(required = false)]
    pub sitecode: String,
    /// 인증수단
    // M, C, X, U, F or S.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub authtype: Option<String>,
    /// 이름
    // Never empty; NICE's limit is 100.
    #[schema(required = false)]
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
    /// 연계정보 2 (통합인증)
    // A second CI, should there ever be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ci2: Option<String>,
    /// 연계정보 갱신 횟수 (통합인증 아이핀)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ci_update: Option<String>,
    /// 아이핀 가상식별번호 (통합인증 아이핀)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub vnumber: Option<String>,
    /// 연령대 코드 (통합인증 아이핀)
    // 0 under 9, 1 under 12, 2 under 14, 3 under 15, 4 under 18, 5 under 19,
    // 6 under 20, 7 from 20 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub age_code: Option<String>,
    /// 본인확인 방법 코드 (통합인증 아이핀)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub auth_method: Option<String>,
    /// 요청 시 전달한 데이터
    // Unchanged from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receivedata: Option<String>,
    /// 만 나이와 연령 기준 (결과를 연 날의 한국 날짜 기준)
    // Absent without a birthdate, or with one that can't be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub age: Option<Age>,
    /// expect로 보낸 값과의 일치 여부
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub matches: Option<Matches>,
    /// CI의 해시 (`CI_HASH_KEY`의 첫 번째 키)
    // `id.` and HMAC-SHA256 in base64url.
    #[serde(rename = "ciHash", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ci_hash: Option<String>,
    /// CI의 해시 (`CI_HASH_KEY`의 모든 키)
    #[serde(rename = "ciHashes", skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub ci_hashes: Vec<String>,
    /// DI의 해시 (`CI_HASH_KEY`의 첫 번째 키)
    #[serde(rename = "diHash", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub di_hash: Option<String>,
    /// DI의 해시 (`CI_HASH_KEY`의 모든 키)
    #[serde(rename = "diHashes", skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub di_hashes: Vec<String>,
    /// 같은 호출이 반복되어 같은 결과를 다시 반환한 경우 true
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub repeated: Option<bool>,
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
            ci2: fields.lenient("ci2"),
            ci_update: fields.lenient("ci_update"),
            vnumber: fields.lenient("vnumber"),
            age_code: fields.lenient("age_code"),
            auth_method: fields.lenient("auth_method"),
            // The shop's own text, blanks and all.
            receivedata: fields.as_sent("receivedata").map(str::to_owned),
            age: None,
            matches: None,
            ci_hash: None,
            ci_hashes: Vec::new(),
            di_hash: None,
            di_hashes: Vec::new(),
            repeated: None,
        })
    }

    /// Adds the hashes of CI and DI.
    pub(super) fn hash(&mut self, keys: &HashKeys) {
        let hashes = |value: &Option<String>| value.as_deref().map(|value| keys.hash(value));
        self.ci_hashes = hashes(&self.ci).unwrap_or_default();
        self.di_hashes = hashes(&self.di).unwrap_or_default();
        self.ci_hash = self.ci_hashes.first().cloned();
        self.di_hash = self.di_hashes.first().cloned();
    }
}

impl fmt::Debug for VerificationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationResult(redacted)")
    }
}
