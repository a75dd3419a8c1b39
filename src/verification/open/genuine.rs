//! Whether a result is NICE's, of this very session, and a verified person's.

use std::borrow::Cow;

use arrayvec::ArrayString;
use sha2::{Digest, Sha256};

use super::{OpenError, OpenRequest};
use crate::{
    crypto::{self, KeySet, UnsealError},
    store::Session,
    verification::{
        rejection::Rejection,
        result::{ResultFields, VerificationResult},
    },
};

/// The person, if NICE sealed this result for this session and says yes.
pub(super) fn check(
    request: &OpenRequest<'_>,
    session: &Session,
) -> Result<VerificationResult, OpenError> {
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
pub(in crate::verification) fn fingerprint(enc_data: &str) -> [u8; 32] {
    Sha256::digest(enc_data).into()
}

/// An unescaped `+` in a query arrives as a space, which base64 never uses.
pub(in crate::verification) fn restore_plus(text: &str) -> Cow<'_, str> {
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
