//! Opening a result: only this service has the HMAC key, so only it can tell
//! a genuine result. The order of the checks matters: nothing is decrypted
//! before its integrity is verified, and the session is consumed last.

use std::{borrow::Cow, sync::Arc};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;
use utoipa::ToSchema;

use super::{
    Field, FieldFault,
    field::Faults,
    rejection::Rejection,
    result::{ResultFields, VerificationResult},
};
use crate::{
    crypto::{self, KeySet, UnsealError},
    store::{Consumed, Found, Session, Store, StoreError},
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
}

impl<'a> OpenRequest<'a> {
    /// Checks the fields.
    ///
    /// # Errors
    ///
    /// All faulty fields at once, in the document's order.
    pub fn parse(fields: &'a OpenFields<'_>) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let token_version_id = faults.require("token_version_id", &fields.token_version_id);
        let enc_data = faults.require("enc_data", &fields.enc_data);
        let integrity_value = faults.require("integrity_value", &fields.integrity_value);
        let req_no = faults.require("reqNo", &fields.req_no);
        let (Some(token_version_id), Some(enc_data), Some(integrity_value), Some(req_no)) =
            (token_version_id, enc_data, integrity_value, req_no)
        else {
            return Err(faults.0);
        };
        Ok(Self {
            token_version_id,
            enc_data,
            integrity_value,
            req_no,
        })
    }
}

/// Why a result was not opened.
#[derive(Clone, Debug, Error)]
pub enum OpenError {
    /// No such session, or it has expired.
    #[error("no session, or it has expired")]
    SessionNotFound,
    /// The session's result was opened before.
    #[error("the result was opened before")]
    AlreadyUsed,
    /// Not a genuine result of this session, which stays open.
    #[error("rejected: {0}")]
    Rejected(#[from] Rejection),
    /// A genuine result: the person was not verified.
    #[error("NICE's resultcode is {resultcode}")]
    NotVerified {
        /// NICE's code; 1-4 letters and digits.
        resultcode: String,
    },
    /// The store can't tell now whether the session is open.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens results, each once.
#[derive(Clone, Debug)]
pub struct Opener {
    store: Arc<Store>,
}

impl Opener {
    /// Opens the results of the sessions in `store`.
    #[must_use]
    pub fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    /// Checks the result and consumes the session: of any number of calls
    /// with one result, one succeeds.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; only success consumes the session.
    pub async fn open(&self, request: &OpenRequest<'_>) -> Result<VerificationResult, OpenError> {
        let session = match self.store.find(request.token_version_id).await? {
            Found::Open(session) => session,
            Found::Used => return Err(OpenError::AlreadyUsed),
            Found::Missing => return Err(OpenError::SessionNotFound),
        };
        let fields = genuine(request, &session)?;
        match fields.strict("resultcode") {
            Some("0000") => {}
            code => return Err(not_verified(code)),
        }
        let result = VerificationResult::read(&fields)?;
        match self.store.consume(request.token_version_id).await? {
            Consumed::Won => Ok(result),
            Consumed::AlreadyUsed => Err(OpenError::AlreadyUsed),
            Consumed::Missing => Err(OpenError::SessionNotFound),
        }
    }
}

/// The fields, if NICE sealed them for this session as a result.
fn genuine(request: &OpenRequest<'_>, session: &Session) -> Result<ResultFields, Rejection> {
    let enc_data = restore_plus(request.enc_data);
    let integrity_value = restore_plus(request.integrity_value);
    let keys = KeySet::from_digest(&session.digest);
    let plaintext =
        crypto::open(&keys, &enc_data, &integrity_value).map_err(|error| match error {
            UnsealError::Integrity => Rejection::Integrity,
            UnsealError::Base64 | UnsealError::Decryption => Rejection::Decryption,
        })?;
    let fields = ResultFields::read(&plaintext)?;
    // Both directions use the same keys: without these two checks our own
    // request, sent back, would pass as a result.
    if fields.strict("resultcode").is_none() {
        return Err(Rejection::Resultcode);
    }
    if fields.strict("requestno") != Some(&session.requestno) {
        return Err(Rejection::Requestno);
    }
    if request.req_no != &*session.requestno {
        return Err(Rejection::ReqNo);
    }
    if fields.strict("sitecode") != Some(&session.site_code) {
        return Err(Rejection::Sitecode);
    }
    if fingerprint(&enc_data) == session.sent {
        return Err(Rejection::Reflection);
    }
    Ok(fields)
}

/// Identifies a cipher text; the session stores that of the sent one.
pub(super) fn fingerprint(enc_data: &str) -> [u8; 32] {
    Sha256::digest(enc_data).into()
}

/// An unescaped `+` in a query arrives as a space, which base64 never uses.
fn restore_plus(text: &str) -> Cow<'_, str> {
    if text.contains(' ') {
        Cow::Owned(text.replace(' ', "+"))
    } else {
        Cow::Borrowed(text)
    }
}

fn not_verified(code: Option<&str>) -> OpenError {
    let fit = |code: &&str| code.len() <= 4 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    match code.filter(fit) {
        Some(code) => OpenError::NotVerified {
            resultcode: code.to_owned(),
        },
        None => Rejection::Shape("resultcode").into(),
    }
}
