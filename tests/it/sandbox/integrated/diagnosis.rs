//! What a client computed, shown to the sandbox.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    by_the_guide::{KeyText, pbkdf2},
    client::{Begun, Nice, Token, decoded, good, nice},
};
use crate::support::told::Told;

async fn show(nice: &Nice, begun: &Begun, name: &str, value: &str) -> Told {
    let request = nice
        .post("/sandbox/api/integrated/diagnosis")
        .body(json!({"transaction_id": begun.transaction_id, name: value}).to_string());
    Told::of(request.send().await.unwrap()).await
}

/// The mistakes that were found, in a row.
async fn found(nice: &Nice, begun: &Begun, name: &str, value: &str) -> String {
    let told = show(nice, begun, name, value).await;
    assert_eq!(told.status, 200, "{told:?}");
    let answer = told.json();
    let finding = &answer["findings"][0];
    assert_eq!(finding["about"], name);
    let mistakes = finding["mistakes"].as_array().unwrap();
    let codes: Vec<_> = mistakes
        .iter()
        .map(|mistake| {
            assert!(!mistake["ko"].as_str().unwrap().is_empty());
            assert!(!mistake["en"].as_str().unwrap().is_empty());
            mistake["fault"].as_str().unwrap()
        })
        .collect();
    assert_eq!(answer["right"], codes.is_empty());
    assert_eq!(told.header("x-sandbox-fault"), codes.first().copied());
    codes.join(" ")
}

struct HandedOut {
    nice: Nice,
    token: Token,
    begun: Begun,
    web: String,
    enc_data: String,
    /// Of the token that `auth/url` came with.
    of_url: Token,
}

async fn handed_out() -> HandedOut {
    let nice = nice().await;
    let (of_url, token) = (nice.token().await, nice.token().await);
    // Until there is a text in which the alphabets and the padding differ.
    loop {
        let begun = nice.begin(&of_url, json!({})).await;
        let web = nice.verify(&begun, "").await;
        let answer = good(&nice.result(&token, &begun, &web).await);
        let enc_data = answer["enc_data"].as_str().unwrap().to_owned();
        let keys = token.keys(&begun);
        let text = [keys.key(), keys.hmac_key()].map(|key| key.contains(['-', '_']));
        let mac = keys.integrity(&enc_data).contains(['-', '_']);
        if text == [true, true] && mac {
            return HandedOut {
                nice,
                token,
                begun,
                web,
                enc_data,
                of_url,
            };
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

#[tokio::test]
async fn keys_are_told_apart() {
    let HandedOut {
        nice,
        token,
        begun,
        web,
        of_url,
        ..
    } = handed_out().await;
    let keys = token.keys(&begun);
    let (ticket, id) = (token.ticket.as_bytes(), begun.transaction_id.as_bytes());
    let raw = pbkdf2(ticket, id, token.iterators);
    let text = |password: &[u8], salt: &[u8], rounds| {
        URL_SAFE_NO_PAD.encode(pbkdf2(password, salt, rounds))[..32].to_owned()
    };
    let rounds = token.iterators;
    let of_url = KeyText::of(&of_url.ticket, &begun.transaction_id, of_url.iterators);
    for (key, mistakes) in [
        (keys.key().to_owned(), ""),
        (hex(keys.key().as_bytes()), ""),
        (STANDARD.encode(keys.key()), ""),
        (hex(&raw[..32]), "key_raw_bytes"),
        (STANDARD.encode(&raw[..32]), "key_raw_bytes"),
        (hex(&raw)[..32].to_owned(), "key_hex_text"),
        (
            STANDARD.encode(&raw)[..32].to_owned(),
            "key_standard_base64",
        ),
        (keys.hmac_key().to_owned(), "key_wrong_slice"),
        (
            text(ticket, decoded(&begun.transaction_id).as_bytes(), rounds),
            "salt_decoded",
        ),
        (
            text(decoded(&token.ticket).as_bytes(), id, rounds),
            "ticket_decoded",
        ),
        (
            text(ticket, web.as_bytes(), rounds),
            "salt_web_transaction_id",
        ),
        (
            text(ticket, begun.request_no.as_bytes(), rounds),
            "salt_request_no",
        ),
        (text(id, ticket, rounds), "ticket_and_salt_swapped"),
        (text(ticket, id, 1_000), "iterators_fixed"),
        (of_url.key().to_owned(), "ticket_of_url"),
        ("x".repeat(32), "key_unknown"),
    ] {
        assert_eq!(found(&nice, &begun, "key", &key).await, mistakes, "{key}");
    }
    for (key, mistakes) in [
        (keys.hmac_key().to_owned(), ""),
        (hex(&raw[32..]), "key_raw_bytes"),
        (keys.key().to_owned(), "key_wrong_slice"),
    ] {
        assert_eq!(
            found(&nice, &begun, "hmac_key", &key).await,
            mistakes,
            "{key}"
        );
    }
}

#[tokio::test]
async fn integrity_values_are_told_apart() {
    let HandedOut {
        nice,
        token,
        begun,
        enc_data,
        ..
    } = handed_out().await;
    let keys = token.keys(&begun);
    let raw = pbkdf2(
        token.ticket.as_bytes(),
        begun.transaction_id.as_bytes(),
        token.iterators,
    );
    let mac = |key: &[u8], message: &[u8]| {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        mac.chain_update(message).finalize().into_bytes().to_vec()
    };
    let key = keys.hmac_key().as_bytes();
    let right = mac(key, enc_data.as_bytes());
    let bytes = URL_SAFE_NO_PAD.decode(&enc_data).unwrap();
    let all = format!("0000응답성공{enc_data}");
    for (value, mistakes) in [
        (URL_SAFE_NO_PAD.encode(&right), ""),
        (URL_SAFE.encode(&right), "integrity_padded"),
        (STANDARD.encode(&right), "integrity_standard_base64"),
        (hex(&right), "integrity_hex"),
        (
            URL_SAFE_NO_PAD.encode(mac(key, &bytes)),
            "integrity_over_bytes",
        ),
        (
            URL_SAFE_NO_PAD.encode(mac(key, all.as_bytes())),
            "integrity_over_all",
        ),
        (
            URL_SAFE_NO_PAD.encode(mac(&raw[32..], enc_data.as_bytes())),
            "key_raw_bytes",
        ),
        (
            STANDARD.encode(mac(&raw[32..], &bytes)),
            "key_raw_bytes integrity_over_bytes integrity_standard_base64",
        ),
        ("nonsense".to_owned(), "integrity_unknown"),
    ] {
        assert_eq!(
            found(&nice, &begun, "integrity_value", &value).await,
            mistakes
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let nice = nice().await;
    let begun = nice.begin(&nice.token().await, json!({})).await;
    let told = show(&nice, &begun, "secret", "x").await;
    let message = told.json()["message"].take();
    assert_eq!(told.status, 400);
    assert!(message.as_str().unwrap().contains("hmac_key"), "{message}");
    let unknown = Begun {
        transaction_id: "x".to_owned(),
        ..begun
    };
    let told = show(&nice, &unknown, "key", "x").await;
    assert_eq!(
        (told.status, told.json()["message"] == Value::Null),
        (404, false)
    );
}
