//! What clients compute in place of HMAC-SHA256.

use hmac::Hmac;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::super::{
    encoding::Variants,
    mac::{hmac256, mac},
    mistake::{Mistake, mistake},
};

/// The function of key and message.
type Function = (Mistake, fn(&[u8], &[u8]) -> Variants);

pub(super) const FUNCTIONS: [Function; 5] = [
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
                mac::<Hmac<Sha384>>(key, message),
                hmac256(key, message).into_iter().take(16).collect(),
            ]
        },
    ),
];
