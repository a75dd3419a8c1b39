//! Addresses that differ in their spelling alone: for hints, never to let one
//! pass for the other.

use std::iter;

use percent_encoding::percent_decode_str;
use url::Url;

/// Whether both lead to one place in the eyes of a person: they differ at most in
/// scheme (http and https), `www.`, default port, case, punycode, normalisation,
/// escapes, the final slash or the fragment.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    matches!((plain(one), plain(other)), (Some(one), Some(other)) if one == other)
}

/// What two spellings of an address have in common.
fn plain(address: &str) -> Option<String> {
    // The parser takes the host to punycode, and default ports off.
    let url = Url::parse(address.trim()).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let scheme = url.scheme();
    let scheme = if scheme == "https" { "http" } else { scheme };
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}"));
    let port = port.unwrap_or_default();
    let path = decoded(url.path());
    let path = path.trim_end_matches('/');
    let query = decoded(url.query().unwrap_or_default());
    Some(format!("{scheme}://{host}{port}{path}?{query}").to_lowercase())
}

fn decoded(text: &str) -> String {
    composed(&percent_decode_str(text).decode_utf8_lossy())
}

/// `text` as it may be shown: invisible characters are written as `\u{…}`.
pub(super) fn shown(text: &str) -> String {
    let is_unseen = |c: char| c != '"' && c != '\'' && c.escape_debug().len() > 1;
    text.chars().fold(String::new(), |mut shown, c| {
        if is_unseen(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// Hangul in NFC: macOS and some keyboards send its letters one by one.
fn composed(text: &str) -> String {
    let mut letters = text.chars().peekable();
    iter::from_fn(|| {
        let lead = letters.next()?;
        let Some(lead_index) = index(lead, '\u{1100}', 19) else {
            return Some(lead);
        };
        let Some(vowel_index) = letters.peek().and_then(|c| index(*c, '\u{1161}', 21)) else {
            return Some(lead);
        };
        letters.next();
        // The first of the 28 finals is none at all.
        let tail = letters.peek().and_then(|c| index(*c, '\u{11a7}', 28));
        let tail = tail.filter(|tail| *tail > 0);
        if tail.is_some() {
            letters.next();
        }
        let syllable = (lead_index * 21 + vowel_index) * 28 + tail.unwrap_or(0);
        char::from_u32(0xac00 + syllable)
    })
    .collect()
}

fn index(c: char, first: char, count: u32) -> Option<u32> {
    let index = u32::from(c).checked_sub(u32::from(first))?;
    (index < count).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_near() {
        for (one, other) in [
            ("https://shop.example/cb", "HTTPS://Shop.Example:443/cb"),
            ("https://shop.example/cb", "http://shop.example/cb"),
            ("https://shop.example/cb", "https://www.shop.example/cb/"),
            ("https://shop.example/cb", "https://shop.example./CB#top"),
            (
                "https://쇼핑몰.한국/cb",
                "https://xn--352bl7khqr.xn--3e0b707e/cb",
            ),
            (
                "https://shop.example/본인인증",
                "https://shop.example/%EB%B3%B8%EC%9D%B8%EC%9D%B8%EC%A6%9D",
            ),
            (
                "https://shop.example/한글",
                "https://shop.example/\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
            ),
            ("https://shop.example/cb", "https://sho\u{ad}p.example/cb"),
            ("shop://cb", "SHOP://cb/"),
        ] {
            assert!(is_near(one, other), "{one} {other}");
        }
    }

    #[test]
    fn other_addresses_are_not_near() {
        for other in [
            "https://shop.example/cb2",
            "https://shop.example/cb?a=b",
            "https://shop.example:8443/cb",
            "https://evil.example/cb",
            "https://user@shop.example/cb",
            "https://shоp.example/cb",
            "shop://cb",
            "/cb",
        ] {
            assert!(!is_near("https://shop.example/cb", other), "{other}");
        }
    }

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(shown("a\u{200b}b'\"한"), "a\\u{200b}b'\"한");
    }
}
