//! A result: the bytes as the plain text that NICE sealed, as the cipher
//! text under a right integrity value, and as both values whole. None opens
//! without the right HMAC, none when it is what was sent, and what opens
//! keeps the lengths that are promised.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use encoding_rs::EUC_KR;
use libfuzzer_sys::fuzz_target;
use member_verification::{
    crypto::{self, Sealed},
    verification::{OpenError, VerificationResult, Why},
};
use member_verification_fuzz::{OpeningRoom, REQUESTNO, SITE_CODE};
use serde_json::{Map, Value};

/// No cipher text has this SHA-256.
const NOTHING_SENT: [u8; 32] = [0; 32];

fuzz_target!(|bytes: &[u8]| {
    check_plaintext(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_cipher_text(text);
        let (enc_data, integrity_value) = text.split_once('\n').unwrap_or((text, ""));
        check_values(enc_data, integrity_value);
    }
});

fn check_plaintext(plaintext: &[u8]) {
    let sealed = crypto::seal(&OpeningRoom::keys(), plaintext);
    assert_eq!(
        sealed.integrity_value,
        OpeningRoom::integrity_value(&sealed.enc_data)
    );
    match OpeningRoom::open(&sealed, NOTHING_SENT) {
        Ok(result) => {
            check_result(&result, plaintext);
            check_reflection(&sealed);
            check_other_integrity(&sealed);
        }
        Err(OpenError::Rejected(why)) => {
            assert!(!matches!(why, Why::Integrity | Why::Decryption), "{why}");
        }
        Err(OpenError::NotVerified { resultcode }) => {
            assert!((1..=4).contains(&resultcode.len()) && resultcode != "0000");
            assert!(resultcode.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            check_reflection(&sealed);
            check_other_integrity(&sealed);
        }
        Err(error) => panic!("{error}"),
    }
}

/// The same, had it been the session's own request.
fn check_reflection(sealed: &Sealed) {
    let opened = OpeningRoom::open(sealed, OpeningRoom::fingerprint(&sealed.enc_data));
    assert!(matches!(opened, Err(OpenError::Rejected(Why::Reflection))));
}

fn check_other_integrity(sealed: &Sealed) {
    let mut other = sealed.clone();
    let first = if other.integrity_value.starts_with('A') {
        "B"
    } else {
        "A"
    };
    other.integrity_value.replace_range(..1, first);
    let opened = OpeningRoom::open(&other, NOTHING_SENT);
    assert!(matches!(opened, Err(OpenError::Rejected(Why::Integrity))));
}

fn check_result(result: &VerificationResult, plaintext: &[u8]) {
    let text = EUC_KR.decode_without_bom_handling_and_without_replacement(plaintext);
    let sent: Map<String, Value> = serde_json::from_str(&text.unwrap()).unwrap();
    assert_eq!(sent["resultcode"], "0000");
    assert_eq!((&*result.req_no, &*result.sitecode), (REQUESTNO, SITE_CODE));

    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    assert!(result.enctime.len() == 14 && digits(&result.enctime));
    assert!(result.birthdate.len() == 8 && digits(&result.birthdate));
    let within = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
    assert!(within(&result.responseno, 24));
    assert!(within(&result.name, 100) && !result.name.contains('\0'));
    assert!(sent.contains_key("utf8_name") || sent["name"] == *result.name);

    let length = |text: &str| text.chars().count();
    for (name, value, lengths) in [
        ("authtype", &result.authtype, 1..=1),
        ("gender", &result.gender, 1..=1),
        ("nationalinfo", &result.nationalinfo, 1..=1),
        ("mobileco", &result.mobileco, 1..=1),
        ("mobileno", &result.mobileno, 1..=usize::MAX),
        ("ci", &result.ci, 88..=88),
        ("di", &result.di, 64..=64),
        ("businessno", &result.businessno, 1..=10),
        ("receivedata", &result.receivedata, 1..=usize::MAX),
    ] {
        let expected = sent.get(name).and_then(Value::as_str);
        assert_eq!(
            value.as_deref().unwrap_or(""),
            expected.unwrap_or(""),
            "{name}"
        );
        assert!(
            value
                .as_ref()
                .is_none_or(|text| lengths.contains(&length(text))),
            "{name}"
        );
    }
}

/// Any cipher text under its right integrity value: what isn't base64 of
/// whole blocks must not come as far as a reading.
fn check_cipher_text(enc_data: &str) {
    let sealed = Sealed {
        enc_data: enc_data.to_owned(),
        integrity_value: OpeningRoom::integrity_value(&enc_data.replace(' ', "+")),
    };
    match OpeningRoom::open(&sealed, NOTHING_SENT) {
        Err(OpenError::Rejected(Why::Integrity)) => panic!("its HMAC is right"),
        Err(OpenError::Rejected(Why::Decryption) | _) => {}
        Ok(_) => assert!(enc_data.len().is_multiple_of(4)),
    }
}

/// Both values: only the right HMAC gets past the first check.
fn check_values(enc_data: &str, integrity_value: &str) {
    let right = OpeningRoom::integrity_value(&enc_data.replace(' ', "+"));
    let is_right = integrity_value.replace(' ', "+") == right;
    let sealed = Sealed {
        enc_data: enc_data.to_owned(),
        integrity_value: integrity_value.to_owned(),
    };
    let opened = OpeningRoom::open(&sealed, NOTHING_SENT);
    let refused = matches!(opened, Err(OpenError::Rejected(Why::Integrity)));
    assert_eq!(refused, !is_right);
}
