use percent_encoding::percent_decode;
use url::Url;

/// Reads a form as WHATWG says, without the library that the service uses.
#[must_use]
pub fn form(bytes: &[u8]) -> Vec<(String, String)> {
    let decode = |text: &[u8]| {
        let spaced: Vec<u8> = text
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        percent_decode(&spaced).decode_utf8_lossy().into_owned()
    };
    bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let mut next = || decode(parts.next().unwrap_or_default());
            (next(), next())
        })
        .collect()
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Each program on the way may have put a byte order mark in front.
#[must_use]
pub fn without_marks(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(MARK) {
        bytes = rest;
    }
    bytes
}

/// Whether the service reads these bytes as a form: UTF-8 without a byte order
/// mark, neither UTF-16 nor JSON.
#[must_use]
pub fn is_plain_form(bytes: &[u8]) -> bool {
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    let has_mark = bytes.starts_with(MARK);
    str::from_utf8(bytes).is_ok() && !bytes.contains(&0) && !has_mark && !is_json
}

/// Whether every browser goes to this web address, and to the same one: what
/// some programs would correct is none.
#[must_use]
pub fn is_web(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    ["http", "https"].contains(&&*scheme.to_ascii_lowercase())
        && !host.is_empty()
        && !host.contains('@')
        && !text.contains(is_odd)
        && Url::parse(text).is_ok()
}
