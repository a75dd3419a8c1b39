//! The syntaxes of settings. Each error ends the sentence `"text" …`.

use std::{net::SocketAddr, time::Duration};

use jiff::SignedDuration;
use url::{Host, Url};

use super::edges;
use crate::admission::Rate;

/// The syntaxes that the sandbox has, too.
pub(super) use crate::sandbox::settings::{PRODUCT_ID as PRODUCT, client_id, token};

/// `15m`, `2s`, `500ms`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "is not a length of time; write it like 15m, 2s or 500ms".to_owned())
}

/// The same, or `0s`.
pub(super) fn duration_or_none(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s" | "0ms") {
        return Ok(Duration::ZERO);
    }
    duration(text)
}

/// `20/s`, `100/m`, `5000/h`.
pub(super) fn rate(text: &str) -> Result<Rate, String> {
    let read = || {
        let (count, unit) = text.split_once('/')?;
        let period = match unit.trim() {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return None,
        };
        let count = self::count(count.trim()).ok()?;
        Rate::new(u32::try_from(count).ok()?, period)
    };
    read().ok_or_else(|| "is not a rate; write it like 20/s, 100/m or 5000/h".to_owned())
}

/// A whole number of at least one.
pub(super) fn count(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| (1..=1_000_000).contains(count))
        .ok_or_else(|| "is not a whole number from 1 to 1000000".to_owned())
}

/// An address to listen on.
///
/// # Errors
///
/// What is wrong with it.
pub fn socket_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "is not an address with a port; write it like 127.0.0.1:8080".to_owned())
}

/// The URL of NICE's API: https, or http on this machine.
pub(super) fn nice_base_url(text: &str) -> Result<Url, String> {
    let url = web_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end before any ? or #".to_owned());
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(
            "must be https: the institution token would cross the network in clear".to_owned(),
        );
    }
    Ok(url)
}

/// An absolute http or https address without user name or password.
pub(super) fn web_url(text: &str) -> Result<Url, String> {
    without_blanks(text)?;
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| "is not an http or https URL".to_owned())
}

/// A parser would write a blank as `%20`, and ask for a path that nobody meant.
pub(super) fn without_blanks(text: &str) -> Result<&str, String> {
    if text.contains(char::is_whitespace) {
        return Err("has a blank in it; remove it".to_owned());
    }
    Ok(text)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// An origin as browsers send it: scheme, host, port and nothing else. The
/// shells of apps have schemes of their own, as in `capacitor://localhost`.
pub(super) fn origin(text: &str) -> Result<String, String> {
    if text == "*" {
        return Err("contains no origin; list the origin of each page".to_owned());
    }
    if is_app_origin(text) {
        return Ok(text.to_owned());
    }
    let url = web_url(text)?;
    let origin = url.origin().ascii_serialization();
    if origin == text {
        Ok(origin)
    } else {
        Err(format!(
            "is not an origin as browsers send it; write {origin}"
        ))
    }
}

fn is_app_origin(text: &str) -> bool {
    let is_part = |part: &str, signs: &[u8]| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || signs.contains(&byte)
            })
    };
    text.split_once("://").is_some_and(|(scheme, host)| {
        is_part(scheme, b"+-.")
            && is_part(host, b"-.")
            && !["http", "https", "file", "data", "ftp", "ws", "wss"].contains(&scheme)
    })
}

/// `/api/member`, or `/` for none.
pub(super) fn base_path(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    let segment = |part: &str| {
        !part.is_empty()
            && !part.bytes().all(|byte| byte == b'.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    if path.is_empty()
        || path
            .strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(segment))
    {
        let first = path.split('/').nth(1).unwrap_or_default();
        if ["docs", "health", "sandbox", "v1", "demo"].contains(&first) {
            return Err("begins like one of the service's own paths; use another".to_owned());
        }
        Ok(path.to_owned())
    } else {
        Err("is not a path; write it like /api/member".to_owned())
    }
}

/// The entries of a list, separated by commas; spaces around them are ignored.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(edges::blanks_off)
        .filter(|entry| !entry.is_empty())
}
