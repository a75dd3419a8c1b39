//! The standard window.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use encoding_rs::EUC_KR;
use member_verification::sandbox::explain::explain;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{codes, hex, names};
use crate::support::by_the_book::{aes, genuine_result, hmac, hmac_bytes};

const REQ_DTIM: &str = "20260302100203";
const REQ_NO: &str = "REQ-canary-0001";
const TOKEN_VAL: &str = "Y2FuYXJ5LXRva2VuLXZhbC1vZi0zMi1ieXRlcyEh/+A=";
const ID: &str = "20260302100203AB-NCCANARY0-ABCDE-ABCDEFGHIJ";
const RETURN_URL: &str = "https://canary-shop.example/back";

/// The crypto token's call and answer, as a log has them.
fn token() -> String {
    let call = json!({"dataHeader": {"CNTY_CD": "ko"}, "dataBody": {
        "req_dtim": REQ_DTIM, "req_no": REQ_NO, "enc_mode": "1"}});
    let answer = json!({"dataHeader": {"GW_RSLT_CD": "1200"}, "dataBody": {
        "rsp_cd": "P000", "result_cd": "0000", "site_code": "CANARY0001",
        "token_version_id": ID, "token_val": TOKEN_VAL, "period": 3600}});
    format!("{call}\n{answer}\n")
}

fn of(value: impl AsRef<[u8]>) -> String {
    STANDARD.encode(Sha256::digest(value))
}

fn right() -> String {
    of([REQ_DTIM, REQ_NO, TOKEN_VAL].concat())
}

fn plain() -> Value {
    json!({"requestno": "canary-request-1", "returnurl": RETURN_URL, "sitecode": "CANARY0001"})
}

/// The form of a request that was sealed with the keys of this text.
fn form(text: &str, plain: &[u8]) -> String {
    let bytes = text.as_bytes();
    let enc_data = STANDARD.encode(aes(&bytes[..16], &bytes[bytes.len() - 16..], plain));
    form_of(
        &enc_data,
        &hmac(&bytes[..32.min(bytes.len())], enc_data.as_bytes()),
    )
}

fn form_of(enc_data: &str, integrity_value: &str) -> String {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("m", "service")
        .append_pair("token_version_id", ID)
        .append_pair("enc_data", enc_data)
        .append_pair("integrity_value", integrity_value)
        .finish();
    format!("{}{form}\n", token())
}

fn values() -> [String; 9] {
    let text = right();
    [
        REQ_NO.to_owned(),
        TOKEN_VAL.to_owned(),
        ID.to_owned(),
        RETURN_URL.to_owned(),
        "canary".to_owned(),
        text[..16].to_owned(),
        text[28..].to_owned(),
        text[..32].to_owned(),
        "CANARY0001".to_owned(),
    ]
}

fn is_named(text: &str, code: &str) {
    let values = values();
    names(text, code, &values.each_ref().map(String::as_str));
}

#[test]
fn what_is_right_is_called_right() {
    let plain = plain().to_string();
    let told = explain(form(&right(), plain.as_bytes()).as_bytes());
    assert_eq!(told.codes().count(), 0, "{told:?}");
    let printed = told.in_words(&super::LANGUAGES);
    assert!(printed.contains("Nothing wrong was found"), "{printed}");
    assert!(
        printed.contains("the fields of the sealed request"),
        "{printed}"
    );
}

#[test]
fn a_genuine_callback_is_called_right() {
    let result = genuine_result("canary-request-1").to_string();
    let pasted = form(&right(), &EUC_KR.encode(&result).0).replace("m=service&", "");
    let query = pasted.replace("token_version_id=2", "GET /back?token_version_id=2");
    let told = explain(query.as_bytes());
    assert_eq!(told.codes().count(), 0, "{told:?}");
    let printed = told.in_words(&super::LANGUAGES);
    assert!(printed.contains("the opening of the result"), "{printed}");
}

#[test]
fn wrong_derivations_are_named() {
    let (d, n, v) = (REQ_DTIM, REQ_NO, TOKEN_VAL);
    let digest = Sha256::digest([d, n, v].concat());
    let hex = hex(&digest);
    let plain = plain().to_string();
    for (code, text) in [
        ("kdf_hex", hex.clone()),
        ("kdf_base64_of_hex", STANDARD.encode(&hex)),
        ("kdf_base64url", URL_SAFE_NO_PAD.encode(digest)),
        ("kdf_base64_twice", STANDARD.encode(STANDARD.encode(digest))),
        ("kdf_order", of([n, d, v].concat())),
        ("kdf_part_missing", of([n, v].concat())),
        ("kdf_separator", of([d, n, v].join("|"))),
        (
            "kdf_token_val_decoded",
            of([[d, n].concat().as_bytes(), &STANDARD.decode(v).unwrap()].concat()),
        ),
        ("kdf_req_dtim_other", of(["20260302100204", n, v].concat())),
        (
            "kdf_hmac",
            STANDARD.encode(hmac_bytes(v.as_bytes(), [d, n, v].concat().as_bytes())),
        ),
        (
            "kdf_sha512",
            STANDARD.encode(sha2::Sha512::digest([d, n, v].concat())),
        ),
        ("kdf_bom", of(["\u{feff}", d, n, v].concat())),
    ] {
        is_named(&form(&text, plain.as_bytes()), code);
        // The same by the printed keys alone.
        let keys = format!("{}hmac_key: {}\n", token(), &text[..32]);
        is_named(&keys, code);
    }
}

