//! What to tell the caller about a sealing that went wrong.

use super::diagnosis::{Diagnosis, say};
use super::mistake::Mistake;

const MEND_MAC: [&str; 2] = [
    "integrity_value = base64(HMAC-SHA256(키 = hmac_key, 메시지 = enc_data 문자열)), hmac_key는 base64(SHA-256(req_dtim + req_no + token_val))의 앞 32자입니다.",
    "integrity_value = base64(HMAC-SHA256(key = hmac_key, message = the text of enc_data)), where hmac_key is the first 32 characters of base64(SHA-256(req_dtim + req_no + token_val)).",
];

const MEND_CIPHER: [&str; 2] = [
    "enc_data = base64(AES-128-CBC-PKCS7(키 = 앞 16자, IV = 뒤 16자)). 글자를 그대로 바이트로 쓰고 base64로 풀지 마세요.",
    "enc_data = base64(AES-128-CBC-PKCS7(key = the first 16 characters, IV = the last 16)). Take the characters themselves as bytes; don't base64-decode them.",
];

pub(super) fn integrity(mistake: Option<Mistake>) -> Diagnosis {
    let (title, wrong): ([&str; 2], [&str; 2]) = match mistake {
        Some(Mistake::MacArgumentsSwapped) => (
            ["HMAC 인자가 뒤바뀌었습니다", "HMAC arguments swapped"],
            [
                "enc_data를 키로, hmac_key를 메시지로 넣었습니다.",
                "enc_data went in as the key and hmac_key as the message.",
            ],
        ),
        Some(Mistake::MacOverCipherBytes) => (
            [
                "HMAC을 암호문 바이트로 계산했습니다",
                "HMAC over the raw cipher bytes",
            ],
            [
                "base64로 바꾸기 전의 바이트로 계산했습니다. base64 문자열로 계산해야 합니다.",
                "It was computed over the bytes before base64; it belongs over the base64 text.",
            ],
        ),
        Some(Mistake::MacOverPlainText) => (
            ["HMAC을 평문으로 계산했습니다", "HMAC over the plain text"],
            [
                "암호화 전의 JSON으로 계산했습니다. enc_data 문자열로 계산해야 합니다.",
                "It was computed over the JSON; it belongs over the text of enc_data.",
            ],
        ),
        Some(
            Mistake::MacKeyLast32
            | Mistake::MacKeyFirst16
            | Mistake::MacKeyLast16
            | Mistake::MacKeyAll
            | Mistake::MacKeyRawDigest,
        ) => return wrong_key(mistake),
        Some(Mistake::MacWithoutKey) => (
            [
                "HMAC이 아니라 SHA-256입니다",
                "A plain SHA-256, not an HMAC",
            ],
            [
                "키 없이 SHA-256만 계산했습니다.",
                "The value is a SHA-256 without any key.",
            ],
        ),
        Some(Mistake::MacInHex) => (
            ["HMAC이 16진수입니다", "HMAC in hexadecimal"],
            [
                "값은 맞지만 16진수로 적었습니다.",
                "The value is right but written in hexadecimal.",
            ],
        ),
        Some(Mistake::MacInHexInBase64) => (
            [
                "HMAC의 16진수 글자를 base64로 바꿨습니다",
                "Base64 of the HMAC's hexadecimal text",
            ],
            [
                "16진수 문자열이 아니라 32바이트 자체를 base64로 바꿔야 합니다 (PHP hash_hmac은 네 번째 인자 true).",
                "Base64 belongs on the 32 bytes, not on their hexadecimal text (PHP: the fourth argument of hash_hmac is true).",
            ],
        ),
        Some(Mistake::MacInOtherBase64) => (
            ["표준 base64가 아닙니다", "Not standard base64"],
            [
                "값은 맞지만 URL-safe 이거나 = 가 빠진 base64입니다.",
                "The value is right, but in URL-safe or unpadded base64.",
            ],
        ),
        _ => (
            [
                "무결성 값이 맞지 않습니다",
                "The integrity value does not match",
            ],
            [
                "알려진 실수와는 다릅니다. 다른 토큰의 키를 썼거나, req_dtim·req_no·token_val 중 하나가 요청 때와 다르거나, 전송 중에 값이 바뀌었습니다.",
                "It is none of the known mistakes: the keys are another token's; or req_dtim, req_no or token_val differ from the crypto-token call; or a value changed on the way.",
            ],
        ),
    };
    say(title, wrong, MEND_MAC)
}

