//! What is wrong with an integrity value that doesn't match. Right is
//! `base64(HMAC-SHA256(hmac_key, enc_data))`.

mod functions;
mod keys;
mod messages;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    derivation::texts_of,
    encoding::{first, from_hex, other_base64},
    mac::hmac256,
    material::Material,
    mistake::{MOST, Made, Mistake, mistake},
};
use crate::browser::fault::Fault;
use functions::FUNCTIONS;
use keys::KEYS;
use messages::MESSAGES;

/// Two mistakes at once are looked for in texts up to this length, so that
/// a search takes no longer than a person waits.
const LONG: usize = 4096;

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

const FIX: [&str; 2] = [
    "integrity_value = base64(HMAC-SHA256(키 = hmac_key, 메시지 = enc_data 문자열)), hmac_key는 base64(SHA-256(req_dtim + req_no + token_val))의 앞 32자입니다.",
    "integrity_value = base64(HMAC-SHA256(key = hmac_key, message = the text of enc_data)), where hmac_key is the first 32 characters of base64(SHA-256(req_dtim + req_no + token_val)).",
];
const TITLE: [&str; 2] = [
    "무결성 값이 맞지 않습니다",
    "The integrity value does not match",
];

/// The fault that names the mistakes, if they are known ones.
pub(super) fn fault(material: &Material<'_>, enc_data: &str, integrity_value: &str) -> Fault {
    let found = mistakes(material, enc_data, integrity_value).unwrap_or_default();
    let Some((first, more)) = found.split_first() else {
        return Fault::new(
            "integrity_mismatch",
            TITLE,
            [
                "알려진 실수와는 다릅니다. 다른 키를 썼거나, req_dtim·req_no·token_val 중 하나가 요청 때와 다르거나, 전송 중에 값이 바뀌었습니다.",
                "This is none of the known mistakes: the keys are different; or req_dtim, req_no or token_val differs from the crypto-token call; or a value was changed on the way.",
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

/// The mistake in how the value is written, as far as the value alone shows it.
pub(super) fn writing(integrity_value: &str) -> Option<Fault> {
    let writings = writings(integrity_value);
    let (_, mistake) = writings.iter().find(|(bytes, _)| bytes.len() == 32)?;
    let mistake = (*mistake)?;
    Some(Fault::new(mistake.code, TITLE, mistake.wrong, FIX))
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

/// Empty if the right keys don't read it.
fn plain_text(material: &Material<'_>, enc_data: &str) -> Vec<u8> {
    let keys = &material.keys;
    let text = STANDARD.encode(*keys.digest());
    let right = STANDARD.encode(hmac256(&text.as_bytes()[..32], enc_data.as_bytes()));
    nice_crypto::open(keys, enc_data, &right)
        .map(|plain| plain.to_vec())
        .unwrap_or_default()
}
