//! Golden vectors, made with Python and openssl: not our own arithmetic.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use nice_crypto::{self as crypto, KeySet, UnsealError};
use serde_json::Value;
use sha2::{Digest, Sha256};

const REQUEST: &str = include_str!("../../../tests/vectors/request-minimal.json");
const RESULT: &str = include_str!("../../../tests/vectors/result-cp949.json");

struct Vector(Value);

impl Vector {
    fn read(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap())
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn keys(&self) -> KeySet {
        KeySet::derive(
            self.text("req_dtim"),
            self.text("req_no"),
            self.text("token_val"),
        )
    }
}

#[test]
fn keys_are_those_of_the_vectors() {
    for vector in [Vector::read(REQUEST), Vector::read(RESULT)] {
        assert_eq!(vector.keys().key_text(), vector.text("key"));
        assert_eq!(vector.keys().iv_text(), vector.text("iv"));
    }
}

#[test]
fn values_are_trimmed_before_the_keys_are_derived() {
    let vector = Vector::read(REQUEST);
    let keys = KeySet::derive(
        &format!(" {}\n", vector.text("req_dtim")),
        &format!("\t{} ", vector.text("req_no")),
        &format!(" {}  ", vector.text("token_val")),
    );
    assert_eq!(keys.key_text(), vector.text("key"));
}

#[test]
fn a_request_is_sealed_as_in_the_vector() {
    let vector = Vector::read(REQUEST);
    let sealed = crypto::seal(&vector.keys(), vector.text("plaintext").as_bytes());
    assert_eq!(sealed.enc_data, vector.text("enc_data"));
    assert_eq!(sealed.integrity_value, vector.text("integrity_value"));
}

#[test]
fn a_result_opens_to_the_bytes_of_the_vector() {
    let vector = Vector::read(RESULT);
    let opened = crypto::open(
        &vector.keys(),
        vector.text("enc_data"),
        vector.text("integrity_value"),
    )
    .unwrap();
    let digest = Sha256::digest(&*opened);
    let expected = vector.text("plaintext_sha256");
    let expected = (0..32).map(|at| u8::from_str_radix(&expected[2 * at..2 * at + 2], 16).unwrap());
    assert!(digest.iter().copied().eq(expected));
    assert!(std::str::from_utf8(&opened).is_err(), "CP949 is not UTF-8");
}

#[test]
fn any_flipped_bit_is_an_integrity_failure() {
    let vector = Vector::read(RESULT);
    let keys = vector.keys();
    let (enc_data, integrity) = (vector.text("enc_data"), vector.text("integrity_value"));
    let flipped = |text: &str, index: usize, bit: u8| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[index] ^= 1 << bit;
        String::from_utf8(bytes).ok()
    };
    for bit in 0..7 {
        for index in 0..enc_data.len() {
            let Some(text) = flipped(enc_data, index, bit) else {
                continue;
            };
            let error = crypto::open(&keys, &text, integrity).unwrap_err();
            assert_eq!(
                error,
                UnsealError::Integrity,
                "enc_data, byte {index}, bit {bit}"
            );
        }
        for index in 0..integrity.len() {
            let Some(text) = flipped(integrity, index, bit) else {
                continue;
            };
            let error = crypto::open(&keys, enc_data, &text).unwrap_err();
            assert_eq!(
                error,
                UnsealError::Integrity,
                "integrity_value, byte {index}, bit {bit}"
            );
        }
    }
}

#[test]
fn integrity_values_of_any_length_are_refused_without_a_panic() {
    let vector = Vector::read(RESULT);
    for text in [
        "",
        "=",
        "AAAA",
        &"A".repeat(43),
        &"A".repeat(44),
        &"A".repeat(500),
    ] {
        let error = crypto::open(&vector.keys(), vector.text("enc_data"), text).unwrap_err();
        assert_eq!(error, UnsealError::Integrity, "{text}");
    }
}
