//! NICE's JSON: what each of the three calls sends and returns.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

use super::{SvcType, WindowHosts};
use crate::{
    crypto::integrated::Iterators,
    nice::{
        Code, Garbage,
        reply::{Rejected, not_nices},
        values::{is_printable, one_line, plain_code, text},
    },
    secret::Secret,
};

/// Paths below NICE's base URL.
pub mod path {
    /// Issues an access token, with its ticket.
    pub const TOKEN: &str = "/ido/intc/v1.0/auth/token";
    /// Begins a verification: the address of its window.
    pub const URL: &str = "/ido/intc/v1.0/auth/url";
    /// Hands out the result, once.
    pub const RESULT: &str = "/ido/intc/v1.0/auth/result";
}

/// `result_code` of success.
pub(super) const SUCCESS: &str = "0000";

/// How long an access token lives, by NICE's guide, and at most.
const DAY: Duration = Duration::from_hours(24);
/// How long we believe in a token whose `expires_in` can't be read.
const UNREADABLE: Duration = Duration::from_mins(30);

/// The longest of NICE's values, in bytes. A token of its guide has 600.
const LONGEST_TOKEN: usize = 4096;
const LONGEST_TICKET: usize = 512;
const LONGEST_TRANSACTION_ID: usize = 200;

#[derive(Serialize)]
pub(super) struct TokenRequest<'a> {
    pub(super) grant_type: &'static str,
    pub(super) request_no: &'a str,
}

#[derive(Serialize)]
pub(super) struct UrlRequest<'a> {
    pub(super) request_no: &'a str,
    pub(super) return_url: &'a str,
    pub(super) close_url: &'a str,
    pub(super) svc_types: Vec<&'static str>,
    pub(super) method_type: &'static str,
    pub(super) exp_mods: [&'static str; 1],
}

impl<'a> UrlRequest<'a> {
    pub(super) fn new(
        request_no: &'a str,
        return_url: &'a str,
        close_url: &'a str,
        svc_types: &[SvcType],
    ) -> Self {
        Self {
            request_no,
            return_url,
            close_url,
            svc_types: svc_types.iter().map(|method| method.letter()).collect(),
            // A cookie of the shop with SameSite=Lax comes along with GET alone.
            method_type: "GET",
            exp_mods: ["closeButtonOn"],
        }
    }
}

#[derive(Serialize)]
pub(super) struct ResultRequest<'a> {
    pub(super) web_transaction_id: &'a str,
    pub(super) transaction_id: &'a str,
    pub(super) request_no: &'a str,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default, deserialize_with = "text")]
    result_code: Option<String>,
    #[serde(default, deserialize_with = "text")]
    result_message: Option<String>,
}

/// What every reply begins with, as received.
struct Told {
    code: String,
    message: String,
}

/// The body of a reply that says success.
fn body<T: DeserializeOwned>(reply: &[u8]) -> Result<(T, Told), Rejected> {
    if reply.trim_ascii_start().starts_with(b"[") {
        // serde's derive would read an array as a struct.
        return Err(Garbage::NotNice.into());
    }
    let head: Head = serde_json::from_slice(reply).map_err(|error| not_nices(&error, reply))?;
    let code = head.result_code.ok_or(Garbage::NotNice)?;
    let message = head.result_message.unwrap_or_default();
    let known = plain_code(&code);
    if known != SUCCESS {
        return Err(Rejected::Refusal(
            Code::Integrated(known),
            one_line(&message),
        ));
    }
    let body = serde_json::from_slice(reply).map_err(|error| not_nices(&error, reply))?;
    Ok((body, Told { code, message }))
}

/// An access token, with what opens the results that are fetched with it.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// Printable ASCII: a JWT.
    pub access_token: Secret,
    /// The password of the key derivation: printable ASCII.
    pub ticket: Secret,
    /// The rounds of the key derivation.
    pub iterators: Iterators,
}

/// An access token that was just issued.
#[derive(Clone, Debug)]
pub struct FreshToken {
    /// The token.
    pub token: AccessToken,
    /// What is left of its life, at most a day.
    pub life: Duration,
}

#[derive(Deserialize)]
struct TokenBody {
    #[serde(default, deserialize_with = "text")]
    access_token: Option<Secret>,
    #[serde(default, deserialize_with = "text")]
    ticket: Option<Secret>,
    #[serde(default, deserialize_with = "text")]
    iterators: Option<String>,
    #[serde(default, deserialize_with = "text")]
    expires_in: Option<String>,
}