#[test]
fn printed_keys_are_held_against_the_right_ones() {
    let text = right();
    let (key, iv, hmac_key) = (&text[..16], &text[28..], &text[..32]);
    let with = |key: &str, iv: &str, hmac_key: &str| {
        format!("{}key: {key}\niv: {iv}\nhmac_key: {hmac_key}\n", token())
    };
    assert_eq!(codes(&with(key, iv, hmac_key)), [""; 0]);
    is_named(&with(iv, key, hmac_key), "key_and_iv_swapped");
    is_named(&with(key, key, hmac_key), "iv_is_key");
    is_named(&with(key, iv, &text[12..]), "hmac_key_last_32");
    is_named(&with(key, iv, &text), "hmac_key_all_44");
}

#[test]
fn wrong_integrity_values_and_ciphers_are_named() {
    let text = right();
    let bytes = text.as_bytes();
    let plain = plain().to_string();
    let raw = aes(&bytes[..16], &bytes[28..], plain.as_bytes());
    let enc_data = STANDARD.encode(&raw);
    let key = &bytes[..32];
    let mac = hmac_bytes(key, enc_data.as_bytes());
    let hex = hex(&mac);
    let sealed = |enc_data: &str| form_of(enc_data, &hmac(key, enc_data.as_bytes()));
    let ecb: Vec<u8> = {
        use ::aes::{
            Aes128,
            cipher::{BlockCipherEncrypt, KeyInit},
        };
        let cipher = Aes128::new_from_slice(&bytes[..16]).unwrap();
        let padding = 16 - plain.len() % 16;
        let padded = [
            plain.as_bytes(),
            &vec![u8::try_from(padding).unwrap(); padding],
        ]
        .concat();
        padded
            .chunks(16)
            .flat_map(|block| {
                let mut block = <[u8; 16]>::try_from(block).unwrap();
                cipher.encrypt_block((&mut block).into());
                block
            })
            .collect()
    };
    let salted = STANDARD.encode([b"Salted__12345678".as_slice(), &raw].concat());
    for (code, pasted) in [
        (
            "hmac_arguments_swapped",
            form_of(&enc_data, &hmac(enc_data.as_bytes(), key)),
        ),
        (
            "hmac_over_cipher_bytes",
            form_of(&enc_data, &hmac(key, &raw)),
        ),
        (
            "hmac_over_plain_text",
            form_of(&enc_data, &hmac(key, plain.as_bytes())),
        ),
        ("hmac_in_hex", form_of(&enc_data, &hex)),
        ("cipher_salted", sealed(&salted)),
        (
            "cipher_in_base64_twice",
            sealed(&STANDARD.encode(&enc_data)),
        ),
        ("mode_ecb", sealed(&STANDARD.encode(ecb))),
        (
            "json_bom",
            form(&text, format!("\u{feff}{plain}").as_bytes()),
        ),
        (
            "encoded_twice",
            form_of(&enc_data.replace('=', "%3D"), &STANDARD.encode(&mac)),
        ),
        (
            "line_breaks",
            form_of(
                &format!("{}\r\n{}", &enc_data[..76], &enc_data[76..]),
                &STANDARD.encode(&mac),
            ),
        ),
    ] {
        is_named(&pasted, code);
    }
    // These show without any key.
    let no_keys = |pasted: String| pasted.lines().last().unwrap().to_owned();
    is_named(&no_keys(sealed(&salted)), "cipher_salted");
    is_named(&no_keys(form_of(&enc_data, &hex)), "hmac_in_hex");
    let told = explain(no_keys(sealed(&enc_data)).as_bytes());
    let printed = told.in_words(&super::LANGUAGES);
    assert!(
        printed.contains("? To check the keys, add req_dtim"),
        "{printed}"
    );
}

#[test]
fn values_that_were_hurt_on_their_way_are_named() {
    let text = right();
    let plain = plain().to_string();
    let pasted = form(&text, plain.as_bytes());
    assert!(pasted.contains("%2B"), "{pasted}");
    is_named(&pasted.replace("%2B", "+"), "plus_lost");
    is_named(
        &pasted.replace("m=service", "m=checkplusService"),
        "not_service",
    );
    is_named(&pasted.replace("enc_data=", "encData="), "field_misspelt");
    let html = format!(
        "{}<form><input type=\"hidden\" name=\"token_version_id\" value=\"{ID}\">\n\
         <input name=\"enc_data\" value=\"ab cd\"><input name=\"integrity_value\" value=\"x\">",
        token()
    );
    is_named(&html, "plus_lost");
}

