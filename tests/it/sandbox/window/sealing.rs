//! What the window says about values that were sealed in a wrong way.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use member_verification::crypto::Sealed;
use sha2::{Digest, Sha256};

use super::{client::shop, faults::refused};
use crate::support::by_the_book::{aes, hmac_bytes as hmac};

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[tokio::test]
async fn each_wrong_integrity_value_is_recognised() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let enc_data = session.seal(&[]).enc_data;
    let (text, message) = (session.text.as_bytes(), enc_data.as_bytes());
    let bytes = STANDARD.decode(&enc_data).unwrap();
    let plain = serde_json::to_vec(&session.fields(&[])).unwrap();
    let right = hmac(&text[..32], message);
    let raw = STANDARD.decode(text).unwrap();
    let base64 = |bytes: Vec<u8>| STANDARD.encode(bytes);
    let slice = "HMAC key from the wrong slice";
    for (integrity_value, fault, title) in [
        (
            base64(hmac(message, &text[..32])),
            "hmac_arguments_swapped",
            "HMAC arguments swapped",
        ),
        (
            base64(hmac(&text[..32], &bytes)),
            "hmac_over_cipher_bytes",
            "raw cipher bytes",
        ),
        (
            base64(hmac(&text[..32], &plain)),
            "hmac_over_plain_text",
            "over the plain text",
        ),
        (
            base64(hmac(&text[12..], message)),
            "hmac_key_last_32",
            slice,
        ),
        (
            base64(hmac(&text[..16], message)),
            "hmac_key_first_16",
            slice,
        ),
        (
            base64(hmac(&text[28..], message)),
            "hmac_key_last_16",
            slice,
        ),
        (base64(hmac(text, message)), "hmac_key_all_44", slice),
        (base64(hmac(&raw, message)), "hmac_key_raw_digest", slice),
        (
            base64(Sha256::digest(message).to_vec()),
            "hmac_without_key",
            "not an HMAC",
        ),
        (hex(&right), "hmac_in_hex", "HMAC in hexadecimal"),
        (
            hex(&right).to_uppercase(),
            "hmac_in_hex",
            "HMAC in hexadecimal",
        ),
        (
            STANDARD.encode(hex(&right)),
            "hmac_in_hex_in_base64",
            "hexadecimal text",
        ),
        (
            URL_SAFE_NO_PAD.encode(&right),
            "hmac_in_other_base64",
            "Not standard base64",
        ),
        // Wrong and in hexadecimal: the wrong is told.
        (
            hex(&hmac(message, &text[..32])),
            "hmac_arguments_swapped",
            "HMAC arguments swapped",
        ),
        (base64(vec![7; 32]), "integrity_mismatch", "does not match"),
        (
            "nonsense".to_owned(),
            "integrity_mismatch",
            "does not match",
        ),
    ] {
        let sealed = Sealed {
            enc_data: enc_data.clone(),
            integrity_value,
        };
        refused(&shop, &session, sealed, fault, title).await;
    }
}

#[tokio::test]
async fn each_wrong_cipher_text_is_recognised() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let plain = serde_json::to_vec(&session.fields(&[])).unwrap();
    let text = session.text.as_bytes();
    let (key, iv) = (&text[..16], &text[28..]);
    let right = aes(key, iv, &plain);
    let aes256 =
        cbc::Encryptor::<aes::Aes256>::new(text[..32].try_into().unwrap(), iv.try_into().unwrap())
            .encrypt_padded_vec::<Pkcs7>(&plain);
    for (enc_data, fault, title) in [
        (hex(&right), "cipher_in_hex", "enc_data in hexadecimal"),
        (
            STANDARD.encode(aes(iv, key, &plain)),
            "key_and_iv_swapped",
            "Key and IV swapped",
        ),
        (
            STANDARD.encode(aes(key, key, &plain)),
            "iv_is_key",
            "The key served as IV",
        ),
        (
            STANDARD.encode(aes(key, &[0; 16], &plain)),
            "iv_is_zero",
            "all zeros",
        ),
        (STANDARD.encode(aes256), "aes_256", "AES-256"),
        (
            STANDARD.encode(&right[..right.len() - 1]),
            "cipher_unreadable",
            "does not decrypt",
        ),
        ("****".to_owned(), "cipher_unreadable", "does not decrypt"),
        (
            STANDARD.encode(aes(key, iv, b"7:REQ_SEQ3:abc")),
            "not_json",
            "is not JSON",
        ),
        (
            STANDARD.encode(aes(key, iv, b"[]")),
            "not_json",
            "is not JSON",
        ),
    ] {
        // The integrity value is right each time.
        let integrity_value = STANDARD.encode(hmac(&text[..32], enc_data.as_bytes()));
        let sealed = Sealed {
            enc_data,
            integrity_value,
        };
        refused(&shop, &session, sealed, fault, title).await;
    }
    let url_safe = URL_SAFE_NO_PAD.encode(aes(key, iv, &[b' '; 50]));
    let integrity_value = STANDARD.encode(hmac(&text[..32], url_safe.as_bytes()));
    let sealed = Sealed {
        enc_data: url_safe,
        integrity_value,
    };
    refused(
        &shop,
        &session,
        sealed,
        "cipher_in_other_base64",
        "not standard base64",
    )
    .await;
}
