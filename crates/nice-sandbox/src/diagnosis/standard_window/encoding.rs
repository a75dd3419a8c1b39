//! Cuts and encodings that clients apply to texts and bytes.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};

/// What a mistake makes of a text: one or more results.
pub(super) type Variants = Vec<Vec<u8>>;

/// As bytes.
pub(super) fn texts(texts: impl IntoIterator<Item = String>) -> Variants {
    texts.into_iter().map(String::into_bytes).collect()
}

/// The first bytes; all, if there are fewer.
pub(super) fn first(text: &[u8], length: usize) -> Vec<u8> {
    text[..length.min(text.len())].to_vec()
}

pub(super) fn last(text: &[u8], length: usize) -> Vec<u8> {
    text[text.len().saturating_sub(length)..].to_vec()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Each byte as a character of its own, in UTF-8.
pub(super) fn latin1(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .copied()
        .map(char::from)
        .collect::<String>()
        .into_bytes()
}

/// Base64 that is URL-safe, unpadded or both.
pub(super) fn other_base64(text: &str) -> Option<Vec<u8>> {
    [URL_SAFE, STANDARD_NO_PAD, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())
}

pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.chunks(2)
        .map(|pair| match *pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

/// With zero bytes behind it, if it is shorter than `length` bytes.
pub(super) fn padded(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    if bytes.len() < length {
        bytes.resize(length, 0);
    }
    bytes
}
