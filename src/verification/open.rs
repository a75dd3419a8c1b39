//! Opening a result: only this service has the HMAC key, so only it can tell
//! a genuine result. The order of the checks matters: nothing is decrypted
//! before its integrity is verified, and the session is consumed last.

use std::{borrow::Cow, sync::Arc, time::Duration};

use arrayvec::ArrayString;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use utoipa::ToSchema;

use super::{
    Field, FieldFault, Rule,
    expect::{ExpectField, ExpectSchema, Expected},
    field::Faults,
    hashes::HashKeys,
    rejection::Rejection,
    result::{Age, ResultFields, VerificationResult},
};
use crate::{
    clock::Clock,
    crypto::{self, KeySet, UnsealError},
    store::{Consumed, Found, REPEATABLE, Refusal, Session, Step, Store, StoreError, Used},
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

    /// Identifies this call among those that may be repeated: SHA-256 of all
    /// that it says.
    fn call(&self) -> Option<[u8; 32]> {
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
            // With its length in front, no part can stand for two.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(part.unwrap_or_default());
        }
        Some(hash.finalize().into())
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

/// Why a result was not opened.
#[derive(Clone, Debug, Error)]
pub enum OpenError {
    /// No such session, or it has expired.
    #[error("no session, or it has expired")]
    SessionNotFound,
    /// The session's result was opened before.
    #[error("the result was opened before")]
    AlreadyUsed,
    /// Another result of the same session was opened before.
    #[error(
        "another result was opened before: the same token was used by two browsers; \
         is a cache in front of getOAuthToken?"
    )]
    AnotherUsed,
    /// Not a genuine result of this session, which stays open.
    #[error("rejected: {0}")]
    Rejected(#[from] Rejection),
    /// A genuine result: the person was not verified.
    #[error("NICE's resultcode is {resultcode}")]
    NotVerified {
        /// NICE's code; 1-4 letters and digits.
        resultcode: ArrayString<4>,
    },
    /// The store can't tell now whether the session is open.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A result that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The person.
    pub result: VerificationResult,
    /// When it was opened first.
    pub at: Timestamp,
    /// The same call had opened it before.
    pub repeated: bool,
}

/// Opens results, each once.
#[derive(Clone, Debug)]
pub struct Opener {
    pub(super) store: Arc<Store>,
    session_ttl: Duration,
    hash_keys: Option<HashKeys>,
    clock: Clock,
}

impl Opener {
    /// Opens the results of the sessions in `store`, which live for at most
    /// `session_ttl`.
    #[must_use]
    pub const fn new(store: Arc<Store>, session_ttl: Duration, clock: Clock) -> Self {
        Self {
            store,
            session_ttl,
            hash_keys: None,
            clock,
        }
    }

    /// Adds hashes of CI and DI under these keys.
    #[must_use]
    pub fn with_hashes(self, hash_keys: Option<HashKeys>) -> Self {
        Self { hash_keys, ..self }
    }

    /// Checks the result and consumes the session: of any number of calls
    /// with one result, one succeeds, and its own repetitions.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; only success consumes the session.
    pub async fn open(&self, request: &OpenRequest<'_>) -> Result<Opened, OpenError> {
        let id = request.token_version_id;
        let session = match self.store.find(id).await? {
            Found::Open(session) => session,
            Found::Used(used) => return self.again(request, used).await,
            Found::Missing => return Err(OpenError::SessionNotFound),
        };
        let result = match check(request, &session) {
            Ok(result) => result,
            Err(refused) => {
                self.note(id, &refused).await;
                return Err(refused);
            }
        };
        let (at, call) = (self.clock.now(), request.call());
        if let Some(call) = &call {
            self.store.keep_for(call, &session).await?;
        }
        let opened = fingerprint(&restore_plus(request.enc_data));
        let used = Used::of(&session, at.into(), opened, call);
        match self.store.consume(id, &session, &used).await? {
            Consumed::Won => Ok(self.complete(result, request, at, false)),
            Consumed::AlreadyUsed(used) => self.again(request, used).await,
            Consumed::Missing => Err(OpenError::SessionNotFound),
        }
    }

    /// A second call: the same one gets its answer again, made afresh from its
    /// own values, as long as the keys are kept for it.
    async fn again(
        &self,
        request: &OpenRequest<'_>,
        used: Option<Used>,
    ) -> Result<Opened, OpenError> {
        let Some(used) = used else {
            return Err(OpenError::AlreadyUsed);
        };
        let at = used.opened.timestamp();
        let call = request.call().zip(used.call);
        let call = call.and_then(|(call, first)| bool::from(call.ct_eq(&first)).then_some(call));
        let is_in_time = self.clock.now().duration_since(at).unsigned_abs() < REPEATABLE;
        if let Some(call) = call.filter(|_| is_in_time)
            && let Some(session) = self.store.kept_for(&call).await?
        {
            let result = check(request, &session)?;
            self.store.confirm_use(request.token_version_id).await?;
            return Ok(self.complete(result, request, at, true));
        }
        if fingerprint(&restore_plus(request.enc_data)) == used.result {
            Err(OpenError::AlreadyUsed)
        } else {
            Err(OpenError::AnotherUsed)
        }
    }

    /// Adds what the shop would have to work out by itself.
    fn complete(
        &self,
        mut result: VerificationResult,
        request: &OpenRequest<'_>,
        at: Timestamp,
        repeated: bool,
    ) -> Opened {
        if let Some(birthdate) = &result.birthdate {
            result.age = Age::at(at, birthdate);
            if result.age.is_none() {
                tracing::warn!("a result has a birthdate that can't be: no age");
            }
        }
        result.matches = request.expect.map(|expected| expected.compare(&result));
        if let Some(keys) = &self.hash_keys {
            result.hash(keys);
        }
        result.repeated = repeated.then_some(true);
        Opened {
            result,
            at,
            repeated,
        }
    }

    /// For those who ask where a verification has ended. Without this note
    /// they learn less, so a store that fails now is no reason to fail.
    async fn note(&self, id: &str, refused: &OpenError) {
        let refusal = match refused {
            OpenError::Rejected(_) => Refusal::Rejected,
            OpenError::NotVerified { resultcode } => Refusal::NotVerified(*resultcode),
            OpenError::SessionNotFound
            | OpenError::AlreadyUsed
            | OpenError::AnotherUsed
            | OpenError::Store(_) => return,
        };
        let at = self.clock.now().into();
        let noted = self
            .store
            .note(id, Step::Refused(refusal), at, self.session_ttl);
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the refusal of a result was not noted");
        }
    }
}

/// The person, if NICE sealed this result for this session and says yes.
fn check(request: &OpenRequest<'_>, session: &Session) -> Result<VerificationResult, OpenError> {
    let fields = genuine(request, session)?;
    match fields.strict("resultcode") {
        Some("0000") => Ok(VerificationResult::read(&fields)?),
        code => Err(not_verified(code)),
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
pub(super) fn restore_plus(text: &str) -> Cow<'_, str> {
    if text.contains(' ') {
        Cow::Owned(text.replace(' ', "+"))
    } else {
        Cow::Borrowed(text)
    }
}

fn not_verified(code: Option<&str>) -> OpenError {
    let fit = |code: &&str| code.bytes().all(|b| b.is_ascii_alphanumeric());
    let code = code.filter(fit).map(ArrayString::from);
    match code {
        Some(Ok(resultcode)) => OpenError::NotVerified { resultcode },
        Some(Err(_)) | None => Rejection::Shape("resultcode").into(),
    }
}
