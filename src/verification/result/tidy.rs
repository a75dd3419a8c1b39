//! Makes JSON of what NICE may write instead: characters that JSON wants
//! escaped, and bytes that are no character, spoil one value and no other.

use std::borrow::Cow;

use encoding_rs::EUC_KR;
use zeroize::Zeroizing;

/// Stands for bytes that are no character; no text has it.
const BROKEN: char = '\u{ffff}';

/// Half a character, which no reader of texts takes.
const HALF: &str = "\\ud800";

/// The longest that a character becomes, in bytes.
const LONGEST: usize = HALF.len();

/// Of CP949, an extension of EUC-KR with more syllables; `encoding_rs` calls it
/// EUC-KR, as browsers do. Its characters hold neither quote nor backslash, so
/// a broken one hides no end of a text.
pub(super) fn cp949(bytes: &[u8]) -> Zeroizing<String> {
    let (text, is_broken) = EUC_KR.decode_without_bom_handling(bytes);
    let text = Zeroizing::new(text.into_owned());
    if !is_broken {
        return tidy(text);
    }
    // A replacement character is none of CP949's own.
    let mut marked = Zeroizing::new(String::with_capacity(text.len()));
    marked.extend(
        text.chars()
            .map(|c| if c == '\u{fffd}' { BROKEN } else { c }),
    );
    tidy(marked)
}

/// The same of UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * BROKEN.len_utf8()));
    for part in bytes.utf8_chunks() {
        text.push_str(part.valid());
        if !part.invalid().is_empty() {
            text.push(BROKEN);
        }
    }
    tidy(text)
}

/// Escapes control characters within texts, and writes half a character for
/// what is none: broken bytes, and escapes that JSON doesn't have.
fn tidy(text: Zeroizing<String>) -> Zeroizing<String> {
    let is_tidy = |c: char| c >= ' ' && c != '\\' && c != BROKEN;
    if text.chars().all(is_tidy) {
        return text;
    }
    // Reserved at once: a buffer that grows leaves copies behind.
    let mut tidied = Zeroizing::new(String::with_capacity(text.len() * LONGEST));
    let mut rest = text.as_str();
    let mut is_inside = false;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' if is_inside => escape(rest).unwrap_or(c.len_utf8()),
            _ => c.len_utf8(),
        };
        let (one, others) = rest.split_at(length);
        rest = others;
        is_inside ^= c == '"';
        tidied.push_str(&match c {
            '\\' if is_inside && length == 1 => Cow::Borrowed(HALF),
            BROKEN if is_inside => Cow::Borrowed(HALF),
            '\0'..' ' if is_inside => Cow::Owned(format!("\\u{:04x}", u32::from(c))),
            _ => Cow::Borrowed(one),
        });
    }
    tidied
}

/// The length of the escape that the text begins with, if JSON has it.
fn escape(text: &str) -> Option<usize> {
    match text.as_bytes().get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = text.as_bytes().get(2..6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}