fn wrong_key(mistake: Option<Mistake>) -> Diagnosis {
    let wrong = match mistake {
        Some(Mistake::MacKeyLast32) => [
            "뒤 32자를 키로 썼습니다. 앞 32자여야 합니다.",
            "The last 32 characters served as the key; it is the first 32.",
        ],
        Some(Mistake::MacKeyFirst16) => [
            "앞 16자(AES 키)를 키로 썼습니다. 앞 32자여야 합니다.",
            "The first 16 characters (the AES key) served as the key; it is the first 32.",
        ],
        Some(Mistake::MacKeyLast16) => [
            "뒤 16자(IV)를 키로 썼습니다. 앞 32자여야 합니다.",
            "The last 16 characters (the IV) served as the key; it is the first 32.",
        ],
        Some(Mistake::MacKeyAll) => [
            "44자 전체를 키로 썼습니다. 앞 32자여야 합니다.",
            "All 44 characters served as the key; it is the first 32.",
        ],
        _ => [
            "base64로 바꾸기 전의 해시 32바이트를 키로 썼습니다. base64 문자열의 앞 32자여야 합니다.",
            "The digest's 32 raw bytes served as the key; it is the first 32 characters of their base64.",
        ],
    };
    say(
        ["HMAC 키를 잘못 잘랐습니다", "HMAC key from the wrong slice"],
        wrong,
        MEND_MAC,
    )
}

pub(super) fn cipher(mistake: Option<Mistake>) -> Diagnosis {
    let (title, wrong): ([&str; 2], [&str; 2]) = match mistake {
        Some(Mistake::CipherInHex) => (
            ["enc_data가 16진수입니다", "enc_data in hexadecimal"],
            [
                "암호문을 16진수로 적었습니다. base64여야 합니다.",
                "The cipher text is in hexadecimal; it must be base64.",
            ],
        ),
        Some(Mistake::CipherInOtherBase64) => (
            [
                "enc_data가 표준 base64가 아닙니다",
                "enc_data is not standard base64",
            ],
            [
                "URL-safe 이거나 = 가 빠진 base64입니다.",
                "It is URL-safe or unpadded base64.",
            ],
        ),
        Some(Mistake::KeyAndIvSwapped) => (
            ["키와 IV가 뒤바뀌었습니다", "Key and IV swapped"],
            [
                "뒤 16자를 키로, 앞 16자를 IV로 썼습니다.",
                "The last 16 characters served as the key and the first 16 as the IV.",
            ],
        ),
        Some(Mistake::IvIsKey) => (
            ["IV로 키를 썼습니다", "The key served as IV"],
            [
                "앞 16자를 키와 IV로 함께 썼습니다. IV는 뒤 16자입니다.",
                "The first 16 characters served as both; the IV is the last 16.",
            ],
        ),
        Some(Mistake::IvIsZero) => (
            ["IV가 0입니다", "The IV is all zeros"],
            [
                "IV를 0으로 채웠습니다. IV는 뒤 16자입니다.",
                "Sixteen zero bytes served as the IV; it is the last 16 characters.",
            ],
        ),
        Some(Mistake::Aes256) => (
            ["AES-256을 썼습니다", "AES-256 instead of AES-128"],
            [
                "32자를 키로 썼습니다. 앞 16자, AES-128이어야 합니다.",
                "32 characters served as the key; it is the first 16, for AES-128.",
            ],
        ),
        _ => (
            ["복호화되지 않습니다", "The cipher text does not decrypt"],
            [
                "무결성 값은 맞지만 암호문을 풀 수 없습니다. 키, IV, CBC 모드, PKCS7 패딩 중 하나가 다릅니다.",
                "The integrity value fits, but the cipher text can't be read: key, IV, CBC mode or PKCS7 padding differ.",
            ],
        ),
    };
    say(title, wrong, MEND_CIPHER)
}

pub(super) fn not_json(begins: &str) -> Diagnosis {
    say(
        ["평문이 JSON이 아닙니다", "The plain text is not JSON"],
        [
            &format!("풀린 글은 이렇게 시작합니다: {begins}"),
            &format!("The decrypted text begins with: {begins}"),
        ],
        [
            "{\"requestno\":\"…\",\"returnurl\":\"…\",\"sitecode\":\"…\"} 같은 JSON 객체를 암호화하세요. 옛 CheckPlus의 “7:REQ_SEQ…” 형식은 쓰지 않습니다.",
            "Seal a JSON object such as {\"requestno\":\"…\",\"returnurl\":\"…\",\"sitecode\":\"…\"}, not old CheckPlus's “7:REQ_SEQ…” text.",
        ],
    )
}
