//! What the window says about values that were sealed in a wrong way: each
//! known mistake is made here by hand, apart from the sandbox's own code.

use aes::{
    Aes128,
    cipher::{BlockCipherEncrypt, KeyInit as _},
};
use aes_gcm::{
    AesGcm,
    aead::{Aead, consts::U16},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use member_verification::crypto::Sealed;
use sha2::{Digest, Sha256, Sha512};

use super::client::{Session, Shop, shop};
use crate::support::by_the_book::{aes, hmac_bytes as hmac};

const REQ_DTIM: &str = "20260302100203";
const REQ_NO: &str = "token-1";

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// The name of the fault, and the page.
async fn refusal(shop: &Shop, session: &Session, sealed: &Sealed) -> (String, String) {
    let answer = shop
        .open(session, sealed, &[("sandbox_persona", "hong")])
        .await;
    let fault = answer.headers().get("x-sandbox-fault");
    let fault = fault.map_or("none", |fault| fault.to_str().unwrap());
    (fault.to_owned(), answer.text().await.unwrap())
}

#[tokio::test]
async fn each_wrong_integrity_value_is_recognised() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let enc_data = session.seal(&[]).enc_data;
    let (text, message) = (session.text.as_bytes(), enc_data.as_bytes());
    let bytes = STANDARD.decode(&enc_data).unwrap();
    let plain = serde_json::to_vec(&session.fields(&[])).unwrap();
    let key = &text[..32];
    let right = hmac(key, message);
    let raw = STANDARD.decode(text).unwrap();
    let percent: String = url::form_urlencoded::byte_serialize(message).collect();
    let utf16: Vec<u8> = enc_data.bytes().flat_map(|byte| [byte, 0]).collect();
    let both = [message, key].concat();
    for (integrity_value, fault) in [
        (base64(hmac(message, key)), "hmac_arguments_swapped"),
        (base64(hmac(key, &bytes)), "hmac_over_cipher_bytes"),
        (
            base64(hmac(key, hex(&bytes).as_bytes())),
            "hmac_over_cipher_bytes",
        ),
        (base64(hmac(key, &plain)), "hmac_over_plain_text"),
        (
            base64(hmac(key, percent.as_bytes())),
            "hmac_over_url_encoded",
        ),
        (
            base64(hmac(key, format!("{enc_data}\n").as_bytes())),
            "hmac_over_changed_text",
        ),
        (base64(hmac(key, &utf16)), "hmac_over_utf16"),
        (
            base64(hmac(
                key,
                format!("{}{enc_data}", session.token_version_id).as_bytes(),
            )),
            "hmac_over_more",
        ),
        (
            base64(hmac(key, session.token_version_id.as_bytes())),
            "hmac_over_other_value",
        ),
        (base64(hmac(&text[12..], message)), "hmac_key_last_32"),
        (base64(hmac(&text[..16], message)), "hmac_key_first_16"),
        (base64(hmac(&text[28..], message)), "hmac_key_last_16"),
        (base64(hmac(text, message)), "hmac_key_all_44"),
        (base64(hmac(&text[6..38], message)), "hmac_key_wrong_slice"),
        (base64(hmac(&raw, message)), "hmac_key_raw_digest"),
        (base64(hmac(&raw[..24], message)), "hmac_key_decoded"),
        (
            base64(hmac(hex(key).as_bytes(), message)),
            "hmac_key_encoded",
        ),
        (
            base64(hmac(REQ_NO.as_bytes(), message)),
            "hmac_key_other_value",
        ),
        (base64(hmac(b"secret", message)), "hmac_key_other_value"),
        (base64(hmac(b"undefined", message)), "hmac_key_empty"),
        (base64(Sha256::digest(message)), "hmac_without_key"),
        (base64(Sha256::digest(&both)), "hmac_hash_of_both"),
        (hex(&right), "hmac_in_hex"),
        (hex(&right).to_uppercase(), "hmac_in_hex"),
        (base64(hex(&right)), "hmac_in_hex_in_base64"),
        (base64(base64(&right)), "hmac_in_base64_twice"),
        (URL_SAFE_NO_PAD.encode(&right), "hmac_in_other_base64"),
        // Wrong and in hexadecimal: the wrong is told first.
        (hex(&hmac(message, key)), "hmac_arguments_swapped"),
        // Two at once.
        (base64(hmac(&text[..16], &bytes)), "hmac_key_first_16"),
        (base64([7; 32]), "integrity_mismatch"),
        ("nonsense".to_owned(), "integrity_mismatch"),
    ] {
        let sealed = Sealed {
            enc_data: enc_data.clone(),
            integrity_value,
        };
        let (found, page) = refusal(&shop, &session, &sealed).await;
        assert_eq!(found, fault, "{}", sealed.integrity_value);
        assert!(page.contains("hmac_key") && page.contains("How to fix it"));
    }
}

