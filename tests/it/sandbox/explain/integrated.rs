//! 통합인증.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use serde_json::json;

use super::{codes, hex, names};
use crate::{sandbox::integrated::by_the_guide::pbkdf2, support::by_the_book::hmac_bytes};

const TICKET: &str = "UzFjYW5hcnktdGlja2V0LW9mLXRoZS1yZXN1bHQ";
const OLD_TICKET: &str = "UzFjYW5hcnktdGlja2V0LW9mLXRoZS11cmw";
const ID: &str = "UzFjYW5hcnktdHJhbnNhY3Rpb24";
const ENC_DATA: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd-_8";

fn text(password: &[u8], salt: &[u8], rounds: u32) -> String {
    URL_SAFE_NO_PAD.encode(pbkdf2(password, salt, rounds))
}

fn pasted(more: &str) -> String {
    let token = |ticket: &str, rounds: u32| json!({"result_code": "0000", "access_token": "a.b.c", "iterators": rounds, "ticket": ticket});
    let url = json!({"result_code": "0000", "request_no": "canary-0123456789-0123", "transaction_id": ID});
    format!(
        "{}\n{url}\n{}\n{more}",
        token(OLD_TICKET, 23),
        token(TICKET, 66)
    )
}

fn is_named(text: &str, code: &str) {
    names(text, code, &[TICKET, OLD_TICKET, ID, ENC_DATA, "canary"]);
}

#[test]
fn keys_and_integrity_values_are_named() {
    let right = text(TICKET.as_bytes(), ID.as_bytes(), 66);
    let mac = hmac_bytes(&right.as_bytes()[48..80], ENC_DATA.as_bytes());
    let with = |key: &str, hmac_key: &str| pasted(&format!("key: {key}\nhmac_key: {hmac_key}\n"));
    assert_eq!(codes(&with(&right[..32], &right[48..80])), [""; 0]);
    let key_of = |text: &str| with(&text[..32], &text[48..80]);
    let raw = hex(&pbkdf2(TICKET.as_bytes(), ID.as_bytes(), 66)[..32]);
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    for (code, text) in [
        (
            "ticket_decoded",
            key_of(&text(&decoded(TICKET), ID.as_bytes(), 66)),
        ),
        (
            "salt_decoded",
            key_of(&text(TICKET.as_bytes(), &decoded(ID), 66)),
        ),
        (
            "ticket_of_url",
            key_of(&text(OLD_TICKET.as_bytes(), ID.as_bytes(), 23)),
        ),
        (
            "ticket_and_salt_swapped",
            key_of(&text(ID.as_bytes(), TICKET.as_bytes(), 66)),
        ),
        (
            "salt_request_no",
            key_of(&text(TICKET.as_bytes(), b"canary-0123456789-0123", 66)),
        ),
        (
            "iterators_fixed",
            key_of(&text(TICKET.as_bytes(), ID.as_bytes(), 1000)),
        ),
        ("key_raw_bytes", pasted(&format!("key: {raw}\n"))),
        ("key_wrong_slice", with(&right[..32], &right[32..64])),
    ] {
        is_named(&text, code);
    }
    let key = &right.as_bytes()[48..80];
    let computed = |value: String| {
        let result = json!({"result_code": "0000", "enc_data": ENC_DATA,
            "integrity_value": URL_SAFE_NO_PAD.encode(&mac)});
        pasted(&format!("{result}\ncomputed: {value}\n"))
    };
    assert_eq!(codes(&computed(URL_SAFE_NO_PAD.encode(&mac))), [""; 0]);
    is_named(&computed(URL_SAFE.encode(&mac)), "integrity_padded");
    is_named(
        &computed(
            URL_SAFE_NO_PAD.encode(hmac_bytes(key, &URL_SAFE_NO_PAD.decode(ENC_DATA).unwrap())),
        ),
        "integrity_over_bytes",
    );
    let standard = STANDARD.encode(URL_SAFE_NO_PAD.decode(ENC_DATA).unwrap());
    is_named(
        &computed(URL_SAFE_NO_PAD.encode(hmac_bytes(key, standard.as_bytes()))),
        "integrity_over_standard_base64",
    );
}

#[test]
fn calls_and_refusals_are_explained() {
    let call = json!({"request_no": "canary-0123456789-0123", "return_url": "https://canary.example/cb",
        "svc_types": ["M"], "method_type": "GET"});
    assert_eq!(codes(&call.to_string()), [""; 0]);
    let with = |name: &str, value: serde_json::Value| {
        let mut call = call.clone();
        call[name] = value;
        call.to_string()
    };
    is_named(
        &with("request_no", json!("canary-1")),
        "request_no_too_short",
    );
    is_named(&with("svc_types", json!("M")), "svc_types_not_a_list");
    is_named(&with("svc_types", json!(["canary"])), "svc_types_unknown");
    is_named(
        &with("method_type", json!("get")),
        "method_type_not_upper_case",
    );
    is_named(&with("return_url", json!("/canary")), "return_url_invalid");
    is_named(
        &call.to_string().replace("return_url", "returnUrl"),
        "field_misspelt",
    );
    is_named(
        "{\"result_code\":\"3033\",\"result_message\":\"canary\"}",
        "code_3033",
    );
    let bearer = STANDARD.encode("aaaa.bbbb.cccc");
    is_named(
        &format!("Authorization: Bearer {bearer}\n"),
        "token_encoded_again",
    );
    let told = super::explain("{\"transaction_id\":\"x\",\"integrity_value\":\"y\"}".as_bytes());
    assert!(
        told.in_words(&super::LANGUAGES)
            .contains("ticket and iterators")
    );
}
