//! Reads the plain text: a JSON object. What is in its place is named by its
//! shape and never shown, since it may hold a person's data.

use base64::{Engine, engine::general_purpose::STANDARD};
use encoding_rs::EUC_KR;
use serde_json::{Map, Value};

use super::{
    encoding::from_hex,
    mistake::{Mistake, mistake},
};
use crate::browser::fault::Fault;

type Test = fn(&Plain<'_>) -> bool;

struct Plain<'a> {
    bytes: &'a [u8],
    text: &'a str,
    /// The parser's message.
    error: &'a str,
}

/// What clients send instead of JSON; the first that fits is reported.
const SHAPES: [(Mistake, Test); 24] = [
    (
        mistake(
            "json_bom",
            "JSON 앞에 BOM(EF BB BF)이 있습니다. BOM 없이 인코딩하세요 (.NET은 new UTF8Encoding(false)).",
            "There is a byte order mark (EF BB BF) before the JSON. Encode without it (.NET: new UTF8Encoding(false)).",
        ),
        |plain| plain.bytes.starts_with(b"\xef\xbb\xbf"),
    ),
    (
        mistake(
            "json_utf16",
            "JSON이 UTF-16입니다. UTF-8로 암호화하세요 (.NET은 Encoding.UTF8).",
            "The JSON is UTF-16. Seal UTF-8 (.NET: Encoding.UTF8, not Encoding.Unicode).",
        ),
        |plain| {
            let bytes = plain.bytes;
            bytes.starts_with(b"\xff\xfe")
                || bytes.starts_with(b"\xfe\xff")
                || bytes.starts_with(b"{\0")
                || bytes.starts_with(b"\0{")
        },
    ),
    (
        mistake(
            "json_nul",
            "JSON 앞이나 뒤에 NUL 바이트가 있습니다. 0으로 채운 뒤 암호화하지 말고, 버퍼 전체가 아니라 글자의 길이만큼만 암호화하세요.",
            "There are NUL bytes before or after the JSON. Don't pad with zeros, and encrypt only the text, not a whole buffer.",
        ),
        |plain| plain.bytes.contains(&0),
    ),
    (
        mistake(
            "json_empty",
            "평문이 비어 있습니다.",
            "The plain text is empty.",
        ),
        |plain| plain.text.trim().is_empty(),
    ),
    (
        mistake(
            "json_invisible_character",
            "JSON 앞이나 뒤에 보이지 않는 문자(U+200B 등)가 있습니다.",
            "There is an invisible character (such as U+200B) before or after the JSON.",
        ),
        |plain| {
            let hidden = |c: Option<char>| {
                c.is_some_and(|c| {
                    ('\u{200b}'..='\u{200f}').contains(&c)
                        || matches!(c, '\u{2060}' | '\u{feff}' | '\u{ad}')
                })
            };
            let text = plain.text.trim();
            hidden(text.chars().next()) || hidden(text.chars().next_back())
        },
    ),
    (
        mistake(
            "json_url_encoded",
            "JSON이 퍼센트 인코딩되어 있습니다. 인코딩하지 말고 암호화하세요.",
            "The JSON is percent-encoded. Encrypt it without encoding.",
        ),
        |plain| {
            ["%7b", "%257b"]
                .iter()
                .any(|start| plain.text.to_lowercase().starts_with(start))
        },
    ),
    (
        mistake(
            "json_in_quotes",
            "JSON이 다시 JSON 문자열로 감싸여 있습니다 (JSON.stringify를 두 번 했거나 따옴표가 이스케이프됨).",
            "The JSON is inside another JSON string: it was stringified twice, or its quotes are escaped.",
        ),
        |plain| {
            let is_twice = serde_json::from_str::<String>(plain.text.trim())
                .is_ok_and(|inner| inner.trim_start().starts_with('{'));
            is_twice || plain.text.trim_start().starts_with("{\\\"")
        },
    ),
    (
        mistake(
            "json_in_base64",
            "JSON을 base64로 바꾼 뒤 암호화했습니다. JSON 자체를 암호화하세요.",
            "The JSON was base64-encoded before encryption. Encrypt the JSON itself.",
        ),
        |plain| {
            STANDARD
                .decode(plain.text.trim())
                .is_ok_and(|inner| begins_like_json(&inner))
        },
    ),
    (
        mistake(
            "json_in_hex",
            "JSON을 16진수로 바꾼 뒤 암호화했습니다. JSON 자체를 암호화하세요.",
            "The JSON was encoded as hexadecimal before encryption. Encrypt the JSON itself.",
        ),
        |plain| {
            from_hex(plain.text.trim().as_bytes()).is_some_and(|inner| begins_like_json(&inner))
        },
    ),
    (
        mistake(
            "json_old_checkplus",
            "옛 CheckPlus의 “7:REQ_SEQ…” 형식입니다. JSON이어야 합니다.",
            "It is the “7:REQ_SEQ…” text of the old CheckPlus; it must be JSON.",
        ),
        |plain| {
            plain.text.split_once(':').is_some_and(|(length, _)| {
                !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit())
            })
        },
    ),
    (
        mistake(
            "json_is_object_text",
            "객체를 글자로 바꾼 “[object Object]” 입니다. JSON.stringify를 쓰세요.",
            "It is “[object Object]”: use JSON.stringify.",
        ),
        |plain| plain.text.starts_with("[object "),
    ),
    (
        mistake(
            "json_is_array",
            "JSON 배열입니다. 이름이 있는 객체여야 합니다.",
            "It is a JSON array; it must be an object with names.",
        ),
        |plain| plain.text.trim_start().starts_with('['),
    ),
    (
        mistake(
            "json_is_xml",
            "XML입니다. JSON이어야 합니다.",
            "It is XML; it must be JSON.",
        ),
        |plain| plain.text.trim_start().starts_with('<'),
    ),
    (
        mistake(
            "json_is_php",
            "PHP serialize 형식입니다. json_encode를 쓰세요.",
            "It is PHP's serialize: use json_encode.",
        ),
        |plain| plain.text.starts_with("a:") || plain.text.starts_with("O:"),
    ),
    (
        mistake(
            "json_is_form",
            "name=value&… 형식입니다. JSON이어야 합니다.",
            "It is name=value&…; it must be JSON.",
        ),
        |plain| !plain.text.trim_start().starts_with('{') && plain.text.contains('='),
    ),
    (
        mistake(
            "json_is_map_text",
            "{a=b, …} 는 Map.toString()의 결과입니다. JSON 라이브러리로 바꾸세요.",
            "{a=b, …} is what Map.toString() writes: use a JSON library.",
        ),
        |plain| {
            let text = plain.text.trim_start();
            let name = text
                .trim_start_matches('{')
                .split(['=', ':', '"', '\''])
                .next();
            text.starts_with('{')
                && name.is_some_and(|name| {
                    text[1..]
                        .strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with('='))
                })
        },
    ),
    (
        mistake(
            "json_html_entities",
            "따옴표가 &quot; 같은 HTML 엔티티로 바뀌었습니다.",
            "The quotes are HTML entities such as &quot;.",
        ),
        |plain| {
            plain.text.contains("&quot;")
                || plain.text.contains("&#34;")
                || plain.text.contains("&#x22;")
        },
    ),
    (
        mistake(
            "json_single_quotes",
            "작은따옴표를 썼습니다. JSON은 큰따옴표만 씁니다 (Python은 str() 대신 json.dumps).",
            "It has single quotes; JSON knows double ones alone (Python: json.dumps, not str()).",
        ),
        |plain| {
            plain
                .text
                .trim_start()
                .trim_start_matches('{')
                .trim_start()
                .starts_with('\'')
        },
    ),
    (
        mistake(
            "json_curly_quotes",
            "둥근따옴표(“ ”)를 썼습니다. JSON은 곧은 큰따옴표만 씁니다.",
            "It has curly quotes (“ ”); JSON knows straight ones alone.",
        ),
        |plain| {
            plain
                .text
                .trim_start()
                .trim_start_matches('{')
                .trim_start()
                .starts_with(['“', '”', '‘'])
        },
    ),
    (
        mistake(
            "json_names_without_quotes",
            "이름에 따옴표가 없습니다. {\"requestno\":…} 처럼 큰따옴표로 감싸세요.",
            "The names have no quotes; write {\"requestno\":…}.",
        ),
        |plain| {
            let name = plain.text.trim_start().trim_start_matches('{').trim_start();
            name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && plain.text.trim_start().starts_with('{')
        },
    ),
    (
        mistake(
            "json_trailing_comma",
            "마지막 값 뒤에 쉼표가 있습니다.",
            "There is a comma after the last value.",
        ),
        |plain| plain.error.contains("trailing comma"),
    ),
    (
        mistake(
            "json_control_character",
            "문자열 안에 줄바꿈 같은 제어 문자가 그대로 있습니다. \\n 처럼 이스케이프하세요.",
            "A string contains a raw control character such as a line break: escape it, as \\n.",
        ),
        |plain| plain.error.contains("control character"),
    ),
    (
        mistake(
            "json_cut_short",
            "JSON이 중간에 끝납니다.",
            "The JSON ends before it is complete.",
        ),
        |plain| plain.error.contains("EOF while parsing"),
    ),
    (
        mistake(
            "json_trailing_characters",
            "JSON 객체 뒤에 다른 글자가 있습니다.",
            "There is something after the JSON object.",
        ),
        |plain| plain.error.contains("trailing characters"),
    ),
];

