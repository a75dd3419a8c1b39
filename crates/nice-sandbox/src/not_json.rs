//! What came in the place of JSON.

/// The name of a body that should be JSON and isn't.
pub(crate) fn shape(body: &[u8]) -> &'static str {
    match body {
        [0xef, 0xbb, 0xbf, ..] => "body_has_a_bom",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => "body_is_utf16",
        body if !body.trim_ascii_start().starts_with(b"{") && body.contains(&b'=') => {
            "body_is_a_form"
        }
        _ => "body_not_json",
    }
}
