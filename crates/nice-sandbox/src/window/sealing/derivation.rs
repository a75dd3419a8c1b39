//! The ways in which clients derive the text that all keys are cut from. Right
//! is `base64(SHA-256(req_dtim + req_no + token_val))`.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{ToSpan, civil::DateTime};
use md5::Md5;
use nice_crypto::KeySet;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::mistake::{Made, Mistake, mistake};

/// What the keys of a token are made of, and what a client may take for it.
#[derive(Clone, Debug)]
pub(in crate::window) struct Material<'a> {
    pub(in crate::window) keys: KeySet,
    pub(in crate::window) own: Parts<'a>,
    pub(in crate::window) token_version_id: &'a str,
    pub(in crate::window) site_code: &'a str,
    pub(in crate::window) client_id: &'a str,
    pub(in crate::window) client_secret: &'a str,
    pub(in crate::window) institution_token: &'a str,
    /// Of other tokens, the newest first.
    pub(in crate::window) others: Vec<Parts<'a>>,
}

/// The three texts of the rule.
#[derive(Clone, Copy, Debug)]
pub(in crate::window) struct Parts<'a> {
    pub(in crate::window) req_dtim: &'a str,
    pub(in crate::window) req_no: &'a str,
    pub(in crate::window) token_val: &'a str,
}

impl Parts<'_> {
    fn joined(self) -> String {
        [self.req_dtim, self.req_no, self.token_val].concat()
    }
}

pub(super) type Variants = Vec<Vec<u8>>;

