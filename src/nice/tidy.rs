//! Makes JSON of what NICE may write instead: characters that JSON wants
//! escaped, and bytes that are no character, spoil one text and no other.

use std::borrow::Cow;

use encoding_rs::EUC_KR;
use zeroize::Zeroizing;

/// Stands for bytes that are no character; no text has it.
const BROKEN: char = '\u{ffff}';

/// What is written for each broken character.
#[derive(Clone, Copy)]
enum Broken {
    /// Half a character, which no reader of texts takes.
    Unreadable,
    /// A sign, for those who read on.
    Replaced,
}

impl Broken {
    const fn escape(self) -> &'static str {
        match self {
            Self::Unreadable => "\\ud800",
            Self::Replaced => "\\ufffd",
        }
    }
}

/// The longest that a character becomes, in bytes: `\u0000`.
const LONGEST: usize = 6;

/// A result of NICE's in CP949. A text with a broken character can't be read.
#[must_use]
pub fn result_in_cp949(bytes: &[u8]) -> Zeroizing<String> {
    tidy(cp949(bare(bytes)), Broken::Unreadable)
}

/// Whether each byte belongs to a character.
#[must_use]
pub fn is_cp949(bytes: &[u8]) -> bool {
    !EUC_KR.decode_without_bom_handling(bytes).1
}

/// A result in UTF-8.
#[must_use]
pub fn result_in_utf8(bytes: &[u8]) -> Zeroizing<String> {
    tidy(utf8(bare(bytes)), Broken::Unreadable)
}

/// An answer to a call: in UTF-8, unless it isn't. What matters in it is ASCII,
/// so its messages may be as broken as they are.
pub(super) fn answer(bytes: &[u8]) -> Zeroizing<String> {
    let bytes = bare(bytes);
    let text = match str::from_utf8(bytes) {
        Ok(text) => Zeroizing::new(text.to_owned()),
        Err(_) => cp949(bytes),
    };
    tidy(text, Broken::Replaced)
}

/// Without what writers and ciphers put around: a byte order mark, blanks, NUL.
fn bare(bytes: &[u8]) -> &[u8] {
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_within = |byte: &u8| *byte != 0 && !byte.is_ascii_whitespace();
    let end = bare.iter().rposition(is_within).map_or(0, |at| at + 1);
    bare[..end].trim_ascii_start()
}

/// Of CP949, an extension of EUC-KR with more syllables; `encoding_rs` calls it
/// EUC-KR, as browsers do. Its characters hold neither quote nor backslash, so
/// a broken one hides no end of a text.
fn cp949(bytes: &[u8]) -> Zeroizing<String> {
    let (text, is_broken) = EUC_KR.decode_without_bom_handling(bytes);
    let text = Zeroizing::new(text.into_owned());
    if !is_broken {
        return text;
    }
    // A replacement character is none of CP949's own.
    let mut marked = Zeroizing::new(String::with_capacity(text.len()));
    marked.extend(
        text.chars()
            .map(|c| if c == '\u{fffd}' { BROKEN } else { c }),
    );
    marked
}

fn utf8(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * BROKEN.len_utf8()));
    for part in bytes.utf8_chunks() {
        text.push_str(part.valid());
        if !part.invalid().is_empty() {
            text.push(BROKEN);
        }
    }
    text
}

/// Escapes control characters within texts. Broken characters are bytes that are
/// none, and escapes that JSON doesn't have.
fn tidy(text: Zeroizing<String>, broken: Broken) -> Zeroizing<String> {
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
            '\\' if is_inside && length == 1 => Cow::Borrowed(broken.escape()),
            BROKEN if is_inside => Cow::Borrowed(broken.escape()),
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
