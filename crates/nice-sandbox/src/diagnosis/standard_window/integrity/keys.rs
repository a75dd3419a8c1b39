//! The keys that clients use in place of the first 32 characters.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::super::{
    encoding::{Variants, first, hex, last},
    material::Material,
    mistake::{Mistake, mistake},
};

/// A key, cut from the text that all keys are cut from, or another value.
type Key = (Mistake, fn(&Material<'_>, &[u8]) -> Variants);

pub(super) const KEYS: [Key; 10] = [
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