/// What all keys are cut from, derived in many wrong ways.
fn wrong_texts(token_val: &str) -> Vec<(&'static str, Vec<u8>)> {
    let (d, n, v) = (REQ_DTIM, REQ_NO, token_val);
    let joined = format!("{d}{n}{v}");
    let digest = |text: &str| Sha256::digest(text).to_vec();
    let right = digest(&joined);
    let of = |text: &str| base64(digest(text));
    let decoded = STANDARD.decode(v).unwrap();
    let utf16: Vec<u8> = joined.bytes().flat_map(|byte| [byte, 0]).collect();
    let texts = [
        ("kdf_hex", hex(&right)),
        ("kdf_hex", hex(&right).to_uppercase()),
        ("kdf_base64_of_hex", base64(hex(&right))),
        ("kdf_base64url", {
            // A digest whose first 32 characters are the right ones differs
            // at the end alone.
            URL_SAFE_NO_PAD.encode(&right)
        }),
        ("kdf_base64_twice", base64(base64(&right))),
        ("kdf_base64_case", base64(&right).to_lowercase()),
        ("kdf_hmac", base64(hmac(v.as_bytes(), joined.as_bytes()))),
        (
            "kdf_hmac",
            base64(hmac(v.as_bytes(), format!("{d}{n}").as_bytes())),
        ),
        ("kdf_sha512", base64(Sha512::digest(&joined))),
        ("kdf_sha256_twice", base64(Sha256::digest(&right))),
        ("kdf_no_hash", base64(&joined)),
        ("kdf_order", of(&format!("{v}{d}{n}"))),
        ("kdf_order", of(&format!("{n}{d}{v}"))),
        ("kdf_part_missing", of(&format!("{n}{v}"))),
        ("kdf_part_missing", of(v)),
        ("kdf_part_undefined", of(&format!("{d}undefined{v}"))),
        ("kdf_separator", of(&format!("{d}|{n}|{v}"))),
        ("kdf_separator", of(&format!("{joined}\n"))),
        (
            "kdf_token_val_decoded",
            base64(Sha256::digest(
                [format!("{d}{n}").as_bytes(), &decoded].concat(),
            )),
        ),
        (
            "kdf_token_val_changed",
            of(&format!("{d}{n}{}", v.trim_end_matches('='))),
        ),
        ("kdf_other_value", of(&format!("{d}{n}SANDBOX00001"))),
        ("kdf_utf16", base64(Sha256::digest(utf16))),
        ("kdf_case", of(&joined.to_uppercase())),
        ("kdf_input_encoded", of(&base64(&joined))),
        ("kdf_req_dtim_other", of(&format!("20260302100204{n}{v}"))),
        ("kdf_req_dtim_other", of(&format!("20260302100158{n}{v}"))),
        ("kdf_req_dtim_other", of(&format!("20260302010203{n}{v}"))),
        (
            "kdf_req_dtim_shape",
            of(&format!("2026-03-02 10:02:03{n}{v}")),
        ),
        ("kdf_req_no_changed", of(&format!("{d}REQ{n}{v}"))),
        // A wrong hash in a wrong writing: the hash comes first.
        ("kdf_order", hex(&digest(&format!("{v}{d}{n}")))),
    ];
    texts
        .into_iter()
        .map(|(fault, text)| (fault, text.into_bytes()))
        .collect()
}

#[tokio::test]
async fn each_wrong_derivation_is_named() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let plain = serde_json::to_vec(&session.fields(&[])).unwrap();
    for (fault, text) in wrong_texts(&session.token_val) {
        let enc_data = base64(aes(&text[..16], &text[text.len() - 16..], &plain));
        let integrity_value = base64(hmac(&text[..32], enc_data.as_bytes()));
        let sealed = Sealed {
            enc_data: enc_data.clone(),
            integrity_value,
        };
        let (found, _) = refusal(&shop, &session, &sealed).await;
        assert_eq!(found, fault, "{}", String::from_utf8_lossy(&text));
        // A library that has the HMAC right, and another key.
        let right = base64(hmac(&session.text.as_bytes()[..32], enc_data.as_bytes()));
        let sealed = Sealed {
            enc_data,
            integrity_value: right,
        };
        let (found, _) = refusal(&shop, &session, &sealed).await;
        assert_eq!(found, fault, "{}", String::from_utf8_lossy(&text));
    }
}

#[tokio::test]
async fn the_keys_of_another_token_are_named() {
    let shop = shop().await;
    let other = shop.session("request-1").await;
    let session = shop.session("request-2").await;
    let sealed = other.seal(&[]);
    let (found, _) = refusal(&shop, &session, &sealed).await;
    assert_eq!(found, "kdf_other_token");
}

