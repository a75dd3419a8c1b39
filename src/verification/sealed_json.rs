//! The JSON that is sealed for NICE. Its form is part of the protocol:
//! compact, pure ASCII (where UTF-8 and EUC-KR agree), and `requestno` first:
//! key and IV are fixed per token, so the text must begin with something
//! unique.

/// The fields in the order in which they are sealed.
pub(super) struct SealedRequest<'a> {
    pub(super) requestno: &'a str,
    pub(super) returnurl: &'a str,
    /// NICE's own.
    pub(super) sitecode: &'a str,
    pub(super) authtype: Option<&'a str>,
    pub(super) mobilceco: Option<&'a str>,
    pub(super) methodtype: &'a str,
    pub(super) popupyn: Option<&'a str>,
    pub(super) receivedata: Option<&'a str>,
}

/// Writes the request as NICE reads it; without the fields that have no value.
pub(super) fn write(request: &SealedRequest<'_>) -> Vec<u8> {
    // Enough for most requests, in one allocation.
    let mut json = Vec::with_capacity(512);
    for (name, value) in [
        ("requestno", Some(request.requestno)),
        ("returnurl", Some(request.returnurl)),
        ("sitecode", Some(request.sitecode)),
        ("authtype", request.authtype),
        ("mobilceco", request.mobilceco),
        ("methodtype", Some(request.methodtype)),
        ("popupyn", request.popupyn),
        ("receivedata", request.receivedata),
    ] {
        if let Some(value) = value {
            json.push(if json.is_empty() { b'{' } else { b',' });
            string(&mut json, name);
            json.push(b':');
            string(&mut json, value);
        }
    }
    json.push(b'}');
    json
}

/// RFC 8259, section 7, with all but printable ASCII as `\uXXXX`: never the
/// short forms such as `\n`.
fn string(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    if text.bytes().all(is_plain) {
        json.extend_from_slice(text.as_bytes());
    } else {
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if is_plain(byte) => json.push(byte),
                Ok(byte @ (b'"' | b'\\')) => json.extend_from_slice(&[b'\\', byte]),
                Ok(_) | Err(_) => json.extend_from_slice(format!("\\u{unit:04x}").as_bytes()),
            }
        }
    }
    json.push(b'"');
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_ascii_without_short_escapes() {
        let text = "a\"\\/\u{1}\u{8}\t\n\u{c}\r\u{1f}\u{7f}é홍\u{1F600}";
        let mut json = Vec::new();
        string(&mut json, text);
        let json = String::from_utf8(json).unwrap();
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