#[test]
fn fields_of_the_sealed_request_are_checked() {
    let cases = [
        (
            json!({"returnUrl": RETURN_URL, "sitecode": "CANARY0001"}),
            "field_missing",
        ),
        (
            json!({"returnurl": "/back", "sitecode": "CANARY0001"}),
            "returnurl_invalid",
        ),
        (
            json!({"returnurl": RETURN_URL, "sitecode": "CANARYOTHER"}),
            "sitecode_mismatch",
        ),
        (
            json!({"returnurl": RETURN_URL, "sitecode": "CANARY0001", "authtype": "canary"}),
            "field_value",
        ),
        (
            json!({"returnurl": RETURN_URL, "sitecode": "CANARY0001", "requestno": 7}),
            "field_not_text",
        ),
        (
            json!({"returnurl": RETURN_URL, "sitecode": "CANARY0001", "requestno": "0".repeat(31)}),
            "field_too_long",
        ),
    ];
    for (plain, code) in cases {
        is_named(&form(&right(), plain.to_string().as_bytes()), code);
    }
    // Before it is sealed.
    let plain = json!({"retunrurl": RETURN_URL, "sitecode": "CANARY0001", "canary": "canary"});
    is_named(&plain.to_string(), "field_missing");
    let printed = explain(plain.to_string().as_bytes()).in_words(&super::LANGUAGES);
    assert!(printed.contains("did you mean returnurl?"), "{printed}");
}

#[test]
fn calls_are_checked() {
    let call = |time: &str| {
        let bearer = STANDARD.encode(format!("canary-token:{time}:canary-client"));
        format!(
            "curl https://svc.niceapi.co.kr:22001/digital/niceid/api/v1.0/common/crypto/token \\\n\
             -H 'Authorization: bearer {bearer}' \\\n-H 'ProductID: 2101979031' \\\n\
             --data '{{\"dataHeader\":{{}},\"dataBody\":{{\"req_dtim\":\"{REQ_DTIM}\",\"req_no\":\"{REQ_NO}\",\"enc_mode\":\"1\"}}}}'\n"
        )
    };
    let right = call("1772413323");
    assert_eq!(codes(&right), [""; 0]);
    is_named(&call("1772413323000"), "timestamp_in_milliseconds");
    is_named(&call("1772413323.25"), "timestamp_not_whole");
    is_named(&call(REQ_DTIM), "timestamp_is_a_date");
    is_named(
        &format!(
            "{}Date: Mon, 02 Mar 2026 01:02:03 GMT\n",
            call("1772445723")
        ),
        "timestamp_nine_hours_off",
    );
    is_named(&right.replace("bearer ", "Basic "), "authorization_scheme");
    is_named(
        &right.replace("-H 'ProductID: 2101979031'", ""),
        "product_missing",
    );
    is_named(
        &right.replace("bearer ", "bearer canary:1:"),
        "authorization_not_encoded",
    );
    is_named(&right.replace("req_dtim", "reqdtim"), "field_misspelt");
    is_named(
        &right.replace("req_no\":\"", "req_no\":\"0123456789012345678901234567"),
        "req_no_too_long",
    );
    is_named(
        &right.replace(
            "\"dataBody\":{",
            "\"dataBody\":{\"CNTY_CD\":\"ko\"},\"x\":{",
        ),
        "req_dtim_missing",
    );
    is_named(
        &right.replace("\"enc_mode\":\"1\"", "\"enc_mode\":1"),
        "enc_mode_not_text",
    );
    is_named(
        &right.replace("--data '{", "--data '\u{feff}{"),
        "body_has_a_bom",
    );
    is_named(&right.replace("\"1\"}}", "\"1\",}}"), "body_not_json");
    is_named(
        "{\"req_dtim\":\"20260302100203\",\"req_no\":\"1\",\"enc_mode\":\"1\"}",
        "fields_outside_data_body",
    );
}

#[test]
fn answers_and_errors_are_explained() {
    let answer =
        |code: &str| json!({"dataHeader": {"GW_RSLT_CD": code}, "dataBody": ""}).to_string();
    is_named(&answer("1702"), "gw_1702");
    is_named(&answer("1800"), "gw_1800");
    is_named(
        "{\"dataHeader\":{\"GW_RSLT_CD\":\"1200\"},\"dataBody\":{\"rsp_cd\":\"P000\",\"result_cd\":\"0003\"}}",
        "result_0003",
    );
    is_named(
        "HTTP/1.1 401\nx-sandbox-fault: timestamp_in_milliseconds\n",
        "timestamp_in_milliseconds",
    );
    is_named(
        "{\"resultcode\":\"0000\",\"name\":\"\u{fffd}\u{fffd}canary\"}",
        "result_read_as_utf8",
    );
    is_named(
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xc8 in position 9",
        "result_read_as_utf8",
    );
    let told = explain("javax.crypto.BadPaddingException: Given final block".as_bytes());
    assert!(
        told.in_words(&super::LANGUAGES)
            .contains("key or IV differ")
    );
    let told = explain(b"hello");
    assert!(told.in_words(&super::LANGUAGES).contains("No known value"));
}
