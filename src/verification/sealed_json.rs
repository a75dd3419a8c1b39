//! The JSON that is sealed for NICE. Its form is part of the protocol:
//! compact, pure ASCII (where UTF-8 and EUC-KR agree), and `requestno` first:
//! key and IV are fixed per token, so the text must begin with something
//! unique.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

/// The fields in the order in which they are sealed.
#[derive(Serialize)]
pub(super) struct SealedRequest<'a> {
    pub(super) requestno: &'a str,
    pub(super) returnurl: &'a str,
    /// NICE's own.
    pub(super) sitecode: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authtype: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mobilceco: Option<&'a str>,
    pub(super) methodtype: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) popupyn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receivedata: Option<&'a str>,
}

/// Writes the request as NICE reads it.
pub(super) fn write(request: &SealedRequest<'_>) -> Vec<u8> {
    to_ascii_json(request)
}

fn to_ascii_json(value: &impl Serialize) -> Vec<u8> {
    // Enough for most requests, in one allocation.
    let mut json = Vec::with_capacity(512);
    value
        .serialize(&mut Serializer::with_formatter(&mut json, Ascii))
        .unwrap_or_else(|_| unreachable!("a struct of strings is always JSON"));
    json
}

/// Compact JSON that escapes all but printable ASCII as `\uXXXX`, without
/// the short forms such as `\n`.
struct Ascii;

/// The only control character that JSON lets stand.
const DELETE: u8 = 0x7f;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.as_bytes().contains(&DELETE) {
            return writer.write_all(fragment.as_bytes());
        }
        for unit in fragment.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii() && byte != DELETE => writer.write_all(&[byte])?,
                Ok(_) | Err(_) => write!(writer, "\\u{unit:04x}")?,
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        let control = match escape {
            CharEscape::Quote => return writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => return writer.write_all(b"\\\\"),
            CharEscape::Solidus => return writer.write_all(b"/"),
            CharEscape::Backspace => 0x08,
            CharEscape::Tab => b'\t',
            CharEscape::LineFeed => b'\n',
            CharEscape::FormFeed => 0x0c,
            CharEscape::CarriageReturn => b'\r',
            CharEscape::AsciiControl(byte) => byte,
        };
        write!(writer, "\\u{control:04x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_ascii_without_short_escapes() {
        let text = "a\"\\/\u{1}\u{8}\t\n\u{c}\r\u{1f}\u{7f}é홍\u{1F600}";
        let json = String::from_utf8(to_ascii_json(&text)).unwrap();
        assert_eq!(
            json,
            concat!(
                r#""a\"\\/\u0001\u0008\u0009\u000a\u000c\u000d\u001f\u007f"#,
                r#"\u00e9\ud64d\ud83d\ude00""#
            )
        );
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
