//! The text of a body: UTF-8, with or without a byte order mark.

use percent_encoding::percent_decode;

use super::{JsonFault, media_type::Format};

/// U+FEFF in UTF-8; .NET and Windows editors write it in front.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Each program on the way may have added a byte order mark.
fn without_marks(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(BOM) {
        bytes = rest;
    }
    bytes
}

/// The text without byte order marks.
pub(super) fn decode(bytes: &[u8], format: Format) -> Result<&str, JsonFault> {
    let text = without_marks(bytes);
    if is_utf32(text) {
        return Err(JsonFault::Utf32);
    }
    if is_utf16(text) {
        return Err(JsonFault::Utf16);
    }
    let text = str::from_utf8(text).map_err(|error| JsonFault::NotUtf8 {
        at: error.valid_up_to() + 1,
    })?;
    if format == Format::Json {
        match text.trim() {
            "" => return Err(JsonFault::Empty),
            "[object Object]" => return Err(JsonFault::Unconverted),
            _ if looks_like_form(text) => return Err(JsonFault::Form),
            _ => {}
        }
    }
    Ok(text)
}

/// Whether what a form escapes is UTF-8: a page or a program in EUC-KR escapes
/// its own bytes.
pub(super) fn check_escapes(form: &[u8]) -> Result<(), JsonFault> {
    match (str::from_utf8(form), percent_decode(form).decode_utf8()) {
        (Ok(_), Err(error)) => Err(JsonFault::NotUtf8 {
            at: error.valid_up_to() + 1,
        }),
        // Another charset throughout is told when it is read.
        _ => Ok(()),
    }
}

/// Either byte order mark, or three of the first four bytes zero. One mark
/// begins like that of UTF-16, so this is asked first.
fn is_utf32(bytes: &[u8]) -> bool {
    match bytes {
        [0, 0, 0xfe, 0xff, ..] | [0xff, 0xfe, 0, 0, ..] => true,
        [0, 0, 0, only, ..] | [only, 0, 0, 0, ..] => *only != 0,
        _ => false,
    }
}

/// Either byte order mark, or every other byte of the beginning zero.
fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => true,
        [0, second, ..] => *second != 0,
        [first, 0, ..] => *first != 0,
        _ => false,
    }
}

/// `a=b`, which is no JSON of any kind.
fn looks_like_form(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_.-".contains(c));
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.starts_with('=')
}

/// No form begins like that. What turns an object into a form for the caller
/// escapes the bracket: the whole text has become a name without a value.
pub(super) fn looks_like_json(bytes: &[u8]) -> bool {
    matches!(
        without_marks(bytes).trim_ascii_start(),
        [b'{' | b'[', ..] | [b'%', b'5' | b'7', b'B' | b'b', ..]
    )
}
