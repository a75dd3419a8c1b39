//! What is wrong with a cipher text that came with the right integrity value
//! and can't be read. Right is `base64(AES-128-CBC-PKCS7(key, iv, JSON))`.

mod keys;
mod modes;
mod padding;

use aes::{Aes128, cipher::KeyInit};
use aes_gcm::{
    AesGcm,
    aead::{
        Aead,
        consts::{U12, U16},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    aes_modes::{BLOCK, Cipher, cbc, stream},
    derivation::texts_of,
    encoding::{first, from_hex, last, other_base64, padded},
    material::Material,
    mistake::{Made, Mistake, mistake},
};
use crate::browser::fault::Fault;
use keys::{KEY_IVS, KeyIv};
use modes::MODES;
use padding::{is_begin, readable};

/// How many of the wrong keys and IVs are tried with wrong texts, too.
const FEW: usize = 6;
/// How many are tried before the wrong texts; the others are cuts at any
/// place, which may be a wrong text's right ones.
const NAMED: usize = 9;
/// Wrong keys are looked for in cipher texts up to this length.
const LONG: usize = 16 * 1024;

const GCM: Mistake = mistake(
    "mode_gcm",
    "CBC가 아니라 GCM으로 암호화했습니다.",
    "It was encrypted in GCM mode, not CBC.",
);
const IN_HEX: Mistake = mistake(
    "cipher_in_hex",
    "enc_data를 16진수로 적었습니다 (enc_data in hexadecimal). base64여야 합니다.",
    "enc_data is in hexadecimal; it must be base64.",
);
const IN_HEX_IN_BASE64: Mistake = mistake(
    "cipher_in_hex_in_base64",
    "암호문의 16진수 글자를 base64로 바꿨습니다. 바이트 자체를 바꿔야 합니다.",
    "The hexadecimal text of the cipher text was base64-encoded; encode its bytes.",
);
const IN_OTHER_BASE64: Mistake = mistake(
    "cipher_in_other_base64",
    "enc_data가 표준 base64가 아니라 URL-safe 이거나 = 가 빠진 base64입니다.",
    "enc_data is not standard base64 but URL-safe or unpadded.",
);
const IN_BASE64_TWICE: Mistake = mistake(
    "cipher_in_base64_twice",
    "암호문을 base64로 두 번 바꿨습니다 (PHP openssl_encrypt는 OPENSSL_RAW_DATA가 없으면 이미 base64입니다).",
    "The cipher text was base64-encoded twice (PHP: openssl_encrypt already returns base64, unless OPENSSL_RAW_DATA is set).",
);
const IV_IN_FRONT: Mistake = mistake(
    "iv_in_front",
    "IV를 따로 만들어 암호문 앞에 붙였습니다. IV는 뒤 16자이고 보내지 않습니다.",
    "The client put its own IV in front of the cipher text; the IV is the last 16 characters and is not sent.",
);
const IV_OTHER: Mistake = mistake(
    "iv_other",
    "키는 맞지만 IV가 다릅니다. IV는 뒤 16자의 글자 그대로입니다.",
    "The key is right, but the IV is wrong; it is the last 16 characters, used as bytes.",
);

const FIX: [&str; 2] = [
    "enc_data = base64(AES-128-CBC-PKCS7(키 = 앞 16자, IV = 뒤 16자)). 글자를 그대로 바이트로 쓰고 base64로 풀지 마세요.",
    "enc_data = base64(AES-128-CBC-PKCS7(key = the first 16 characters, IV = the last 16)). Use the characters themselves as bytes; don't base64-decode them.",
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
                "The cipher text begins with “Salted__”: CryptoJS and openssl enc -pass treat a string as a passphrase and derive another key with a random salt.",
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
                    "The integrity value is right, but the cipher text can't be decrypted: key, IV, CBC mode or PKCS7 padding differs.",
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

/// The mistake in how the text is written, as far as the text alone shows it.
pub(super) fn writing(enc_data: &str) -> Option<Fault> {
    let encodings = encodings(enc_data);
    let wrong = encodings.iter().find(|made| !made.mistakes.is_empty())?;
    // Base64 in base64 reads rightly, too.
    Some(told(&wrong.mistakes))
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
