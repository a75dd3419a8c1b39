//! What is wrong with a cipher text that came with the right integrity value
//! and can't be read. Right is `base64(AES-128-CBC-PKCS7(key, iv, JSON))`.

use aes::{Aes128, cipher::KeyInit};
use aes_gcm::{
    AesGcm,
    aead::{
        Aead,
        consts::{U12, U16},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use sha2::{Digest, Sha256};

use super::{
    super::fault::Fault,
    aes_modes::{BLOCK, Cipher, cbc, stream},
    derivation::{Material, first, last, texts_of},
    integrity::{from_hex, other_base64},
    mistake::{Made, Mistake, mistake},
    plain,
};

/// So many of the wrong keys and IVs are looked for with wrong texts, too.
const FEW: usize = 6;
/// So many come before the wrong texts; the others are cuts at any place,
/// which may be a wrong text's right ones.
const NAMED: usize = 9;
/// Wrong keys are looked for in cipher texts up to this length.
const LONG: usize = 16 * 1024;

/// A wrong key and IV, from the text that all keys are cut from.
type KeyIv = (Mistake, fn(&Material<'_>, &[u8]) -> Vec<(Vec<u8>, Vec<u8>)>);
/// Another mode than CBC: the plain text, with its padding.
type Mode = (Mistake, fn(&Cipher, &[u8], &[u8]) -> Option<Vec<u8>>);

const KEY_IVS: [KeyIv; 11] = [
    (
        mistake(
            "key_and_iv_swapped",
            "키와 IV가 뒤바뀌었습니다: 뒤 16자를 키로, 앞 16자를 IV로 썼습니다.",
            "Key and IV swapped: the last 16 characters served as the key and the first 16 as the IV.",
        ),
        |_, text| vec![(last(text, 16), first(text, 16))],
    ),
    (
        mistake(
            "iv_is_key",
            "IV로 키를 썼습니다. IV는 뒤 16자입니다.",
            "The key served as IV, too; the IV is the last 16 characters.",
        ),
        |_, text| {
            vec![
                (first(text, 16), first(text, 16)),
                (first(text, 32), first(text, 16)),
            ]
        },
    ),
    (
        mistake(
            "iv_is_zero",
            "IV를 0으로 채웠습니다. IV는 뒤 16자입니다.",
            "The IV is all zeros; it is the last 16 characters.",
        ),
        |_, text| {
            [vec![0; 16], b"0000000000000000".to_vec(), b" ".repeat(16)]
                .map(|iv| (first(text, 16), iv))
                .into()
        },
    ),
    (
        mistake(
            "key_last_16",
            "뒤 16자를 키로 썼습니다. 키는 앞 16자입니다.",
            "The last 16 characters served as the key; it is the first 16.",
        ),
        |_, text| {
            vec![
                (last(text, 16), last(text, 16)),
                (last(text, 32), last(text, 16)),
                (last(text, 16), vec![0; 16]),
            ]
        },
    ),
    (
        mistake(
            "aes_256",
            "AES-256이나 AES-192를 썼습니다. 앞 16자, AES-128이어야 합니다.",
            "AES-256 or AES-192 was used; it is AES-128 with the first 16 characters.",
        ),
        |_, text| {
            vec![
                (first(text, 32), last(text, 16)),
                (first(text, 24), last(text, 16)),
                (padded(first(text, 16), 32), last(text, 16)),
                (first(text, 32), vec![0; 16]),
            ]
        },
    ),
    (
        mistake(
            "key_raw_digest",
            "해시의 바이트를 키로 썼습니다. base64로 바꾼 글자를 그대로 바이트로 써야 합니다.",
            "The digest's raw bytes served as the key; the characters of its base64 are the key's bytes.",
        ),
        |_, text| {
            let Ok(raw) = STANDARD.decode(text) else {
                return Vec::new();
            };
            let mut made = Vec::new();
            for key in [first(&raw, 16), raw.clone(), first(&raw, 24)] {
                for iv in [last(&raw, 16), last(text, 16), first(&raw, 16), vec![0; 16]] {
                    made.push((key.clone(), iv));
                }
            }
            made
        },
    ),
    (
        mistake(
            "key_decoded",
            "키와 IV의 글자를 base64나 16진수로 풀었습니다. 글자를 그대로 바이트로 써야 합니다.",
            "The characters of key or IV were decoded as base64 or hexadecimal; the characters themselves are the bytes.",
        ),
        |_, text| {
            let decode = |text: &[u8]| {
                STANDARD
                    .decode(text)
                    .into_iter()
                    .chain(from_hex(text))
                    .next()
            };
            let (key, iv) = (decode(&first(text, 16)), decode(&last(text, 16)));
            let right = (first(text, 16), last(text, 16));
            let zeros = |bytes: Option<Vec<u8>>, right: &Vec<u8>| {
                bytes.map_or_else(|| right.clone(), |bytes| padded(bytes, BLOCK))
            };
            vec![
                (zeros(key.clone(), &right.0), zeros(iv.clone(), &right.1)),
                (zeros(key, &right.0), right.1.clone()),
                (right.0.clone(), zeros(iv, &right.1)),
            ]
        },
    ),
    (
        mistake(
            "key_from_password",
            "키를 비밀번호로 넘겼습니다 (Node의 createCipher, openssl enc -nosalt). createCipheriv나 -K를 쓰세요.",
            "The key went in as a password (Node's createCipher, openssl enc -nosalt): use createCipheriv, or -K.",
        ),
        |_, text| {
            let passwords = [first(text, 16), first(text, 32), text.to_vec()];
            let derived = passwords.iter().flat_map(|password| {
                [
                    stretched(|bytes| Md5::digest(bytes).to_vec(), password),
                    stretched(|bytes| Sha256::digest(bytes).to_vec(), password),
                ]
            });
            derived
                .flat_map(|bytes| {
                    let of = |key: usize| (bytes[..key].to_vec(), bytes[key..key + BLOCK].to_vec());
                    [of(16), of(32), (bytes[..16].to_vec(), last(text, 16))]
                })
                .collect()
        },
    ),
    (
        mistake(
            "key_other_value",
            "키로 다른 값(token_val, req_no, 클라이언트 정보 등)을 썼습니다. 키는 해시의 base64 앞 16자입니다.",
            "Another value (token_val, req_no, the client's secret and the like) served as the key; it is the first 16 characters of the digest's base64.",
        ),
        |m, text| {
            let own = m.own;
            let values = [
                own.token_val,
                own.req_no,
                own.req_dtim,
                m.client_id,
                m.client_secret,
                m.site_code,
                m.institution_token,
                m.token_version_id,
            ];
            let raw = STANDARD.decode(own.token_val).unwrap_or_default();
            values
                .iter()
                .map(|value| value.as_bytes())
                .chain([raw.as_slice()])
                .flat_map(|value| {
                    [
                        padded(first(value, 16), 16),
                        padded(first(value, 32), 32),
                        last(value, 16),
                    ]
                    .into_iter()
                    .flat_map(move |key| {
                        [
                            last(text, 16),
                            last(value, 16),
                            first(value, 16),
                            vec![0; 16],
                        ]
                        .map(|iv| (key.clone(), padded(iv, 16)))
                    })
                })
                .collect()
        },
    ),
    (
        mistake(
            "iv_wrong_slice",
            "IV를 다른 자리에서 잘랐습니다. IV는 뒤 16자입니다.",
            "The IV was cut elsewhere; it is the last 16 characters.",
        ),
        |_, text| {
            (1..text.len().saturating_sub(BLOCK))
                .map(|from| (first(text, 16), text[from..from + BLOCK].to_vec()))
                .collect()
        },
    ),
    (
        mistake(
            "key_wrong_slice",
            "키를 다른 자리에서 잘랐습니다. 키는 앞 16자입니다.",
            "The key was cut elsewhere; it is the first 16 characters.",
        ),
        |_, text| {
            (1..text.len().saturating_sub(BLOCK))
                .flat_map(|from| {
                    let key = text[from..from + BLOCK].to_vec();
                    [(key.clone(), last(text, 16)), (key, first(text, 16))]
                })
                .collect()
        },
    ),
];

const MODES: [Mode; 5] = [
    (
        mistake(
            "mode_ecb",
            "CBC가 아니라 ECB로 암호화했습니다 (Java의 \"AES\"는 ECB입니다: \"AES/CBC/PKCS5Padding\").",
            "It was encrypted in ECB mode, not CBC (Java's plain \"AES\" is ECB: ask for \"AES/CBC/PKCS5Padding\").",
        ),
        |cipher, _, bytes| {
            bytes.len().is_multiple_of(BLOCK).then(|| {
                bytes
                    .chunks(BLOCK)
                    .flat_map(|block| cipher.decrypt(block))
                    .collect()
            })
        },
    ),
    (
        mistake(
            "mode_ctr",
            "CBC가 아니라 CTR로 암호화했습니다.",
            "It was encrypted in CTR mode, not CBC.",
        ),
        |cipher, iv, bytes| {
            let mut counter = u128::from_be_bytes(iv.try_into().ok()?);
            Some(stream(bytes, |_| {
                let key = cipher.encrypt(&counter.to_be_bytes());
                counter = counter.wrapping_add(1);
                key
            }))
        },
    ),
    (
        mistake(
            "mode_cfb",
            "CBC가 아니라 CFB로 암호화했습니다.",
            "It was encrypted in CFB mode, not CBC.",
        ),
        |cipher, iv, bytes| {
            let mut before = iv.to_vec();
            Some(stream(bytes, |block| {
                let key = cipher.encrypt(&before);
                before = block.to_vec();
                key
            }))
        },
    ),
    (
        mistake(
            "mode_cfb8",
            "CBC가 아니라 CFB8로 암호화했습니다 (PyCryptodome의 MODE_CFB는 CFB8입니다).",
            "It was encrypted in CFB8 mode, not CBC (PyCryptodome's MODE_CFB is that).",
        ),
        |cipher, iv, bytes| {
            let mut register = iv.to_vec();
            let plain = bytes.iter().map(|byte| {
                let key = cipher.encrypt(&register)[0];
                register.rotate_left(1);
                register[BLOCK - 1] = *byte;
                byte ^ key
            });
            Some(plain.take(LONG).collect())
        },
    ),
    (
        mistake(
            "mode_ofb",
            "CBC가 아니라 OFB로 암호화했습니다.",
            "It was encrypted in OFB mode, not CBC.",
        ),
        |cipher, iv, bytes| {
            let mut key = iv.to_vec();
            Some(stream(bytes, |_| {
                key = cipher.encrypt(&key);
                key.clone()
            }))
        },
    ),
];

const GCM: Mistake = mistake(
    "mode_gcm",
    "CBC가 아니라 GCM으로 암호화했습니다.",
    "It was encrypted in GCM mode, not CBC.",
);
const IN_HEX: Mistake = mistake(
    "cipher_in_hex",
    "enc_data를 16진수로 적었습니다 (enc_data in hexadecimal). base64여야 합니다.",
    "There is enc_data in hexadecimal; it must be base64.",
);
const IN_HEX_IN_BASE64: Mistake = mistake(
    "cipher_in_hex_in_base64",
    "암호문의 16진수 글자를 base64로 바꿨습니다. 바이트 자체를 바꿔야 합니다.",
    "The cipher text's hexadecimal text went into base64; its bytes belong there.",
);
const IN_OTHER_BASE64: Mistake = mistake(
    "cipher_in_other_base64",
    "enc_data가 표준 base64가 아니라 URL-safe 이거나 = 가 빠진 base64입니다.",
    "enc_data is not standard base64 but URL-safe or unpadded.",
);
const IN_BASE64_TWICE: Mistake = mistake(
    "cipher_in_base64_twice",
    "암호문을 base64로 두 번 바꿨습니다 (PHP openssl_encrypt는 OPENSSL_RAW_DATA가 없으면 이미 base64입니다).",
    "The cipher text went into base64 twice (PHP: openssl_encrypt answers base64 already, unless it has OPENSSL_RAW_DATA).",
);
const PADDING_ZERO: Mistake = mistake(
    "padding_zero",
    "PKCS7이 아니라 0 바이트로 채웠습니다.",
    "It is padded with zero bytes, not by PKCS7.",
);
const PADDING_BLANK: Mistake = mistake(
    "padding_blank",
    "PKCS7이 아니라 공백으로 채웠습니다.",
    "It is padded with blanks, not by PKCS7.",
);
const PADDING_NONE: Mistake = mistake(
    "padding_none",
    "패딩이 없습니다. 길이가 16의 배수여도 PKCS7은 한 블록을 더합니다 (0이나 공백으로 채우는 방식은 더하지 않습니다).",
    "It has no padding; PKCS7 adds a block even where the length is a multiple of 16 (padding with zeros or blanks doesn't).",
);
const PADDING_OTHER: Mistake = mistake(
    "padding_other",
    "PKCS7이 아닌 다른 방식(ISO 10126, ANSI X9.23, ISO 7816-4 등)으로 채웠습니다.",
    "It is padded by another rule than PKCS7 (ISO 10126, ANSI X9.23, ISO 7816-4 or the like).",
);
const IV_IN_FRONT: Mistake = mistake(
    "iv_in_front",
    "IV를 따로 만들어 암호문 앞에 붙였습니다. IV는 뒤 16자이고 보내지 않습니다.",
    "An IV of the client's own stands in front of the cipher text; the IV is the last 16 characters and is not sent.",
);
const IV_OTHER: Mistake = mistake(
    "iv_other",
    "키는 맞지만 IV가 다릅니다. IV는 뒤 16자의 글자 그대로입니다.",
    "The key is right, but the IV is another; it is the last 16 characters, themselves taken as bytes.",
);

const FIX: [&str; 2] = [
    "enc_data = base64(AES-128-CBC-PKCS7(키 = 앞 16자, IV = 뒤 16자)). 글자를 그대로 바이트로 쓰고 base64로 풀지 마세요.",
    "enc_data = base64(AES-128-CBC-PKCS7(key = the first 16 characters, IV = the last 16)). Take the characters themselves as bytes; don't base64-decode them.",
];
const TITLE: [&str; 2] = ["복호화되지 않습니다", "The cipher text does not decrypt"];

/// `CryptoJS.AES.encrypt(text, "…")` and `openssl enc -pass`: seen before any
/// key is tried.
pub(super) fn salted(enc_data: &str) -> Option<Fault> {
    const MARK: &[u8] = b"Salted__";
    let is_salted = encodings(enc_data)
        .into_iter()
        .any(|made| made.bytes.starts_with(MARK))
        || enc_data.starts_with("U2FsdGVkX1");
    is_salted.then(|| {
        Fault::new(
            "cipher_salted",
            ["키가 아니라 비밀번호로 암호화했습니다", "Encrypted with a passphrase, not a key"],
            [
                "암호문이 “Salted__”로 시작합니다. 키를 문자열로 넘기면 CryptoJS와 openssl enc -pass는 그것을 비밀번호로 보고 임의의 솔트로 다른 키를 만듭니다.",
                "The cipher text begins with “Salted__”: given a string, CryptoJS (and openssl enc -pass) takes it for a passphrase and makes another key with a random salt.",
            ],
            [
                "CryptoJS.AES.encrypt(json, CryptoJS.enc.Utf8.parse(key), { iv: CryptoJS.enc.Utf8.parse(iv) }).toString() 처럼 키와 IV를 바이트로 넘기세요. openssl은 -K와 -iv입니다.",
                "Pass key and IV as bytes: CryptoJS.AES.encrypt(json, CryptoJS.enc.Utf8.parse(key), { iv: CryptoJS.enc.Utf8.parse(iv) }).toString(); with openssl, -K and -iv.",
            ],
        )
    })
}

/// The fault that names the mistakes, if they are known ones.
pub(super) fn fault(material: &Material<'_>, enc_data: &str) -> Fault {
    mistakes(material, enc_data).map_or_else(
        || {
            Fault::new(
                "cipher_unreadable",
                TITLE,
                [
                    "무결성 값은 맞지만 암호문을 풀 수 없습니다. 키, IV, CBC 모드, PKCS7 패딩 중 하나가 다릅니다.",
                    "The integrity value fits, but the cipher text can't be read: key, IV, CBC mode or PKCS7 padding differ.",
                ],
                FIX,
            )
        },
        |found| told(&found),
    )
}

pub(super) fn told(found: &[&'static Mistake]) -> Fault {
    let mut found = found.iter();
    let Some(first) = found.next() else {
        return Fault::new("cipher_unreadable", TITLE, TITLE, FIX);
    };
    let fault = Fault::new(first.code, TITLE, first.wrong, FIX);
    found.fold(fault, |fault, mistake| fault.and(mistake.wrong.into()))
}

/// What was done, if it is known; never empty.
pub(super) fn mistakes(material: &Material<'_>, enc_data: &str) -> Option<Vec<&'static Mistake>> {
    let encodings = encodings(enc_data);
    let texts = texts_of(material);
    let right = &texts[0];
    let mut found = None;
    for encoded in &encodings {
        let bytes = encoded.bytes.as_slice();
        let rightly = |text: &Made| (first(&text.bytes, 16), last(&text.bytes, 16));
        let of_text = |text: &Made, mistakes: Vec<_>| [text.mistakes.clone(), mistakes].concat();
        let wrong = || texts.iter().skip(1).take_while(|_| bytes.len() <= LONG);
        let plain = || wrong().filter(|text| text.mistakes.len() == 1 && !text.alone);
        // Few mistakes first: the right text with any key and mode, then each
        // wrong text with the right cut, then a wrong text and a wrong cut or
        // mode.
        found = with_right_keys(material, bytes)
            .or_else(|| in_any_mode(rightly(right), bytes))
            .or_else(|| in_gcm(material, bytes))
            .or_else(|| with_any_cut(material, right, &KEY_IVS[..NAMED], bytes))
            .or_else(|| {
                wrong().find_map(|text| Some(of_text(text, in_cbc(&rightly(text), bytes)?)))
            })
            .or_else(|| with_any_cut(material, right, &KEY_IVS[NAMED..], bytes))
            .or_else(|| {
                plain().find_map(|text| {
                    let made = in_any_mode(rightly(text), bytes)
                        .or_else(|| with_any_cut(material, text, &KEY_IVS[..FEW], bytes))?;
                    Some(of_text(text, made))
                })
            })
            .or_else(|| with_other_iv(right, bytes))
            .or_else(|| wrong().find_map(|text| with_other_iv(text, bytes)))
            .map(|found| [found, encoded.mistakes.clone()].concat());
        if found.is_some() {
            break;
        }
    }
    found.filter(|found| !found.is_empty()).or_else(|| {
        // It can't be read, but its writing is wrong in any case.
        let writing = encodings.iter().find(|made| !made.mistakes.is_empty())?;
        (!encodings.iter().any(|made| made.mistakes.is_empty()) || writing.mistakes[0] == &IN_HEX)
            .then(|| writing.mistakes.clone())
    })
}

/// The bytes that the text may encode, with the mistake in its encoding.
fn encodings(text: &str) -> Vec<Made> {
    let mut encodings = Vec::new();
    if let Some(bytes) = from_hex(text.as_bytes()).filter(|bytes| bytes.len() >= BLOCK) {
        encodings.push(Made::by(&IN_HEX, bytes));
    }
    if let Ok(bytes) = STANDARD.decode(text) {
        if let Some(inner) = from_hex(&bytes).filter(|bytes| bytes.len() >= BLOCK) {
            encodings.push(Made::by(&IN_HEX_IN_BASE64, inner));
        }
        let inner = str::from_utf8(&bytes)
            .ok()
            .and_then(|inner| STANDARD.decode(inner.trim()).ok());
        if let Some(inner) = inner.filter(|inner| inner.len() >= BLOCK) {
            encodings.push(Made::by(&IN_BASE64_TWICE, inner));
        }
        encodings.push(Made::rightly(bytes));
    } else if let Some(bytes) = other_base64(text) {
        encodings.push(Made::by(&IN_OTHER_BASE64, bytes));
    }
    encodings
}

/// These wrong keys and IVs of this text: the mistakes beside the text's own.
fn with_any_cut(
    material: &Material<'_>,
    text: &Made,
    cuts: &'static [KeyIv],
    bytes: &[u8],
) -> Option<Vec<&'static Mistake>> {
    cuts.iter().find_map(|(mistake, make)| {
        make(material, &text.bytes).into_iter().find_map(|key_iv| {
            let made = if text.mistakes.is_empty() {
                in_any_mode(key_iv, bytes)?
            } else {
                in_cbc(&key_iv, bytes)?
            };
            Some([vec![mistake], made].concat())
        })
    })
}

/// With the right keys, whatever the text is.
fn with_right_keys(material: &Material<'_>, bytes: &[u8]) -> Option<Vec<&'static Mistake>> {
    let cipher = Cipher::new(material.keys.key())?;
    readable(&cbc(&cipher, material.keys.iv(), bytes)?, true)
}

/// With this key and IV in CBC mode: the mistakes of the padding. An empty
/// list is no mistake at all.
fn in_cbc((key, iv): &(Vec<u8>, Vec<u8>), bytes: &[u8]) -> Option<Vec<&'static Mistake>> {
    let cipher = Cipher::new(key)?;
    if iv.len() != BLOCK || bytes.len() < BLOCK {
        return None;
    }
    // The first block says whether the others are worth the work.
    let begin = cbc(&cipher, iv, &bytes[..BLOCK])?;
    if !is_begin(&begin) {
        return None;
    }
    readable(&cbc(&cipher, iv, bytes)?, true)
}

/// The same in any mode.
fn in_any_mode(key_iv: (Vec<u8>, Vec<u8>), bytes: &[u8]) -> Option<Vec<&'static Mistake>> {
    in_cbc(&key_iv, bytes).or_else(|| {
        let (key, iv) = key_iv;
        let cipher = Cipher::new(&key)?;
        let begin = &bytes[..bytes.len().min(BLOCK)];
        MODES.iter().find_map(|(mistake, decrypt)| {
            // The first block says whether the others are worth the work.
            decrypt(&cipher, &iv, begin).filter(|plain| is_begin(plain))?;
            let plain = decrypt(&cipher, &iv, bytes)?;
            let padding = readable(&plain, false)?;
            Some([vec![mistake], padding].concat())
        })
    })
}

/// GCM with the right key and IV, the tag at the end or left out.
fn in_gcm(material: &Material<'_>, bytes: &[u8]) -> Option<Vec<&'static Mistake>> {
    let (key, long) = (material.keys.key(), material.keys.iv());
    let short = long.first_chunk::<12>()?;
    let opened = AesGcm::<Aes128, U16>::new(key.into())
        .decrypt(long.into(), bytes)
        .or_else(|_| AesGcm::<Aes128, U12>::new(key.into()).decrypt(short.into(), bytes));
    let plain = opened.ok().or_else(|| {
        // Without its tag it is CTR, from the counter that GCM makes of 12 bytes.
        let cipher = Cipher::new(key)?;
        let counter: [u8; BLOCK] = padded(short.to_vec(), BLOCK).try_into().ok()?;
        let mut counter = u128::from_be_bytes(counter) + 1;
        Some(stream(bytes, |_| {
            counter = counter.wrapping_add(1);
            cipher.encrypt(&counter.to_be_bytes())
        }))
    })?;
    let padding = readable(&plain, false).filter(|_| is_begin(&plain))?;
    Some([vec![&GCM], padding].concat())
}

/// With this key and an IV that isn't known: all but the first block reads.
fn with_other_iv(text: &Made, bytes: &[u8]) -> Option<Vec<&'static Mistake>> {
    let cipher = Cipher::new(&first(&text.bytes, 16))?;
    let plain = cbc(&cipher, &[0; BLOCK], bytes)?;
    let rest = plain.get(BLOCK..).filter(|rest| rest.len() > BLOCK)?;
    let padding = readable(rest, true)?;
    let iv = if rest.starts_with(b"{") {
        &IV_IN_FRONT
    } else {
        &IV_OTHER
    };
    Some([text.mistakes.clone(), vec![iv], padding].concat())
}

/// Whether this is a plain text with its padding; the mistakes of padding.
fn readable(padded: &[u8], must_be_padded: bool) -> Option<Vec<&'static Mistake>> {
    let &count = padded.last()?;
    let (text, padding) = padded.split_at(padded.len().saturating_sub(usize::from(count)));
    let is_sized = (1..=16).contains(&count);
    if is_sized && padding.iter().all(|byte| *byte == count) && is_text(text) {
        return Some(Vec::new());
    }
    let mistake = match padded.trim_ascii_end() {
        text if padded.ends_with(b"}") && is_text(text) => &PADDING_NONE,
        text if padded.ends_with(b" ") && is_text(text) => &PADDING_BLANK,
        _ if count == 0 && is_text(trim_nuls(padded)) => &PADDING_ZERO,
        _ if is_sized && is_text(trim_nuls(text)) => &PADDING_OTHER,
        _ if trim_nuls(padded).strip_suffix(b"\x80").is_some_and(is_text) => &PADDING_OTHER,
        text if is_text(text) => &PADDING_NONE,
        _ => return None,
    };
    // The other modes need none.
    let counts = must_be_padded || *mistake != PADDING_NONE;
    Some(if counts { vec![mistake] } else { Vec::new() })
}

/// Whether JSON begins so, in any charset.
fn is_begin(plain: &[u8]) -> bool {
    let begin: Vec<u8> = plain
        .iter()
        .copied()
        .take(BLOCK)
        .filter(|byte| *byte != 0)
        .collect();
    let boms: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let begin = boms
        .iter()
        .find_map(|bom| begin.strip_prefix(*bom))
        .unwrap_or(&begin);
    begin.trim_ascii_start().starts_with(b"{")
}

fn trim_nuls(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    &bytes[..end]
}

/// Text, and long enough not to be one by chance.
fn is_text(bytes: &[u8]) -> bool {
    bytes.len() >= BLOCK && plain::is_text(bytes)
}

/// OpenSSL's `EVP_BytesToKey` with one round and no salt: 48 bytes.
fn stretched(hash: fn(&[u8]) -> Vec<u8>, password: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut block = Vec::new();
    while bytes.len() < 48 {
        block = hash(&[block.as_slice(), password].concat());
        bytes.extend_from_slice(&block);
    }
    bytes
}

fn padded(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    if bytes.len() < length {
        bytes.resize(length, 0);
    }
    bytes
}
