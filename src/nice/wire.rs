//! NICE's JSON: what each of the three calls sends and returns.

use std::time::Duration;

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Code, Garbage,
    reply::{Rejected, not_nices},
    values::{is_printable, lenient_seconds, one_line, plain_code, printable, text},
};
use crate::secret::Secret;

/// Paths below NICE's base URL.
pub mod path {
    /// Issues the institution token (기관토큰).
    pub const INSTITUTION_TOKEN: &str = "/digital/niceid/oauth/oauth/token";
    /// Ends the institution token, for everyone who shares it.
    pub const REVOKE: &str = "/digital/niceid/oauth/oauth/token/revokeById";
    /// Issues a crypto token (암호화토큰).
    pub const CRYPTO_TOKEN: &str = "/digital/niceid/api/v1.0/common/crypto/token";
}

/// Lifetime of an institution token whose `expires_in` is missing: 50 years,
/// as NICE documents it.
const FIFTY_YEARS: Duration = Duration::from_hours(50 * 365 * 24);
/// The shortest and the longest period that we accept, in seconds.
const PERIOD: std::ops::RangeInclusive<f64> = 60.0..=86_400.0;

/// The request body of the crypto-token call.
#[derive(Serialize)]
pub(super) struct CryptoTokenRequest<'a> {
    #[serde(rename = "dataHeader")]
    header: RequestHeader,
    #[serde(rename = "dataBody")]
    body: CryptoTokenRequestBody<'a>,
}

#[derive(Serialize)]
struct RequestHeader {
    #[serde(rename = "CNTY_CD")]
    country: &'static str,
}

#[derive(Serialize)]
struct CryptoTokenRequestBody<'a> {
    req_dtim: &'a str,
    req_no: &'a str,
    enc_mode: &'static str,
}

impl<'a> CryptoTokenRequest<'a> {
    pub(super) fn new(req_dtim: &'a str, req_no: &'a str) -> Self {
        Self {
            header: RequestHeader { country: "ko" },
            body: CryptoTokenRequestBody {
                req_dtim,
                req_no,
                // AES-128-CBC-PKCS7. No meaning of 2 or 3 is published.
                enc_mode: "1",
            },
        }
    }
}

/// What `dataHeader` says about an answer, and the body if it may be read.
#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(rename = "dataHeader")]
    header: ReplyHeader,
    /// Only valid when the gateway says 1200; may be absent, null or empty.
    #[serde(rename = "dataBody", borrow, default)]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ReplyHeader {
    #[serde(rename = "GW_RSLT_CD", deserialize_with = "text")]
    code: Option<String>,
    #[serde(rename = "GW_RSLT_MSG", default, deserialize_with = "text")]
    message: Option<String>,
}

impl<'a> Reply<'a> {
    /// Reads NICE's envelope. The charset label is ignored on purpose: NICE
    /// declares the unregistered `UTF8`.
    fn parse(bytes: &'a [u8]) -> Result<Self, Garbage> {
        serde_json::from_slice(bytes).map_err(|error| not_nices(&error, bytes))
    }

    fn body<T: Deserialize<'a>>(self) -> Result<T, Rejected> {
        let code = self.header.code.ok_or(Garbage::Field("GW_RSLT_CD"))?;
        let code = plain_code(&code);
        if code != "1200" {
            let message = self.header.message.unwrap_or_default();
            return Err(Rejected::Refusal(Code::Gateway(code), one_line(&message)));
        }
        let body = self.body.ok_or(Garbage::Field("dataBody"))?;
        serde_json::from_str(body.get()).map_err(|_| Garbage::Field("dataBody").into())
    }
}

/// An institution token (기관토큰): valid for years, shared by the fleet.
#[derive(Clone, Debug)]
pub struct InstitutionToken {
    /// 1-512 printable ASCII characters; looks like a UUID.
    pub access_token: Secret,
    /// What is left of its life.
    pub expires_in: Duration,
}

#[derive(Deserialize)]
struct InstitutionTokenBody {
    access_token: Option<Secret>,
    #[serde(default, deserialize_with = "lenient_seconds")]
    expires_in: Option<f64>,
}