impl FreshToken {
    /// Reads NICE's reply to the call for one; `now` is NICE's time.
    ///
    /// # Errors
    ///
    /// [`Rejected`].
    pub fn read(reply: &[u8], now: Timestamp) -> Result<Self, Rejected> {
        let (body, _) = body::<TokenBody>(reply)?;
        let secret = |value: Option<Secret>, longest, name| {
            value
                .filter(|value| {
                    is_printable(value.expose(), longest) && !value.expose().contains(' ')
                })
                .ok_or(Garbage::Field(name))
        };
        let token = AccessToken {
            access_token: secret(body.access_token, LONGEST_TOKEN, "access_token")?,
            ticket: secret(body.ticket, LONGEST_TICKET, "ticket")?,
            iterators: body
                .iterators
                .and_then(|text| whole(&text))
                .and_then(|rounds| Iterators::try_from(rounds).ok())
                .ok_or(Garbage::Field("iterators"))?,
        };
        Ok(Self {
            token,
            life: life(body.expires_in.as_deref(), now),
        })
    }
}

/// A whole number, also as `66.0` or in quotes.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole, and its size is checked"
    )]
    let from_float = || {
        text.parse::<f64>()
            .ok()
            .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
            .map(|number| number as i64)
    };
    text.parse().ok().or_else(from_float)
}

/// NICE's guide has `expires_in` as milliseconds since 1970; seconds since
/// 1970, and seconds from now, were seen where people thought so.
fn life(expires_in: Option<&str>, now: Timestamp) -> Duration {
    // A part of a second is none of our business.
    let whole_part = |text: &str| {
        let number = text.trim().parse::<f64>().ok()?;
        whole(&number.trunc().to_string())
    };
    let number = expires_in
        .and_then(|text| whole(text).or_else(|| whole_part(text)))
        .unwrap_or_default();
    let until =
        |millis: i64| u64::try_from(millis.saturating_sub(now.as_millisecond())).unwrap_or(0);
    let millis = match number {
        1_000_000_000_000.. => until(number),
        1_000_000_000.. => until(number * 1000),
        1.. => number.unsigned_abs() * 1000,
        _ => 0,
    };
    match millis {
        // Unreadable, or spent already by its own account: NICE's refusal is
        // the authority.
        0 => UNREADABLE,
        _ => Duration::from_millis(millis).min(DAY),
    }
}

/// A verification that has begun at NICE.
#[derive(Clone, Debug)]
pub struct AuthUrl {
    /// Where the person verifies: used once, within 10 minutes.
    pub auth_url: Url,
    /// Names the transaction to NICE, and is the salt of its keys.
    pub transaction_id: String,
}

#[derive(Deserialize)]
struct UrlBody {
    #[serde(default, deserialize_with = "text")]
    request_no: Option<String>,
    #[serde(default, deserialize_with = "text")]
    auth_url: Option<String>,
    #[serde(default, deserialize_with = "text")]
    transaction_id: Option<String>,
}

impl AuthUrl {
    /// Reads NICE's reply to the call with this `request_no`.
    ///
    /// # Errors
    ///
    /// [`Rejected`].
    pub fn read(reply: &[u8], request_no: &str, hosts: &WindowHosts) -> Result<Self, Rejected> {
        let (body, _) = body::<UrlBody>(reply)?;
        // Another's answer, which something in between has kept.
        if body
            .request_no
            .is_some_and(|echo| !echo.is_empty() && echo != request_no)
        {
            return Err(Garbage::Field("request_no").into());
        }
        let address = body.auth_url.ok_or(Garbage::Field("auth_url"))?;
        let auth_url = hosts.check(&address).ok_or_else(|| {
            tracing::warn!(
                host = Url::parse(&address).ok().as_ref().and_then(Url::host_str),
                "NICE's auth_url is not followed"
            );
            Garbage::Window
        })?;
        Ok(Self {
            auth_url,
            transaction_id: body
                .transaction_id
                .filter(|id| is_printable(id, LONGEST_TRANSACTION_ID))
                .ok_or(Garbage::Field("transaction_id"))?,
        })
    }
}

/// A result as NICE sends it: sealed under the keys of its transaction.
pub struct SealedAnswer {
    /// As received: an integrity value may cover it.
    pub result_code: String,
    /// The same.
    pub result_message: String,
    /// Base64url.
    pub enc_data: String,
    /// Base64url, 43 characters.
    pub integrity_value: String,
}

#[derive(Deserialize)]
struct ResultBody {
    #[serde(default, deserialize_with = "text")]
    enc_data: Option<String>,
    #[serde(default, deserialize_with = "text")]
    integrity_value: Option<String>,
}

impl SealedAnswer {
    /// Reads NICE's reply to the call for a result.
    ///
    /// # Errors
    ///
    /// [`Rejected`].
    pub fn read(reply: &[u8]) -> Result<Self, Rejected> {
        let (body, told) = body::<ResultBody>(reply)?;
        let text = |value: Option<String>, name| {
            value
                .filter(|text| !text.is_empty())
                .ok_or(Garbage::Field(name))
        };
        Ok(Self {
            result_code: told.code,
            result_message: told.message,
            enc_data: text(body.enc_data, "enc_data")?,
            integrity_value: text(body.integrity_value, "integrity_value")?,
        })
    }
}
