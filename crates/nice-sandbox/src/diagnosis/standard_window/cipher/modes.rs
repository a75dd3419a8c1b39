//! The modes that clients use in place of CBC.

use super::super::{
    aes_modes::{BLOCK, Cipher, stream},
    mistake::{Mistake, mistake},
};

/// Another mode than CBC: the plain text, with its padding.
type Mode = (Mistake, fn(&Cipher, &[u8], &[u8]) -> Option<Vec<u8>>);

pub(super) const MODES: [Mode; 5] = [
    (
        mistake(
            "mode_ecb",
            "CBC가 아니라 ECB로 암호화했습니다 (Java의 \"AES\"는 ECB입니다: \"AES/CBC/PKCS5Padding\").",
            "It was encrypted in ECB mode, not CBC (Java's plain \"AES\" is ECB: use \"AES/CBC/PKCS5Padding\").",
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
            Some(plain.collect())
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