impl InstitutionToken {
    /// Reads NICE's reply to the call for one.
    ///
    /// # Errors
    ///
    /// [`Rejected`].
    pub fn read(reply: &[u8]) -> Result<Self, Rejected> {
        let body: InstitutionTokenBody = Reply::parse(reply)?.body()?;
        let access_token = body
            .access_token
            .filter(|token| is_printable(token.expose(), 512))
            .ok_or(Garbage::Field("access_token"))?;
        // A token that NICE calls expired is used anyway: only a refusal
        // counts, and then a new one is issued.
        let expires_in = body.expires_in.map_or(FIFTY_YEARS, |seconds| {
            Duration::from_secs_f64(seconds.clamp(60.0, 4e9))
        });
        Ok(Self {
            access_token,
            expires_in,
        })
    }
}

/// NICE's name for a key set: 1-64 printable ASCII characters. Stored inline:
/// thousands wait in the pool, and each is used on another thread.
pub type TokenVersionId = ArrayString<64>;

/// The contract's site at NICE: 1-16 printable ASCII characters.
pub type SiteCode = ArrayString<16>;

/// A crypto token (암호화토큰): the key material of one verification.
#[derive(Clone, Debug)]
pub struct CryptoToken {
    /// Names the key set.
    pub token_version_id: TokenVersionId,
    /// 1-512 printable ASCII characters; goes into the key derivation.
    pub token_val: Secret,
    /// Goes into the sealed request as `sitecode`.
    pub site_code: SiteCode,
    /// How long NICE accepts the token: 60-86,400 s.
    pub period: Duration,
}

#[derive(Deserialize)]
struct CryptoTokenBody {
    #[serde(default, deserialize_with = "text")]
    rsp_cd: Option<String>,
    #[serde(default, deserialize_with = "text")]
    res_msg: Option<String>,
    #[serde(default, deserialize_with = "text")]
    result_cd: Option<String>,
    token_version_id: Option<String>,
    token_val: Option<Secret>,
    site_code: Option<String>,
    #[serde(default, deserialize_with = "lenient_seconds")]
    period: Option<f64>,
}

impl CryptoToken {
    /// Reads NICE's reply to the call for one.
    ///
    /// # Errors
    ///
    /// [`Rejected`].
    pub fn read(reply: &[u8]) -> Result<Self, Rejected> {
        let body: CryptoTokenBody = Reply::parse(reply)?.body()?;
        let message = one_line(&body.res_msg.unwrap_or_default());
        let rsp_cd = plain_code(&body.rsp_cd.ok_or(Garbage::Field("rsp_cd"))?);
        if rsp_cd != "P000" {
            return Err(Rejected::Refusal(Code::Response(rsp_cd), message));
        }
        let result_cd = plain_code(&body.result_cd.ok_or(Garbage::Field("result_cd"))?);
        if result_cd != "0000" {
            return Err(Rejected::Refusal(Code::Result(result_cd), message));
        }
        let period = body
            .period
            .filter(|seconds| PERIOD.contains(seconds))
            .map(Duration::from_secs_f64)
            .ok_or(Garbage::Field("period"))?;
        Ok(Self {
            token_version_id: body
                .token_version_id
                .and_then(|id| printable(&id))
                .ok_or(Garbage::Field("token_version_id"))?,
            token_val: body
                .token_val
                .filter(|value| is_printable(value.expose(), 512))
                .ok_or(Garbage::Field("token_val"))?,
            site_code: body
                .site_code
                .and_then(|code| printable(&code))
                .ok_or(Garbage::Field("site_code"))?,
            period,
        })
    }
}

#[derive(Deserialize)]
struct RevokeBody {
    result: serde_json::Value,
}

/// Whether NICE says that the token is revoked: `true`, or the text "true".
///
/// # Errors
///
/// [`Rejected`].
pub fn read_revoked(reply: &[u8]) -> Result<bool, Rejected> {
    let body: RevokeBody = Reply::parse(reply)?.body()?;
    match body.result {
        serde_json::Value::Bool(revoked) => Ok(revoked),
        serde_json::Value::String(text) => Ok(text.eq_ignore_ascii_case("true")),
        _ => Err(Garbage::Field("result").into()),
    }
}
