//! The JSON that is sealed for NICE.
//!
//! Written by hand since its form is part of the protocol: `requestno` first
//! (key and IV are fixed per token, so something unique has to begin the
//! text), compact, and pure ASCII, which is where UTF-8 and EUC-KR agree.

use super::{RequestNo, VerificationRequest};

/// Writes the sealed request: only the fields that have a value, `sitecode`
/// (NICE's own) and `methodtype`.
pub(super) fn write(
    request: &VerificationRequest<'_>,
    requestno: &RequestNo,
    site_code: &str,
) -> Vec<u8> {
    let mut json = Vec::with_capacity(
        256 + request.returnurl.as_str().len() + request.receivedata.map_or(0, str::len),
    );
    json.extend_from_slice(br#"{"requestno":"#);
    string(&mut json, requestno.as_str());
    member(&mut json, "returnurl", request.returnurl.as_str());
    member(&mut json, "sitecode", site_code);
    optional(&mut json, "authtype", request.authtype);
    optional(&mut json, "mobilceco", request.mobilceco);
    member(&mut json, "methodtype", request.methodtype.name());
    optional(&mut json, "popupyn", request.popupyn);
    optional(&mut json, "receivedata", request.receivedata);
    json.push(b'}');
    json
}

fn optional(json: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        member(json, name, value);
    }
}

fn member(json: &mut Vec<u8>, name: &str, value: &str) {
    json.extend_from_slice(b",\"");
    json.extend_from_slice(name.as_bytes());
    json.extend_from_slice(b"\":");
    string(json, value);
}

/// RFC 8259, section 7, with everything beyond ASCII as `\uXXXX`.
fn string(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    let mut rest = text;
    loop {
        // Most texts are plain to their end.
        let plain = rest.bytes().position(|byte| !is_plain(byte));
        let (run, special) = rest.split_at(plain.unwrap_or(rest.len()));
        json.extend_from_slice(run.as_bytes());
        let mut characters = special.chars();
        match characters.next() {
            None => break,
            Some('"') => json.extend_from_slice(b"\\\""),
            Some('\\') => json.extend_from_slice(b"\\\\"),
            Some(character) => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    escape(json, *unit);
                }
            }
        }
        rest = characters.as_str();
    }
    json.push(b'"');
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

fn escape(json: &mut Vec<u8>, unit: u16) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    json.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        json.push(HEX[usize::from(unit >> shift & 0xf)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_read_back_as_the_same_text() {
        let text = "a\"\\/\u{1}\n\u{7f}é홍\u{1F600}";
        let mut json = Vec::new();
        string(&mut json, text);
        assert!(json.is_ascii());
        let back: String = serde_json::from_slice(&json).unwrap();
        assert_eq!(back, text);
        assert!(String::from_utf8(json).unwrap().contains(r"\ud83d\ude00"));
    }
}
