//! How clients hash, and write the hash, in place of base64 of SHA-256.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::super::{
    encoding::{Variants, hex, latin1, texts},
    mac::hmac256,
    material::Material,
    mistake::{Mistake, mistake},
};

/// A mistake in the hash.
type Hash = (Mistake, fn(&Material<'_>) -> Variants);

/// A mistake in how the hash is written.
type Writing = (Mistake, fn(&[u8]) -> Variants);

pub(super) const HASHES: [Hash; 5] = [
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

pub(super) const WRITINGS: [Writing; 7] = [
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
