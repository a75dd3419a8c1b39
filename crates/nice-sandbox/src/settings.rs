//! The settings of the sandbox: their names, defaults and syntaxes, for both
//! programs that hold one.

use std::time::Duration;

use jiff::SignedDuration;
use nice_crypto::{Credentials, secret::Secret};

use crate::integrated::FIELDS;
pub use crate::integrated::SvcType;

/// Client id.
pub const CLIENT_ID: &str = "sandbox-client";
/// Client secret.
pub const CLIENT_SECRET: &str = "sandbox-secret";
/// Product code: that of NICE's integrated verification (통합인증).
pub const PRODUCT_ID: &str = "2101979031";
/// Lifetime of the crypto tokens.
pub const PERIOD: &str = "1h";
/// Where the sandbox listens alone; the port is NICE's own.
pub const BIND: &str = "127.0.0.1:22001";
/// The persona of `--auto-approve` without a name.
pub const PERSONA: &str = "hong";

/// Client id of the newer API, in its shape.
pub const INTEGRATED_CLIENT_ID: &str = "NI00000000-5a4d-4b0c-8000-0000005a4d01";
/// Client secret of the newer API, in its shape: 80 characters, which say that they
/// guard nothing.
pub const INTEGRATED_CLIENT_SECRET: &str =
    "U0FOREJPWDogdGhpcyBzZWNyZXQgZ3VhcmRzIG5vdGhpbmcgYW5kIGlzIGZvciB0ZXN0cyBhbG9uZSEh";
/// The methods of the newer API's contract.
pub const SVC_TYPES: &str = "M,F,U,I";
/// The fields that results of the newer API have, by contract: all but `ci2`.
pub const RESULT_FIELDS: &str = "name,birthdate,gender,national_info,ci,di,ci_update,\
     mobile_co,mobile_no,vnumber,age_code,auth_method";

/// What the sandbox accepts.
#[derive(Clone, Debug)]
pub struct SandboxSettings {
    /// `SANDBOX_CLIENT_ID`, `SANDBOX_CLIENT_SECRET`, which guards nothing
    /// real, and `SANDBOX_PRODUCT_ID`.
    pub credentials: Credentials,
    /// Life of a crypto token: 60 s to 24 h.
    pub period: Duration,
    /// The persona that answers every window at once.
    pub auto_approve: Option<String>,
    /// Of the newer API.
    pub integrated: IntegratedSettings,
}

/// What the newer API accepts, and what its contract has.
#[derive(Clone, Debug)]
pub struct IntegratedSettings {
    /// `SANDBOX_INTEGRATED_CLIENT_ID`.
    pub client_id: String,
    /// `SANDBOX_INTEGRATED_CLIENT_SECRET`, which guards nothing real.
    pub client_secret: Secret,
    /// `SANDBOX_SVC_TYPES`: the contract's methods.
    pub svc_types: Vec<SvcType>,
    /// `SANDBOX_RESULT_FIELDS`: the contract's fields.
    pub fields: Vec<&'static str>,
}

impl Default for IntegratedSettings {
    fn default() -> Self {
        Self {
            client_id: INTEGRATED_CLIENT_ID.to_owned(),
            client_secret: Secret::new(INTEGRATED_CLIENT_SECRET.to_owned()),
            svc_types: svc_types(SVC_TYPES).unwrap_or_default(),
            fields: result_fields(RESULT_FIELDS).unwrap_or_default(),
        }
    }
}

/// A list of methods.
///
/// # Errors
///
/// What is wrong with it.
pub fn svc_types(text: &str) -> Result<Vec<SvcType>, String> {
    text.split(',')
        .map(|letter| SvcType::by_letter(letter.trim()))
        .collect::<Option<_>>()
        .ok_or_else(|| "is not a comma-separated list of M, F, U and I".to_owned())
}

/// A list of result fields.
///
/// # Errors
///
/// What is wrong with it.
pub fn result_fields(text: &str) -> Result<Vec<&'static str>, String> {
    text.split(',')
        .map(|given| FIELDS.into_iter().find(|field| *field == given.trim()))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("is not a comma list of {}", FIELDS.join(", ")))
}

/// A lifetime of crypto tokens.
///
/// # Errors
///
/// What is wrong with it; the end of the sentence `"text" …`.
pub fn period(text: &str) -> Result<Duration, String> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|period| Duration::try_from(period).ok())
        .filter(|period| (60..=86_400).contains(&period.as_secs()))
        .ok_or_else(|| "is not a time from 60s to 24h".to_owned())
}

/// Text for a header: printable ASCII without spaces.
///
/// # Errors
///
/// What is wrong with it.
pub fn token(text: &str) -> Result<String, String> {
    let odd = text
        .chars()
        .enumerate()
        .find(|(_, c)| !c.is_ascii_graphic());
    match odd {
        None => Ok(text.to_owned()),
        Some((at, c)) => {
            let what = match c {
                ' ' => "a space",
                '\u{ff01}'..='\u{ff5e}' => "a full-width letter",
                _ => "a letter outside ASCII",
            };
            Err(format!("contains {what} at character {}", at + 1))
        }
    }
}

/// A client id, without a colon: in Basic authentication a colon ends it.
///
/// # Errors
///
/// What is wrong with it.
pub fn client_id(text: &str) -> Result<String, String> {
    token(text).and_then(|id| {
        if id.contains(':') {
            Err("must not hold a colon".to_owned())
        } else {
            Ok(id)
        }
    })
}