/// Cipher feedback by so many bytes at once.
fn stream(block: &Aes128, iv: &[u8], plain: &[u8], width: usize) -> Vec<u8> {
    let mut register = iv.to_vec();
    let mut cipher = Vec::new();
    for part in plain.chunks(width) {
        let mut key: [u8; 16] = register.as_slice().try_into().unwrap();
        block.encrypt_block((&mut key).into());
        let made: Vec<u8> = part.iter().zip(key).map(|(byte, key)| byte ^ key).collect();
        register.extend_from_slice(&made);
        register.drain(..register.len() - 16);
        cipher.extend_from_slice(&made);
    }
    cipher
}

#[tokio::test]
async fn each_wrong_cipher_text_is_recognised() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    // Not a multiple of the block's length, so that padding shows.
    let plain = serde_json::to_vec(&session.fields(&[("receivedata", "12345")])).unwrap();
    assert_ne!(plain.len() % 16, 0);
    let text = session.text.as_bytes();
    let (key, iv) = (&text[..16], &text[28..]);
    let raw = STANDARD.decode(text).unwrap();
    let right = aes(key, iv, &plain);
    let aes256 =
        cbc::Encryptor::<aes::Aes256>::new(text[..32].try_into().unwrap(), iv.try_into().unwrap())
            .encrypt_padded_vec::<Pkcs7>(&plain);
    let filled = |with: u8| {
        let mut filled = plain.clone();
        filled.resize(plain.len().next_multiple_of(16), with);
        // Encrypted whole, without the block that PKCS7 adds.
        let cipher = aes(key, iv, &filled);
        cipher[..filled.len()].to_vec()
    };
    let mut ansi = plain.clone();
    let added = plain.len().next_multiple_of(16) - plain.len();
    ansi.resize(plain.len() + added, 0);
    *ansi.last_mut().unwrap() = u8::try_from(added).unwrap();
    let ansi = aes(key, iv, &ansi)[..ansi.len()].to_vec();
    let block = Aes128::new_from_slice(key).unwrap();
    let ecb: Vec<u8> = {
        let count = u8::try_from(16 - plain.len() % 16).unwrap();
        let padded = [plain.clone(), vec![count; count.into()]].concat();
        padded
            .chunks(16)
            .flat_map(|chunk| {
                let mut chunk: [u8; 16] = chunk.try_into().unwrap();
                block.encrypt_block((&mut chunk).into());
                chunk
            })
            .collect()
    };
    let password = Sha256::digest(key);
    let gcm = AesGcm::<Aes128, U16>::new(key.try_into().unwrap())
        .encrypt(iv.try_into().unwrap(), plain.as_slice())
        .unwrap();
    let own_iv = [9; 16];
    let in_front = [own_iv.to_vec(), aes(key, &own_iv, &plain)].concat();
    for (enc_data, fault) in [
        (hex(&right), "cipher_in_hex"),
        (base64(hex(&right)), "cipher_in_hex_in_base64"),
        (base64(base64(&right)), "cipher_in_base64_twice"),
        (base64(aes(iv, key, &plain)), "key_and_iv_swapped"),
        (base64(aes(key, key, &plain)), "iv_is_key"),
        (base64(aes(key, &[0; 16], &plain)), "iv_is_zero"),
        (base64(aes(key, &text[16..32], &plain)), "iv_wrong_slice"),
        (base64(aes(key, &own_iv, &plain)), "iv_other"),
        (base64(in_front), "iv_in_front"),
        (base64(aes(&text[28..], iv, &plain)), "key_last_16"),
        (base64(aes(&text[4..20], iv, &plain)), "key_wrong_slice"),
        (
            base64(aes(&raw[..16], &raw[16..], &plain)),
            "key_raw_digest",
        ),
        (base64(aes(&raw[..16], iv, &plain)), "key_raw_digest"),
        (
            base64(aes(&session.token_val.as_bytes()[..16], iv, &plain)),
            "key_other_value",
        ),
        (base64(aes256), "aes_256"),
        (base64(ecb), "mode_ecb"),
        (base64(gcm), "mode_gcm"),
        (base64(stream(&block, iv, &plain, 16)), "mode_cfb"),
        (base64(stream(&block, iv, &plain, 1)), "mode_cfb8"),
        (
            base64(aes(&password[..16], &password[16..32], &plain)),
            "key_from_password",
        ),
        (base64(filled(0)), "padding_zero"),
        (base64(filled(b' ')), "padding_blank"),
        (base64(ansi), "padding_other"),
        (
            base64([b"Salted__12345678".as_slice(), &right].concat()),
            "cipher_salted",
        ),
        (base64(&right[..right.len() - 1]), "cipher_unreadable"),
        ("****".to_owned(), "cipher_unreadable"),
        (
            URL_SAFE_NO_PAD.encode(aes(key, iv, &[b' '; 50])),
            "cipher_in_other_base64",
        ),
    ] {
        // The integrity value is right each time.
        let integrity_value = base64(hmac(&text[..32], enc_data.as_bytes()));
        let sealed = Sealed {
            enc_data,
            integrity_value,
        };
        let (found, page) = refusal(&shop, &session, &sealed).await;
        assert_eq!(found, fault);
        assert!(page.contains("How to fix it"), "{fault}");
    }
    // Whatever the integrity value is, the passphrase comes first.
    let sealed = Sealed {
        enc_data: base64(b"Salted__1234567890123456"),
        integrity_value: base64([7; 32]),
    };
    assert_eq!(refusal(&shop, &session, &sealed).await.0, "cipher_salted");
}

