use aes::Aes128;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use hmac::{Hmac, KeyInit, Mac};
use member_verification::crypto::Sealed;
use reqwest::{Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::client::{SERVICE, Session, Shop, form, shop};

/// That it was refused so, in both languages.
async fn assert_fault(answer: Response, status: u16, fault: &str, title: &str) {
    assert_eq!(answer.status().as_u16(), status, "{fault}");
    assert_eq!(answer.headers()["x-sandbox-fault"], fault);
    assert_eq!(answer.headers()["x-nice-environment"], "sandbox");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let html = answer.text().await.unwrap();
    assert!(html.contains(title), "{fault}: {html}");
    assert!(html.contains("이렇게 고치세요") && html.contains("How to mend it"));
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key)
        .unwrap()
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn aes(key: &[u8], iv: &[u8], plain: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes128>::new(key.try_into().unwrap(), iv.try_into().unwrap())
        .encrypt_padded_vec::<Pkcs7>(plain)
}

async fn refused(shop: &Shop, session: &Session, sealed: Sealed, fault: &str, title: &str) {
    let more = [("sandbox_persona", "hong")];
    let answer = shop.open(session, &sealed, &more).await;
    assert_fault(answer, 400, fault, title).await;
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

#[tokio::test]
async fn each_field_that_breaks_a_rule_is_named() {
    let shop = shop().await;
    let (long, longer) = ("x".repeat(30), "x".repeat(31));
    for (field, value, fault, title) in [
        ("requestno", "", "field_missing", "requestno"),
        (
            "requestno",
            longer.as_str(),
            "field_too_long",
            "the limit is 30",
        ),
        ("sitecode", "", "field_missing", "sitecode"),
        (
            "sitecode",
            "EXAMPLE00001",
            "sitecode_mismatch",
            "EXAMPLE00001",
        ),
        ("authtype", "Z", "field_value", "M, C, X, U, F, S"),
        ("mobilceco", "SKT", "field_value", "S, K, L"),
        ("methodtype", "put", "field_value", "get, post"),
        ("popupyn", "yes", "field_value", "Y, N"),
        (
            "businessno",
            "12345678901",
            "field_too_long",
            "the limit is 10",
        ),
    ] {
        let session = shop.session("request-1").await;
        let sealed = session.seal(&[(field, value)]);
        refused(&shop, &session, sealed, fault, title).await;
    }
    let session = shop.session("request-1").await;
    let mut fields = session.fields(&[]);
    fields.insert("requestno".to_owned(), 7.into());
    let sealed = session.seal_text(&serde_json::to_string(&fields).unwrap());
    refused(&shop, &session, sealed, "field_not_text", "Not a string").await;
    // The limits themselves and empty optional fields pass.
    let optional = [
        ("requestno", long.as_str()),
        ("authtype", ""),
        ("mobilceco", ""),
        ("popupyn", ""),
        ("businessno", ""),
        ("receivedata", ""),
    ];
    let more = [("sandbox_persona", "hong")];
    let answer = shop.open(&session, &session.seal(&optional), &more).await;
    assert_eq!(answer.status(), StatusCode::FOUND);
}

#[tokio::test]
async fn each_wrong_call_is_named() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let whole = form(&session, &session.seal(&[]), &[]);
    for name in ["m", "token_version_id", "enc_data", "integrity_value"] {
        let without = whole.replace(&format!("{name}="), "unknown=");
        let without = if name == "m" {
            without.replacen("unknown=", "x=", 1)
        } else {
            without
        };
        let answer = shop.post(SERVICE, &without).await;
        assert_fault(answer, 400, "parameter_missing", name).await;
    }
    for (from, to, fault, title) in [
        (
            "m=service",
            "m=checkplusService",
            "not_service",
            "checkplusService",
        ),
        ("enc_data=", "enc_data=%252B", "encoded_twice", "enc_data"),
        (
            "enc_data=",
            "enc_data=AAAA%0D%0A",
            "line_breaks",
            "line breaks",
        ),
    ] {
        let answer = shop.post(SERVICE, &whole.replace(from, to)).await;
        assert_fault(answer, 400, fault, title).await;
    }
    let answer = shop
        .http
        .post(format!("{}{SERVICE}", shop.base_url))
        .header("Content-Type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_fault(answer, 400, "not_a_form", "application/json").await;
}

#[tokio::test]
async fn an_unknown_or_expired_token_is_not_found() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let whole = form(&session, &session.seal(&[]), &[]);
    let unknown = whole.replace(&session.token_version_id, "20260101000000-XX-1");
    let answer = shop.post(SERVICE, &unknown).await;
    assert_fault(answer, 404, "token_unknown", "Unknown token").await;
    shop.pass(3_599);
    assert_eq!(shop.post(SERVICE, &whole).await.status(), StatusCode::OK);
    shop.pass(1);
    let answer = shop.post(SERVICE, &whole).await;
    assert_fault(answer, 404, "token_expired", "11:02:03").await;
}

#[tokio::test]
async fn the_sandboxs_own_parameters_are_checked() {
    let shop = shop().await;
    for (more, fault, lists) in [
        (
            ("sandbox_persona", "nobody"),
            "persona_unknown",
            "hong, pyeop, rare",
        ),
        (
            ("sandbox_outcome", "sucess"),
            "outcome_unknown",
            "tamper_token",
        ),
        (
            ("sandbox_outcom", "fail"),
            "sandbox_parameter_unknown",
            "sandbox_outcome",
        ),
    ] {
        let session = shop.session("request-1").await;
        let answer = shop.open(&session, &session.seal(&[]), &[more]).await;
        assert_fault(answer, 400, fault, lists).await;
    }
}

#[tokio::test]
async fn what_the_caller_sent_is_shown_as_text() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let sealed = session.seal(&[("sitecode", "<b>\"'&")]);
    let html = shop
        .open(&session, &sealed, &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(!html.contains("<b>\""));
    assert!(html.contains("&#60;b&#62;"));
}
