//! What clients compute the HMAC over in place of the text of `enc_data`.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::super::{
    encoding::{Variants, hex, texts},
    material::Material,
    mistake::{Mistake, mistake},
};

/// What the HMAC is computed over: `enc_data`, and the plain text if it can be
/// read.
type Message = (Mistake, fn(&Material<'_>, &str, &[u8]) -> Variants);

pub(super) const MESSAGES: [Message; 7] = [
    (
        mistake(
            "hmac_over_cipher_bytes",
            "HMAC을 base64로 바꾸기 전의 암호문 바이트로 계산했습니다. base64 문자열로 계산해야 합니다.",
            "The HMAC was computed over the raw cipher bytes before base64; it belongs over the base64 text.",
        ),
        |_, enc_data, _| {
            STANDARD.decode(enc_data).map_or_else(
                |_| Vec::new(),
                |bytes| {
                    vec![
                        hex(&bytes).into_bytes(),
                        hex(&bytes).to_uppercase().into_bytes(),
                        bytes,
                    ]
                },
            )
        },
    ),
    (
        mistake(
            "hmac_over_plain_text",
            "HMAC을 암호화 전의 JSON(over the plain text)으로 계산했습니다. enc_data 문자열로 계산해야 합니다.",
            "The HMAC was computed over the plain text, the JSON; it belongs over the text of enc_data.",
        ),
        |_, _, plain| {
            if plain.is_empty() {
                return Vec::new();
            }
            vec![plain.to_vec(), STANDARD.encode(plain).into_bytes()]
        },
    ),
    (
        mistake(
            "hmac_over_url_encoded",
            "HMAC을 퍼센트 인코딩한 enc_data로 계산했습니다. 인코딩하기 전의 글자로 계산해야 합니다.",
            "The HMAC was computed over the percent-encoded enc_data; it belongs over the text before that.",
        ),
        |_, enc_data, _| {
            let encoded: String =
                url::form_urlencoded::byte_serialize(enc_data.as_bytes()).collect();
            texts([
                encoded.to_lowercase(),
                encoded.replace('%', "%25"),
                encoded.clone(),
                lower_escapes(&encoded),
            ])
        },
    ),
    (
        mistake(
            "hmac_over_changed_text",
            "HMAC을 계산한 enc_data의 글자가 보낸 것과 다릅니다 (줄바꿈, 공백, URL-safe, = 가 빠짐, 대소문자).",
            "The HMAC was computed over another writing of enc_data than was sent: line breaks, blanks, URL-safe, without =, or another case.",
        ),
        |_, enc_data, _| {
            let url_safe = enc_data.replace('+', "-").replace('/', "_");
            texts([
                format!("{enc_data}\n"),
                format!("{enc_data}\r\n"),
                format!("{enc_data} "),
                format!("\"{enc_data}\""),
                enc_data.trim_end_matches('=').to_owned(),
                url_safe.trim_end_matches('=').to_owned(),
                url_safe,
                enc_data.replace('+', " "),
                enc_data.to_lowercase(),
                enc_data.to_uppercase(),
                STANDARD.encode(enc_data),
                wrapped(enc_data, 76, "\n", false),
                wrapped(enc_data, 76, "\n", true),
                wrapped(enc_data, 76, "\r\n", false),
                wrapped(enc_data, 76, "\r\n", true),
                wrapped(enc_data, 64, "\n", false),
                wrapped(enc_data, 64, "\n", true),
            ])
        },
    ),
    (
        mistake(
            "hmac_over_more",
            "HMAC을 enc_data와 다른 값을 함께 이어 계산했습니다. enc_data만으로 계산해야 합니다.",
            "The HMAC was computed over enc_data and something else; it belongs over enc_data alone.",
        ),
        |m, enc_data, _| {
            let own = m.own;
            let more = [
                m.token_version_id,
                m.site_code,
                own.req_no,
                own.req_dtim,
                own.token_val,
                "enc_data=",
            ];
            texts(
                more.into_iter()
                    .flat_map(|more| [format!("{more}{enc_data}"), format!("{enc_data}{more}")]),
            )
        },
    ),
    (
        mistake(
            "hmac_over_other_value",
            "HMAC을 enc_data가 아닌 값으로 계산했습니다.",
            "The HMAC was computed over another value than enc_data.",
        ),
        |m, _, _| {
            let own = m.own;
            let mut others = texts(
                [
                    m.token_version_id,
                    m.site_code,
                    own.req_no,
                    own.req_dtim,
                    own.token_val,
                    "",
                    "undefined",
                ]
                .map(str::to_owned),
            );
            others.push(
                [own.req_dtim, own.req_no, own.token_val]
                    .concat()
                    .into_bytes(),
            );
            others
        },
    ),
    (
        mistake(
            "hmac_over_utf16",
            "HMAC을 enc_data의 UTF-16 바이트로 계산했습니다 (.NET은 Encoding.UTF8).",
            "The HMAC was computed over enc_data as UTF-16 (.NET: Encoding.UTF8).",
        ),
        |_, enc_data, _| {
            let units: Vec<u16> = enc_data.encode_utf16().collect();
            vec![
                units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            ]
        },
    ),
];

/// `%2B` as `%2b`.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        text.push('%');
        text.push_str(&escape.to_lowercase());
        text.push_str(rest);
    }
    text
}

fn wrapped(text: &str, width: usize, end: &str, also_last: bool) -> String {
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(width)
        .map(String::from_utf8_lossy)
        .collect();
    lines.join(end) + if also_last { end } else { "" }
}
