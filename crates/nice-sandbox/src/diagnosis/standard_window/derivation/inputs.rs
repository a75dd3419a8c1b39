//! What clients hash in place of `req_dtim + req_no + token_val`.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::super::{
    encoding::{Variants, hex, latin1, texts},
    material::{Material, Parts},
    mistake::{Mistake, mistake},
};

/// A mistake in what is hashed.
type Input = (Mistake, fn(&Material<'_>) -> Variants);

pub(super) const INPUTS: [Input; 14] = [
    (
        mistake(
            "kdf_order",
            "req_dtim, req_no, token_val을 다른 순서로 이었습니다.",
            "req_dtim, req_no and token_val were joined in another order.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            texts(
                [[d, v, n], [n, d, v], [n, v, d], [v, d, n], [v, n, d]].map(|three| three.concat()),
            )
        },
    ),
    (
        mistake(
            "kdf_part_missing",
            "req_dtim, req_no, token_val 중 하나 이상을 빼고 이었습니다.",
            "Not all of req_dtim, req_no and token_val were joined: at least one is missing.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let pairs = [[d, n], [n, d], [d, v], [v, d], [n, v], [v, n]].map(|two| two.concat());
            texts(pairs.into_iter().chain([d, n, v].map(str::to_owned)))
        },
    ),
    (
        mistake(
            "kdf_part_undefined",
            "req_dtim, req_no, token_val 중 하나가 비어 있는 변수(undefined, null, None)였습니다.",
            "One of req_dtim, req_no and token_val was a variable without a value (undefined, null, None).",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let nothings = [
                "undefined",
                "null",
                "None",
                "nil",
                "NULL",
                "[object Object]",
                "NaN",
            ];
            texts(nothings.into_iter().flat_map(|nothing| {
                [[nothing, n, v], [d, nothing, v], [d, n, nothing]].map(|three| three.concat())
            }))
        },
    ),
    (
        mistake(
            "kdf_part_repeated",
            "req_dtim, req_no, token_val 중 하나를 두 번 썼습니다.",
            "One of req_dtim, req_no and token_val was used twice.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            texts(
                [[d, d, v], [n, n, v], [d, n, n], [d, v, v], [d, n, d]].map(|three| three.concat()),
            )
        },
    ),
    (
        mistake(
            "kdf_separator",
            "세 값 사이나 뒤에 구분자, 공백 또는 줄바꿈을 넣었습니다. 그대로 이어야 합니다.",
            "A separator, a blank or a line break stands between the three values or behind them; they are joined as they are.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let separators = [
                "+", ":", "|", "||", "-", "_", " ", " + ", ",", ", ", "&", ".", "/", ";", "\n",
                "\r\n", "\t", "\0", "#", "=",
            ];
            texts(separators.into_iter().flat_map(|s| {
                [
                    [d, n, v].join(s),
                    format!("{d}{n}{v}{s}"),
                    format!("{d}{n}{s}{v}"),
                    format!("{d}{s}{n}{v}"),
                    format!("{s}{d}{n}{v}"),
                    format!("{d}{s}{n}{s}{v}{s}"),
                ]
            }))
        },
    ),
    (
        mistake(
            "kdf_token_val_decoded",
            "token_val을 base64로 풀었습니다. 받은 글자 그대로 써야 합니다.",
            "token_val was base64-decoded; its text is used as it came.",
        ),
        |m| {
            let head = [m.own.req_dtim, m.own.req_no].concat().into_bytes();
            let Ok(raw) = STANDARD.decode(m.own.token_val) else {
                return Vec::new();
            };
            [
                raw.clone(),
                hex(&raw).into_bytes(),
                hex(&raw).to_uppercase().into_bytes(),
                String::from_utf8_lossy(&raw).into_owned().into_bytes(),
                latin1(&raw),
            ]
            .into_iter()
            .map(|value| [head.clone(), value].concat())
            .collect()
        },
    ),
    (
        mistake(
            "kdf_token_val_changed",
            "token_val의 글자가 바뀌었습니다 (=, +, / 가 빠지거나 바뀌거나, 퍼센트 인코딩되거나, 따옴표가 붙음).",
            "token_val was changed on the way: =, + or / lost or replaced, percent-encoded, or in quotes.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let encoded: String = url::form_urlencoded::byte_serialize(v.as_bytes()).collect();
            texts(
                [
                    v.trim_end_matches('=').to_owned(),
                    v.replace('+', " "),
                    v.replace('+', ""),
                    v.replace('+', "-").replace('/', "_"),
                    v.replace('+', "-")
                        .replace('/', "_")
                        .trim_end_matches('=')
                        .to_owned(),
                    v.replace('/', "\\/"),
                    encoded.replace('%', "%25"),
                    encoded,
                    format!("\"{v}\""),
                    STANDARD.encode(v),
                    hex(v.as_bytes()),
                    v.to_lowercase(),
                    v.to_uppercase(),
                    v.chars().rev().collect(),
                ]
                .map(|v| format!("{d}{n}{v}")),
            )
        },
    ),
    (
        mistake(
            "kdf_other_value",
            "token_val이나 req_no 자리에 다른 값(token_version_id, site_code, 기관토큰, 클라이언트 정보)을 넣었습니다.",
            "Another value (token_version_id, site_code, the institution token, the client's id or secret) was used in place of token_val or req_no.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let taken = [
                m.token_version_id,
                m.site_code,
                m.institution_token,
                m.client_id,
                m.client_secret,
            ];
            texts(taken.into_iter().flat_map(|other| {
                [
                    [d, n, other].concat(),
                    [d, other, v].concat(),
                    [other, n, v].concat(),
                    [d, n, v, other].concat(),
                    [other, d, n, v].concat(),
                ]
            }))
        },
    ),
    (
        mistake(
            "kdf_utf16",
            "세 값을 UTF-16 바이트로 해시했습니다. ASCII/UTF-8이어야 합니다 (.NET은 Encoding.UTF8).",
            "The three values were hashed as UTF-16; they are ASCII/UTF-8 (.NET: Encoding.UTF8, not Encoding.Unicode).",
        ),
        |m| {
            let units: Vec<u16> = m.own.joined().encode_utf16().collect();
            let bytes = |of: fn(u16) -> [u8; 2]| -> Vec<u8> {
                units.iter().copied().flat_map(of).collect()
            };
            let (little, big) = (bytes(u16::to_le_bytes), bytes(u16::to_be_bytes));
            let wide: Vec<u8> = units
                .iter()
                .flat_map(|unit| u32::from(*unit).to_le_bytes())
                .collect();
            vec![
                [&[0xff, 0xfe], little.as_slice()].concat(),
                [&[0xfe, 0xff], big.as_slice()].concat(),
                little,
                big,
                wide,
            ]
        },
    ),
    (
        mistake(
            "kdf_bom",
            "세 값 앞에 BOM이 붙었습니다.",
            "A byte order mark stands before the three values.",
        ),
        |m| texts([format!("\u{feff}{}", m.own.joined())]),
    ),
    (
        mistake(
            "kdf_case",
            "세 값의 대소문자를 바꿨습니다.",
            "The letters' case of the three values was changed.",
        ),
        |m| {
            let joined = m.own.joined();
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            texts([
                joined.to_lowercase(),
                joined.to_uppercase(),
                [d, &n.to_uppercase(), v].concat(),
                [d, &n.to_lowercase(), v].concat(),
            ])
        },
    ),
    (
        mistake(
            "kdf_input_encoded",
            "세 값을 해시하기 전에 base64, 16진수, 퍼센트 인코딩 또는 JSON으로 바꿨습니다.",
            "The three values were put into base64, hexadecimal, percent-encoding or JSON before they were hashed.",
        ),
        |m| {
            let joined = m.own.joined();
            let encoded: String = url::form_urlencoded::byte_serialize(joined.as_bytes()).collect();
            texts([
                STANDARD.encode(&joined),
                hex(joined.as_bytes()),
                encoded,
                format!("\"{joined}\""),
                joined.chars().rev().collect(),
            ])
        },
    ),
    (
        mistake(
            "kdf_req_dtim_shape",
            "req_dtim을 다른 모양으로 썼습니다. 요청에 보낸 14자리 그대로여야 합니다.",
            "req_dtim was written in another shape; it is the 14 digits of the call.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let Some(time) = m.own.time() else {
                return Vec::new();
            };
            let seoul = || nice_crypto::clock::KST.to_timestamp(time).ok();
            let utc = || jiff::tz::TimeZone::UTC.to_timestamp(time).ok();
            let shapes = [
                "%Y-%m-%d %H:%M:%S",
                "%Y-%m-%dT%H:%M:%S",
                "%Y/%m/%d %H:%M:%S",
                "%Y%m%dT%H%M%S",
                "%Y%m%d%H%M",
                "%Y%m%d",
                "%y%m%d%H%M%S",
                "%Y%m%d%I%M%S",
                "%H%M%S",
            ];
            let written = shapes
                .into_iter()
                .map(|shape| time.strftime(shape).to_string());
            let seconds = [seoul(), utc()]
                .into_iter()
                .flatten()
                .flat_map(|at| [at.as_second().to_string(), at.as_millisecond().to_string()]);
            let cut = [format!("{d}000"), format!("{d}00")];
            texts(
                written
                    .chain(seconds)
                    .chain(cut)
                    .map(|d| format!("{d}{n}{v}")),
            )
        },
    ),
    (
        mistake(
            "kdf_req_no_changed",
            "req_no가 요청에 보낸 값과 다릅니다 (앞뒤가 잘리거나 0, REQ 등이 붙음).",
            "req_no isn't the call's: cut at an end, or with zeros or a beginning such as REQ added.",
        ),
        |m| {
            let Parts {
                req_dtim: d,
                req_no: n,
                token_val: v,
            } = m.own;
            let count = n.chars().count();
            let cut = (1..count).flat_map(|at| {
                [
                    n.chars().take(at).collect::<String>(),
                    n.chars().skip(at).collect(),
                ]
            });
            let added = ["REQ", "req", "R", "0"]
                .into_iter()
                .flat_map(|more| [format!("{more}{n}"), format!("{n}{more}")]);
            let padded = [
                format!("{n:<30}"),
                format!("{n:>30}"),
                format!("{n:0<30}"),
                format!("{n:0>30}"),
                format!("{n:<20}"),
                format!("{n:0>20}"),
            ];
            texts(cut.chain(added).chain(padded).map(|n| format!("{d}{n}{v}")))
        },
    ),
];
