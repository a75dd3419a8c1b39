//! The keys and IVs that clients cut from the right text.

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use sha2::{Digest, Sha256};

use super::super::{
    aes_modes::BLOCK,
    encoding::{first, from_hex, last, padded},
    material::Material,
    mistake::{Mistake, mistake},
};

/// A wrong key and IV, from the text that all keys are cut from.
pub(super) type KeyIv = (Mistake, fn(&Material<'_>, &[u8]) -> Vec<(Vec<u8>, Vec<u8>)>);

pub(super) const KEY_IVS: [KeyIv; 11] = [
    (
        mistake(
            "key_and_iv_swapped",
            "키와 IV가 뒤바뀌었습니다: 뒤 16자를 키로, 앞 16자를 IV로 썼습니다.",
            "Key and IV are swapped: the last 16 characters were used as the key and the first 16 as the IV.",
        ),
        |_, text| vec![(last(text, 16), first(text, 16))],
    ),
    (
        mistake(
            "iv_is_key",
            "IV로 키를 썼습니다. IV는 뒤 16자입니다.",
            "The key was also used as the IV; the IV is the last 16 characters.",
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
            "The last 16 characters were used as the key; the key is the first 16.",
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
            "AES-256 or AES-192 was used; use AES-128 with the first 16 characters.",
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
            "The digest's raw bytes were used as the key; use the characters of its base64 as the key's bytes.",
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
            "The characters of key or IV were decoded as base64 or hexadecimal; use the characters themselves as bytes.",
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
            "The key was passed as a password (Node's createCipher, openssl enc -nosalt): use createCipheriv, or -K.",
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
            "Another value (such as token_val, req_no or the client's secret) was used as the key; the key is the first 16 characters of the digest's base64.",
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
            "The IV was cut at the wrong place; it is the last 16 characters.",
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
            "The key was cut at the wrong place; it is the first 16 characters.",
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
