//! A result: the bytes as the plain text that NICE sealed, as a cipher text
//! under its right integrity value, and as both values whole. What opens has
//! the fields that were sealed, in the lengths that are promised; with any
//! character changed, or had it been sent by ourselves, it doesn't open; and
//! no error tells anything of it.

#![no_main]

use encoding_rs::EUC_KR;
use libfuzzer_sys::fuzz_target;
use member_verification::{
    crypto::{self, Sealed},
    verification::{
        OpenError::{NotVerified, Rejected},
        Rejection,
    },
};
use member_verification_fuzz::{OpeningRoom, check_result};
use serde_json::{Map, Value};

/// No cipher text has this SHA-256.
const NOTHING: [u8; 32] = [0; 32];

fuzz_target!(|bytes: &[u8]| {
    check_plaintext(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (enc_data, integrity_value) = text.split_once('\n').unwrap_or((text, ""));
        check_values(enc_data, integrity_value);
        check_values(text, &OpeningRoom::integrity_value(text));
    }
});

fn check_plaintext(plaintext: &[u8]) {
    let sealed = crypto::seal(&OpeningRoom::keys(), plaintext);
    assert!(!OpeningRoom::breaks(&sealed));
    check_changes(&sealed);

    let text = EUC_KR.decode_without_bom_handling_and_without_replacement(plaintext);
    // None if a text holds what no other reader takes, such as half a character
    // or a line end: the others are read without it.
    let sent = || serde_json::from_str::<Map<String, Value>>(text.as_ref()?).ok();
    match OpeningRoom::open(&sealed, NOTHING) {
        Ok(result) => {
            if let Some(sent) = sent() {
                check_result(&result, &sent);
            }
        }
        Err(NotVerified { resultcode }) => {
            assert!((1..=4).contains(&resultcode.len()) && &*resultcode != "0000");
            assert!(sent().is_none_or(|sent| sent["resultcode"] == *resultcode));
        }
        Err(error) => {
            // The seeds have the word in each value.
            let told = format!("{error:?} {error}");
            return assert!(!told.contains("CANARY"), "{told}");
        }
    }
    let reflected = OpeningRoom::open(&sealed, OpeningRoom::fingerprint(&sealed.enc_data));
    assert!(matches!(reflected, Err(Rejected(Rejection::Reflection))));
}

/// Each character of the integrity value, and some of the cipher text.
fn check_changes(sealed: &Sealed) {
    let step = sealed.enc_data.len() / 16 + 1;
    for place in 0..44 {
        check_change(sealed, |changed| &mut changed.integrity_value, place);
    }
    for place in (0..sealed.enc_data.len()).step_by(step) {
        check_change(sealed, |changed| &mut changed.enc_data, place);
    }
}

fn check_change(sealed: &Sealed, value: fn(&mut Sealed) -> &mut String, place: usize) {
    let mut changed = sealed.clone();
    let text = value(&mut changed);
    let other = char::from(text.as_bytes()[place] ^ 1).to_string();
    text.replace_range(place..=place, &other);
    let opened = OpeningRoom::open(&changed, NOTHING);
    assert!(matches!(opened, Err(Rejected(Rejection::Integrity))));
}

/// Only the right HMAC gets past the first check, and only base64 past the
/// second; a space stands for `+`.
fn check_values(enc_data: &str, integrity_value: &str) {
    let right = OpeningRoom::integrity_value(enc_data);
    let sealed = Sealed {
        enc_data: enc_data.to_owned(),
        integrity_value: integrity_value.to_owned(),
    };
    let opened = OpeningRoom::open(&sealed, NOTHING);
    let is_refused = matches!(opened, Err(Rejected(Rejection::Integrity)));
    assert_eq!(is_refused, integrity_value.replace(' ', "+") != right);
    assert!(opened.is_err() || enc_data.len().is_multiple_of(4));
}