#[tokio::test]
async fn each_plain_text_that_is_no_json_is_named_and_never_shown() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let good = r#"{"requestno":"r","returnurl":"https://shop.example/","sitecode":"SANDBOX00001","receivedata":"Kim-secret"}"#;
    let utf16: Vec<u8> = good.bytes().flat_map(|byte| [byte, 0]).collect();
    let form = "requestno=r&returnurl=https://shop.example/&receivedata=Kim-secret";
    for (plain, fault, words) in [
        (
            format!("\u{feff}{good}").into_bytes(),
            "json_bom",
            "UTF8Encoding(false)",
        ),
        (utf16, "json_utf16", "Encoding.UTF8"),
        (format!("{good}\0\0\0").into_bytes(), "json_nul", "NUL"),
        (
            good.replace('}', ",}").into(),
            "json_trailing_comma",
            "trailing comma at line 1 column 107",
        ),
        (
            good.replace("Kim", "Kim\n").into(),
            "json_control_character",
            "line 2",
        ),
        (good[..90].into(), "json_cut_short", "EOF"),
        (
            format!("{good}}}").into(),
            "json_trailing_characters",
            "trailing characters",
        ),
        (good.replace('"', "'").into(), "json_single_quotes", "dumps"),
        (
            good.replace('"', "&quot;").into(),
            "json_html_entities",
            "&#38;quot;",
        ),
        (
            serde_json::to_vec(good).unwrap(),
            "json_in_quotes",
            "stringified twice",
        ),
        (base64(good).into(), "json_in_base64", "base64"),
        (hex(good.as_bytes()).into(), "json_in_hex", "hexadecimal"),
        (
            "%7B%22requestno%22%3A%22Kim-secret%22%7D".into(),
            "json_url_encoded",
            "percent-encoded",
        ),
        (
            "{requestno=r, receivedata=Kim-secret}".into(),
            "json_is_map_text",
            "Map.toString",
        ),
        (
            format!("\u{200b}{good}").into_bytes(),
            "json_invisible_character",
            "U+200B",
        ),
        (
            good.replace("\"requestno\"", "requestno").into(),
            "json_names_without_quotes",
            "have no quotes",
        ),
        (form.into(), "json_is_form", "name=value"),
        (
            "7:REQ_SEQ10:Kim-secret".into(),
            "json_old_checkplus",
            "7:REQ_SEQ",
        ),
        (
            "[object Object]".into(),
            "json_is_object_text",
            "JSON.stringify",
        ),
        ("[\"Kim-secret\"]".into(), "json_is_array", "array"),
        (Vec::new(), "json_empty", "empty"),
        ("Kim-secret".into(), "not_json", "not a JSON object"),
    ] {
        let sealed = member_verification::crypto::seal(&session.keys, &plain);
        let (found, page) = refusal(&shop, &session, &sealed).await;
        assert_eq!(found, fault);
        assert!(page.contains(words), "{fault}: {page}");
        assert!(!page.contains("Kim-secret"), "{fault}: {page}");
    }
}

/// Its search for what was done wrong stops nobody else, on one thread.
#[tokio::test]
async fn a_wrong_request_keeps_nobody_waiting() {
    let shop = shop().await;
    let session = shop.session("r").await;
    let sealed = Sealed {
        enc_data: base64([7; 1024]),
        integrity_value: base64([7; 32]),
    };
    let others = async {
        for _ in 0..20 {
            let answer = shop.get("/sandbox/api/personas").await;
            assert_eq!(answer.status(), 200);
        }
    };
    let wrong = refusal(&shop, &session, &sealed);
    tokio::pin!(wrong);
    tokio::select! {
        biased;
        told = &mut wrong => panic!("{} came first", told.0),
        () = others => {}
    }
    assert_eq!(wrong.await.0, "integrity_mismatch");
}
