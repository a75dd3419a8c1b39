//! The settings of the sandbox: their names, defaults and syntaxes, for both
//! programs that hold one.

use std::time::Duration;

use jiff::SignedDuration;
use nice_crypto::Credentials;

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
        .ok_or_else(|| "is not a length of time from 60s to 24h".to_owned())
}

/// Text for a header: printable ASCII without spaces.
///
/// # Errors
///
/// What is wrong with it.
pub fn token(text: &str) -> Result<String, String> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("holds characters other than printable ASCII".to_owned())
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

/// What a NICE client needs to use a sandbox at `base_url`.
#[must_use]
pub fn describe(base_url: &str, credentials: &Credentials, institution_token: &str) -> String {
    format!(
        "  base URL           {base_url}\n  \
           client id          {}\n  \
           client secret      {}\n  \
           product            {}\n  \
           institution token  {institution_token}",
        credentials.client_id,
        credentials.client_secret.expose(),
        credentials.product_id,
    )
}

/// What a sandbox of its own prints at the start.
#[must_use]
pub fn greeting(base_url: &str, credentials: &Credentials, institution_token: &str) -> String {
    let nice = describe(base_url, credentials, institution_token);
    format!(
        "NICE sandbox: nothing here is real.\n\n{nice}\n  pages              {base_url}/sandbox/\n"
    )
}