/// A mistake in what is hashed.
type Input = (Mistake, fn(&Material<'_>) -> Variants);
/// A mistake in the hash.
type Hash = (Mistake, fn(&Material<'_>) -> Variants);
/// A mistake in how the hash is written.
type Writing = (Mistake, fn(&[u8]) -> Variants);

const INPUTS: [Input; 14] = [
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
            let Some(time) = time(d) else {
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

const OTHER_TIME: Mistake = mistake(
    "kdf_req_dtim_other",
    "req_dtim을 다시 만들었습니다. 암호화토큰을 요청할 때 보낸 req_dtim을 보관했다가 그대로 써야 합니다.",
    "req_dtim was made anew; keep the one that the crypto-token call sent, and use it as it is.",
);

const OTHER_TOKEN: Mistake = mistake(
    "kdf_other_token",
    "다른 암호화토큰의 req_dtim, req_no 또는 token_val을 썼습니다. 동시에 진행되는 인증끼리 값이 섞이지 않는지 확인하세요.",
    "req_dtim, req_no or token_val of another crypto token was used: look for values that verifications share, such as a static variable.",
);

const HASHES: [Hash; 5] = [
    (
        mistake(
            "kdf_hmac",
            "SHA-256 대신 HMAC을 계산했습니다. 키를 만들 때는 키 없는 SHA-256입니다.",
            "An HMAC was computed instead of the SHA-256; the keys come from a plain hash without a key.",
        ),
        |m| {
            let p = m.own;
            let (all, v) = (p.joined(), p.token_val);
            let head = [p.req_dtim, p.req_no].concat();
            let raw = STANDARD.decode(v).unwrap_or_default();
            [
                (v.as_bytes(), all.as_bytes()),
                (v.as_bytes(), head.as_bytes()),
                (all.as_bytes(), v.as_bytes()),
                (head.as_bytes(), v.as_bytes()),
                (&raw, all.as_bytes()),
                (&raw, head.as_bytes()),
                (p.req_no.as_bytes(), all.as_bytes()),
                (p.req_dtim.as_bytes(), all.as_bytes()),
                (m.client_secret.as_bytes(), all.as_bytes()),
                (m.client_id.as_bytes(), all.as_bytes()),
                (m.institution_token.as_bytes(), all.as_bytes()),
                (b"", all.as_bytes()),
                (all.as_bytes(), all.as_bytes()),
                (all.as_bytes(), b""),
            ]
            .map(|(key, message)| hmac256(key, message))
            .into()
        },
    ),
    (
        mistake(
            "kdf_sha1_or_md5",
            "SHA-256이 아니라 SHA-1이나 MD5입니다.",
            "A SHA-1 or MD5 was computed instead of the SHA-256.",
        ),
        |m| {
            let all = m.own.joined();
            vec![Sha1::digest(&all).to_vec(), Md5::digest(&all).to_vec()]
        },
    ),
    (
        mistake(
            "kdf_sha512",
            "SHA-256이 아니라 SHA-512나 SHA-384입니다.",
            "A SHA-512 or SHA-384 was computed instead of the SHA-256.",
        ),
        |m| {
            let all = m.own.joined();
            vec![Sha512::digest(&all).to_vec(), Sha384::digest(&all).to_vec()]
        },
    ),
    (
        mistake(
            "kdf_sha256_twice",
            "SHA-256을 두 번 계산했습니다.",
            "The SHA-256 was computed twice.",
        ),
        |m| {
            let once = Sha256::digest(m.own.joined()).to_vec();
            [
                once.clone(),
                hex(&once).into_bytes(),
                STANDARD.encode(&once).into_bytes(),
            ]
            .map(|again| Sha256::digest(again).to_vec())
            .into()
        },
    ),
    (
        mistake(
            "kdf_no_hash",
            "해시하지 않고 이은 값을 그대로 썼습니다.",
            "The joined values were used without a hash.",
        ),
        |m| vec![m.own.joined().into_bytes()],
    ),
];

const WRITINGS: [Writing; 7] = [
    (
        mistake(
            "kdf_hex",
            "해시를 16진수로 적었습니다. 32바이트 자체를 base64로 바꿔야 합니다 (PHP hash는 세 번째 인자 true, CryptoJS는 enc.Base64).",
            "The digest is in hexadecimal; its 32 bytes belong in base64 (PHP: the third argument of hash is true; CryptoJS: enc.Base64).",
        ),
        |digest| texts([hex(digest), hex(digest).to_uppercase()]),
    ),
    (
        mistake(
            "kdf_base64_of_hex",
            "해시의 16진수 글자를 base64로 바꿨습니다. 32바이트 자체를 바꿔야 합니다.",
            "The digest's hexadecimal text went into base64; its 32 bytes belong there.",
        ),
        |digest| {
            texts([
                STANDARD.encode(hex(digest)),
                STANDARD.encode(hex(digest).to_uppercase()),
                STANDARD.encode(hex(digest).replace('\n', "")) + "\n",
            ])
        },
    ),
    (
        mistake(
            "kdf_base64url",
            "표준 base64가 아니라 URL-safe 이거나 = 가 빠진 base64입니다.",
            "The digest is in URL-safe or unpadded base64; it must be standard and padded.",
        ),
        |digest| {
            texts([
                URL_SAFE_NO_PAD.encode(digest),
                URL_SAFE.encode(digest),
                STANDARD_NO_PAD.encode(digest),
            ])
        },
    ),
    (
        mistake(
            "kdf_base64_twice",
            "base64로 두 번 바꿨습니다.",
            "The digest went into base64 twice.",
        ),
        |digest| {
            let once = STANDARD.encode(digest);
            texts([STANDARD.encode(&once), hex(once.as_bytes())])
        },
    ),
    (
        mistake(
            "kdf_base64_case",
            "base64의 대소문자를 바꿨습니다.",
            "The base64's letters were changed to upper or lower case.",
        ),
        |digest| {
            let text = STANDARD.encode(digest);
            texts([text.to_lowercase(), text.to_uppercase()])
        },
    ),
    (
        mistake(
            "kdf_digest_as_text",
            "해시 바이트를 글자로 읽었습니다 (binary, UTF-8, Latin-1).",
            "The digest's bytes were read as text (binary, UTF-8, Latin-1).",
        ),
        |digest| {
            vec![
                latin1(digest),
                String::from_utf8_lossy(digest).into_owned().into_bytes(),
            ]
        },
    ),
    (
        mistake(
            "kdf_reversed",
            "글자를 거꾸로 읽었거나 잘못된 쪽 끝에서 잘랐습니다.",
            "The text was reversed, or cut from the wrong end.",
        ),
        |digest| {
            texts(
                [STANDARD.encode(digest).chars().rev().collect::<String>(), {
                    let text = STANDARD.encode(digest);
                    format!("{}{}", &text[text.len() / 2..], &text[..text.len() / 2])
                }],
            )
        },
    ),
];

/// The right text and all wrong ones, those of fewer mistakes first.
pub(super) fn texts_of(material: &Material<'_>) -> Vec<Made> {
    let own = &material.own;
    let base64 = |digest: &[u8]| STANDARD.encode(digest).into_bytes();
    let digest = Sha256::digest(own.joined()).to_vec();
    let mut made = vec![Made::rightly(base64(&digest))];
    let inputs: Vec<Made> = INPUTS
        .iter()
        .flat_map(|(mistake, make)| {
            make(material)
                .into_iter()
                .map(|bytes| Made::by(mistake, Sha256::digest(bytes).to_vec()))
        })
        .collect();
    let hashes: Vec<Made> = HASHES
        .iter()
        .flat_map(|(mistake, make)| {
            make(material)
                .into_iter()
                .map(|bytes| Made::by(mistake, bytes))
        })
        .collect();
    let written = |digest: &Made| {
        let digest = digest.clone();
        WRITINGS.iter().flat_map(move |(mistake, write)| {
            let before = Made::by(mistake, []);
            let mistakes = digest.then(&before);
            write(&digest.bytes).into_iter().map(move |bytes| Made {
                mistakes: mistakes.clone(),
                bytes,
                alone: false,
            })
        })
    };
    // One mistake; then, since a wrong hash and a wrong writing often go
    // together, two.
    made.extend(written(&Made::rightly(digest)));
    for digest in hashes.iter().chain(&inputs) {
        made.push(Made {
            bytes: base64(&digest.bytes),
            ..digest.clone()
        });
    }
    let single =
        |mistake: &'static Mistake, text: String| Made::by(mistake, base64(&Sha256::digest(text)));
    made.extend(other_times(own).map(|text| single(&OTHER_TIME, text)));
    made.extend(mixtures(material).map(|text| single(&OTHER_TOKEN, text)));
    made.extend(
        hashes
            .iter()
            .chain(&inputs)
            .filter(|digest| !digest.alone)
            .flat_map(written),
    );
    made
}

/// As if the clock was read once more: up to ten minutes later or earlier, and
/// by the clock of another time zone.
fn other_times<'a>(own: &'a Parts<'a>) -> impl Iterator<Item = String> + use<'a> {
    const OFFSETS: [(i64, i64); 5] = [(0, 600), (-9, 60), (9, 60), (-12, 60), (12, 60)];
    let time = time(own.req_dtim);
    OFFSETS.into_iter().flat_map(move |(hours, around)| {
        (-around..=around).filter_map(move |seconds| {
            let other = time?.checked_add(hours.hours().seconds(seconds)).ok()?;
            let other = other.strftime("%Y%m%d%H%M%S").to_string();
            (other != own.req_dtim).then(|| [&other, own.req_no, own.token_val].concat())
        })
    })
}

/// Parts of other tokens in the place of this one's.
fn mixtures(material: &Material<'_>) -> impl Iterator<Item = String> {
    let own = material.own;
    material.others.iter().flat_map(move |other| {
        [
            [other.req_dtim, other.req_no, other.token_val],
            [other.req_dtim, other.req_no, own.token_val],
            [other.req_dtim, own.req_no, own.token_val],
            [own.req_dtim, other.req_no, own.token_val],
            [own.req_dtim, own.req_no, other.token_val],
        ]
        .map(|three| three.concat())
    })
}

fn time(digits: &str) -> Option<DateTime> {
    DateTime::strptime("%Y%m%d%H%M%S", digits).ok()
}

/// As bytes.
pub(super) fn texts(texts: impl IntoIterator<Item = String>) -> Variants {
    texts.into_iter().map(String::into_bytes).collect()
}

/// The first bytes, so many as there are.
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
fn latin1(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .copied()
        .map(char::from)
        .collect::<String>()
        .into_bytes()
}

/// Empty, which matches nothing, in the case that can't be: HMAC takes keys
/// of any length.
pub(super) fn hmac256(key: &[u8], message: &[u8]) -> Vec<u8> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}