fn begins_like_json(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"{")
}

/// Whether it is a text at all, in any writing.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let bytes = bytes.strip_prefix(b"\xff\xfe").unwrap_or(&bytes);
    let bytes = bytes.strip_prefix(b"\xfe\xff").unwrap_or(bytes);
    is_text(bytes)
}

/// UTF-8, or JSON in EUC-KR, without control characters.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_plain = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    let is_known = str::from_utf8(bytes).is_ok()
        || (bytes.starts_with(b"{") && !EUC_KR.decode_without_bom_handling(bytes).1);
    bytes.iter().all(is_plain) && is_known
}

pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    const TITLE: [&str; 2] = ["평문이 JSON이 아닙니다", "The plain text is not JSON"];
    const FIX: [&str; 2] = [
        "{\"requestno\":\"…\",\"returnurl\":\"…\",\"sitecode\":\"…\"} 같은 JSON 객체를 암호화하세요.",
        "Seal a JSON object such as {\"requestno\":\"…\",\"returnurl\":\"…\",\"sitecode\":\"…\"}.",
    ];
    // Some clients seal EUC-KR: NICE's window takes it.
    let text = str::from_utf8(bytes)
        .map_or_else(|_| EUC_KR.decode_without_bom_handling(bytes).0, Into::into);
    let error = match serde_json::from_str(text.trim()) {
        Ok(Value::Object(fields)) => return Ok(fields),
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    let plain = Plain {
        bytes,
        text: &text,
        error: &error,
    };
    let shape = SHAPES.iter().find(|(_, fits)| fits(&plain));
    let fault = match shape {
        Some((Mistake { code, wrong }, _)) => Fault::new(code, TITLE, *wrong, FIX),
        None => Fault::new(
            "not_json",
            TITLE,
            [
                "복호화된 글이 JSON 객체가 아닙니다.",
                "The decrypted text is not a JSON object.",
            ],
            FIX,
        ),
    };
    Err(if error.is_empty() {
        fault
    } else {
        // The message names the place, never the text there.
        fault.and(
            [
                format!("JSON 해석기: {error}"),
                format!("The parser: {error}"),
            ]
            .into(),
        )
    })
}
