//! What is wrong with an integrity value that doesn't match. Right is
//! `base64(HMAC-SHA256(hmac_key, enc_data))`.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{
    super::fault::Fault,
    derivation::{Material, Variants, first, hex, hmac256, last, texts, texts_of},
    mistake::{MOST, Made, Mistake, mistake},
};

/// Two mistakes at once are looked for in texts up to this length, so that
/// a search takes no longer than a person waits.
const LONG: usize = 4096;

/// A key, cut from the text that all keys are cut from, or another value.
type Key = (Mistake, fn(&Material<'_>, &[u8]) -> Variants);
/// What the HMAC is computed over: `enc_data`, and the plain text if it can be
/// read.
type Message = (Mistake, fn(&Material<'_>, &str, &[u8]) -> Variants);
/// The function of key and message.
type Function = (Mistake, fn(&[u8], &[u8]) -> Variants);

const KEYS: [Key; 10] = [
    (
        mistake(
            "hmac_key_last_32",
            "HMAC 키로 뒤 32자를 썼습니다. 앞 32자여야 합니다.",
            "The last 32 characters served as the HMAC key; it is the first 32.",
        ),
        |_, text| vec![last(text, 32)],
    ),
    (
        mistake(
            "hmac_key_first_16",
            "HMAC 키로 앞 16자(AES 키)를 썼습니다. 앞 32자여야 합니다.",
            "The first 16 characters (the AES key) served as the HMAC key; it is the first 32.",
        ),
        |_, text| vec![first(text, 16)],
    ),
    (
        mistake(
            "hmac_key_last_16",
            "HMAC 키로 뒤 16자(IV)를 썼습니다. 앞 32자여야 합니다.",
            "The last 16 characters (the IV) served as the HMAC key; it is the first 32.",
        ),
        |_, text| vec![last(text, 16)],
    ),
    (
        mistake(
            "hmac_key_all_44",
            "HMAC 키로 44자 전체를 썼습니다. 앞 32자여야 합니다.",
            "All 44 characters served as the HMAC key; it is the first 32.",
        ),
        |_, text| vec![text.to_vec()],
    ),
    (
        mistake(
            "hmac_key_raw_digest",
            "HMAC 키로 base64로 바꾸기 전의 해시 바이트를 썼습니다. base64 문자열의 앞 32자여야 합니다.",
            "The digest's raw bytes served as the HMAC key; it is the first 32 characters of their base64.",
        ),
        |_, text| {
            STANDARD
                .decode(text)
                .map_or_else(|_| Vec::new(), |raw| vec![raw])
        },
    ),
    (
        mistake(
            "hmac_key_decoded",
            "HMAC 키를 base64로 풀었습니다. 앞 32자의 글자를 그대로 바이트로 써야 합니다.",
            "The HMAC key was base64-decoded; the first 32 characters themselves are its bytes.",
        ),
        |_, text| {
            [first(text, 32), first(text, 16)]
                .iter()
                .filter_map(|slice| STANDARD.decode(slice).ok())
                .collect()
        },
    ),
    (
        mistake(
            "hmac_key_encoded",
            "HMAC 키를 base64나 16진수로 한 번 더 바꿨습니다.",
            "The HMAC key went into base64 or hexadecimal once more.",
        ),
        |_, text| {
            let key = first(text, 32);
            vec![STANDARD.encode(&key).into_bytes(), hex(&key).into_bytes()]
        },
    ),
    (
        mistake(
            "hmac_key_wrong_slice",
            "HMAC 키를 다른 자리에서 잘랐습니다. 앞 32자여야 합니다.",
            "The HMAC key was cut elsewhere; it is the first 32 characters.",
        ),
        |_, text| {
            let mut slices = Vec::new();
            for from in 0..text.len().min(48) {
                for length in [12, 16, 24, 28, 30, 31, 32, 33, 40, 43] {
                    let to = from + length;
                    if to <= text.len() && (from, length) != (0, 32) {
                        slices.push(text[from..to].to_vec());
                    }
                }
            }
            slices
        },
    ),
    (
        mistake(
            "hmac_key_other_value",
            "HMAC 키로 다른 값(token_val, req_no, 클라이언트 정보 등)을 썼습니다. 키는 해시의 base64 앞 32자입니다.",
            "Another value (token_val, req_no, the client's secret and the like) served as the HMAC key; it is the first 32 characters of the digest's base64.",
        ),
        |m, _| {
            let own = m.own;
            let mut values: Variants = [
                own.token_val,
                own.req_no,
                own.req_dtim,
                m.token_version_id,
                m.site_code,
                m.client_id,
                m.client_secret,
                m.institution_token,
            ]
            .map(|text| text.as_bytes().to_vec())
            .into();
            values.push(
                [own.req_dtim, own.req_no, own.token_val]
                    .concat()
                    .into_bytes(),
            );
            values.push(first(own.token_val.as_bytes(), 32));
            values.extend(STANDARD.decode(own.token_val));
            values
        },
    ),
    (
        mistake(
            "hmac_key_empty",
            "HMAC 키가 비어 있었습니다 (undefined, null).",
            "The HMAC key was empty (undefined, null).",
        ),
        |_, _| {
            [&b""[..], b"undefined", b"null", b"None"]
                .map(<[u8]>::to_vec)
                .into()
        },
    ),
];

const MESSAGES: [Message; 7] = [
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

const FUNCTIONS: [Function; 5] = [
    (
        mistake(
            "hmac_arguments_swapped",
            "HMAC 인자가 뒤바뀌었습니다: enc_data를 키로, hmac_key를 메시지로 넣었습니다.",
            "HMAC arguments swapped: enc_data went in as the key and hmac_key as the message.",
        ),
        |key, message| vec![hmac256(message, key)],
    ),
    (
        mistake(
            "hmac_without_key",
            "HMAC이 아니라 키 없는 SHA-256입니다.",
            "It is a plain SHA-256, not an HMAC.",
        ),
        |_, message| vec![Sha256::digest(message).to_vec()],
    ),
    (
        mistake(
            "hmac_hash_of_both",
            "HMAC이 아니라 키와 메시지를 이어 계산한 SHA-256입니다.",
            "It is a SHA-256 of key and message joined, not an HMAC.",
        ),
        |key, message| {
            vec![
                Sha256::digest([message, key].concat()).to_vec(),
                Sha256::digest([key, message].concat()).to_vec(),
            ]
        },
    ),
    (
        mistake(
            "hmac_sha1_or_md5",
            "HMAC-SHA256이 아니라 SHA-1이나 MD5로 계산했습니다.",
            "It was computed with SHA-1 or MD5, not with HMAC-SHA256.",
        ),
        |key, message| {
            vec![
                mac::<Hmac<Sha1>>(key, message),
                mac::<Hmac<Md5>>(key, message),
                Sha1::digest(message).to_vec(),
                Md5::digest(message).to_vec(),
            ]
        },
    ),
    (
        mistake(
            "hmac_sha512",
            "HMAC-SHA256이 아니라 HMAC-SHA512나 HMAC-SHA384입니다.",
            "It is an HMAC-SHA512 or HMAC-SHA384, not an HMAC-SHA256.",
        ),
        |key, message| {
            vec![
                mac::<Hmac<Sha512>>(key, message),
                mac::<Hmac<sha2::Sha384>>(key, message),
                hmac256(key, message).into_iter().take(16).collect(),
            ]
        },
    ),
];

const IN_HEX: Mistake = mistake(
    "hmac_in_hex",
    "HMAC in hexadecimal: 값을 16진수로 적었습니다. base64여야 합니다.",
    "The value is an HMAC in hexadecimal; it must be base64.",
);
const IN_HEX_IN_BASE64: Mistake = mistake(
    "hmac_in_hex_in_base64",
    "HMAC의 16진수 글자를 base64로 바꿨습니다. 32바이트 자체를 바꿔야 합니다 (PHP hash_hmac은 네 번째 인자 true).",
    "Base64 of the HMAC's hexadecimal text; base64 belongs on the 32 bytes (PHP: the fourth argument of hash_hmac is true).",
);
const IN_OTHER_BASE64: Mistake = mistake(
    "hmac_in_other_base64",
    "표준 base64가 아니라 URL-safe 이거나 = 가 빠진 base64입니다.",
    "Not standard base64: URL-safe, unpadded, or of another case.",
);
const IN_BASE64_TWICE: Mistake = mistake(
    "hmac_in_base64_twice",
    "HMAC을 base64로 두 번 바꿨습니다.",
    "The HMAC went into base64 twice.",
);

/// The fault that names the mistakes, if they are known ones.
pub(super) fn fault(material: &Material<'_>, enc_data: &str, integrity_value: &str) -> Fault {
    const FIX: [&str; 2] = [
        "integrity_value = base64(HMAC-SHA256(키 = hmac_key, 메시지 = enc_data 문자열)), hmac_key는 base64(SHA-256(req_dtim + req_no + token_val))의 앞 32자입니다.",
        "integrity_value = base64(HMAC-SHA256(key = hmac_key, message = the text of enc_data)), where hmac_key is the first 32 characters of base64(SHA-256(req_dtim + req_no + token_val)).",
    ];
    const TITLE: [&str; 2] = [
        "무결성 값이 맞지 않습니다",
        "The integrity value does not match",
    ];
    let found = mistakes(material, enc_data, integrity_value).unwrap_or_default();
    let Some((first, more)) = found.split_first() else {
        return Fault::new(
            "integrity_mismatch",
            TITLE,
            [
                "알려진 실수와는 다릅니다. 다른 키를 썼거나, req_dtim·req_no·token_val 중 하나가 요청 때와 다르거나, 전송 중에 값이 바뀌었습니다.",
                "It is none of the known mistakes: the keys are others; or req_dtim, req_no or token_val differ from the crypto-token call; or a value changed on the way.",
            ],
            FIX,
        );
    };
    let fault = Fault::new(first.code, TITLE, first.wrong, FIX);
    more.iter()
        .fold(fault, |fault, mistake| fault.and(mistake.wrong.into()))
}

fn mistakes(
    material: &Material<'_>,
    enc_data: &str,
    integrity_value: &str,
) -> Option<Vec<&'static Mistake>> {
    let claimed = writings(integrity_value);
    let is_claimed = |value: &[u8]| {
        let (_, writing) = claimed.iter().find(|(bytes, _)| bytes == value)?;
        Some(writing.iter().copied().collect::<Vec<_>>())
    };
    let texts = texts_of(material);
    let plain = plain_text(material, enc_data);
    let messages: Vec<Made> = std::iter::once(Made::rightly(enc_data))
        .chain(MESSAGES.iter().flat_map(|(mistake, make)| {
            make(material, enc_data, &plain)
                .into_iter()
                .map(|bytes| Made::by(mistake, bytes))
        }))
        .collect();
    // The searches, those of fewer mistakes first: the right text with any
    // key, message and function; then each wrong text with the right ones;
    // then two at once.
    let most = if enc_data.len() > LONG { 1 } else { MOST };
    for limit in 0..=most {
        let fits = |made: &&Made| made.mistakes.len() <= limit && !(made.alone && limit > 1);
        for text in texts.iter().filter(fits) {
            let keys = if text.mistakes.len() < limit {
                keys(material, &text.bytes)
            } else {
                vec![Made::rightly(first(&text.bytes, 32))]
            };
            for key in keys.iter().filter(fits) {
                let so_far = text.mistakes.len() + key.mistakes.len();
                if so_far > limit {
                    continue;
                }
                for message in &messages {
                    let so_far = so_far + message.mistakes.len();
                    if so_far > limit {
                        break;
                    }
                    let cause = || [text.then(key), message.mistakes.clone()].concat();
                    if so_far == limit {
                        let value = hmac256(&key.bytes, &message.bytes);
                        if let Some(writing) = is_claimed(&value) {
                            return Some([cause(), writing].concat());
                        }
                    }
                    if so_far + 1 != limit {
                        continue;
                    }
                    for (mistake, function) in &FUNCTIONS {
                        for value in function(&key.bytes, &message.bytes) {
                            if let Some(writing) = is_claimed(&value) {
                                // A hash without a key says nothing of the key.
                                let cause = if limit == 1 { Vec::new() } else { cause() };
                                return Some([vec![mistake], cause, writing].concat());
                            }
                        }
                    }
                }
            }
        }
    }
    None
}

/// The right key of this text, and all wrong ones.
fn keys(material: &Material<'_>, text: &[u8]) -> Vec<Made> {
    std::iter::once(Made::rightly(first(text, 32)))
        .chain(KEYS.iter().flat_map(|(mistake, make)| {
            make(material, text)
                .into_iter()
                .map(|bytes| Made::by(mistake, bytes))
        }))
        .collect()
}

/// The bytes that the value may encode, with the mistake in its encoding.
fn writings(text: &str) -> Vec<(Vec<u8>, Option<&'static Mistake>)> {
    let text = text.trim();
    let mut writings = Vec::new();
    if let Some(bytes) = from_hex(text.as_bytes()) {
        writings.push((bytes, Some(&IN_HEX)));
    }
    if let Ok(bytes) = STANDARD.decode(text) {
        if let Some(bytes) = from_hex(&bytes) {
            writings.push((bytes, Some(&IN_HEX_IN_BASE64)));
        }
        if let Ok(bytes) = STANDARD.decode(&bytes) {
            writings.push((bytes, Some(&IN_BASE64_TWICE)));
        }
        writings.push((bytes, None));
    } else if let Some(bytes) = other_base64(text) {
        writings.push((bytes, Some(&IN_OTHER_BASE64)));
    }
    writings
}

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

/// Empty if the right keys don't read it.
fn plain_text(material: &Material<'_>, enc_data: &str) -> Vec<u8> {
    let keys = &material.keys;
    let text = STANDARD.encode(*keys.digest());
    let right = STANDARD.encode(hmac256(&text.as_bytes()[..32], enc_data.as_bytes()));
    nice_crypto::open(keys, enc_data, &right)
        .map(|plain| plain.to_vec())
        .unwrap_or_default()
}

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

fn mac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    <M as KeyInit>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}
