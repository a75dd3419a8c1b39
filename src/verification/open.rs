//! Opening a result: only here is the HMAC key, so only this service can
//! vouch for it. The order of the checks is part of their worth: nothing is
//! decrypted before its integrity is known, and nothing is consumed before
//! everything else is.

use std::{borrow::Cow, sync::Arc};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::result::{Rejection, ResultFields, VerificationResult};
use crate::{
    crypto::{self, KeySet, OpenError as SealError},
    store::{Consumed, Found, Session, Store, StoreError},
};

/// What the shop's own server sends.
#[derive(Clone, Debug)]
pub struct OpenRequest<'a> {
    /// Names the session; came back through the browser.
    pub token_version_id: &'a str,
    /// Came back through the browser.
    pub enc_data: &'a str,
    /// Came back through the browser.
    pub integrity_value: &'a str,
    /// What the shop's server kept when it began: this binds the result to
    /// the shop's own session.
    pub req_no: &'a str,
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
    /// Not a genuine result of this session. The session stays open.
    #[error("rejected: {0}")]
    Rejected(#[from] Rejection),
    /// A genuine result that says that the person was not verified.
    #[error("NICE's resultcode is {resultcode}")]
    NotVerified {
        /// NICE's code; 1-4 letters and digits.
        resultcode: String,
    },
    /// Whether the session is open can't be known now.
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

    /// Checks the result from its integrity to its shape, and consumes the
    /// session: of any number of calls with one result, one succeeds.
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
        match fields.get("resultcode") {
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

/// The fields of a text that NICE sealed, for this session, as an answer.
fn genuine(request: &OpenRequest<'_>, session: &Session) -> Result<ResultFields, Rejection> {
    let enc_data = mend_base64(request.enc_data);
    let integrity_value = mend_base64(request.integrity_value);
    let keys = KeySet::from_digest(&session.digest);
    let plaintext =
        crypto::open(&keys, &enc_data, &integrity_value).map_err(|error| match error {
            SealError::Integrity => Rejection::Integrity,
            SealError::Base64 | SealError::Decryption => Rejection::Decryption,
        })?;
    let fields = ResultFields::read(&plaintext)?;
    // Keys are the same in both directions: without these two checks our own
    // request, handed back, would pass as its result.
    if fields.get("resultcode").is_none() {
        return Err(Rejection::Resultcode);
    }
    if fields.get("requestno") != Some(&session.requestno) {
        return Err(Rejection::Requestno);
    }
    if request.req_no != &*session.requestno {
        return Err(Rejection::ReqNo);
    }
    if fields.get("sitecode") != Some(&session.site_code) {
        return Err(Rejection::Sitecode);
    }
    if fingerprint(&enc_data) == session.sent {
        return Err(Rejection::Reflection);
    }
    Ok(fields)
}

/// Tells a cipher text from another; kept of the one that was sent.
pub(super) fn fingerprint(enc_data: &str) -> [u8; 32] {
    Sha256::digest(enc_data).into()
}

/// A `+` that was not escaped in a query arrives as a space, which is never
/// base64.
fn mend_base64(text: &str) -> Cow<'_, str> {
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
