//! Golden vectors of 통합인증, made with Python, Node, OpenSSL and Java: not our
//! own arithmetic.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use nice_crypto::{
    UnsealError,
    integrated::{Iterators, TransactionKeys},
};
use serde_json::Value;

const PHONE: &str = include_str!("../../../tests/vectors/integrated-phone.json");
const IPIN: &str = include_str!("../../../tests/vectors/integrated-ipin.json");

struct Vector(Value);

impl Vector {
    fn both() -> [Self; 2] {
        [PHONE, IPIN].map(|json| Self(serde_json::from_str(json).unwrap()))
    }

    fn phone() -> Self {
        let [phone, _] = Self::both();
        phone
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn iterators(&self) -> Iterators {
        Iterators::try_from(self.0["iterators"].as_i64().unwrap()).unwrap()
    }

    fn keys(&self) -> TransactionKeys {
        self.keys_of(self.text("ticket"))
    }

    fn keys_of(&self, ticket: &str) -> TransactionKeys {
        TransactionKeys::derive(ticket, self.text("transaction_id"), self.iterators())
    }

    fn iv(&self) -> [u8; 16] {
        let hex = self.text("iv_hex");
        std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
    }

    fn refusal(&self, keys: &TransactionKeys, enc_data: &str) -> UnsealError {
        keys.open(enc_data, self.text("integrity_value"))
            .unwrap_err()
    }
}

#[test]
fn results_open_to_the_bytes_of_the_vectors() {
    for vector in Vector::both() {
        let (enc_data, integrity) = (vector.text("enc_data"), vector.text("integrity_value"));
        let opened = vector.keys().open(enc_data, integrity).unwrap();
        assert_eq!(*opened, vector.text("plaintext").as_bytes());
    }
}

#[test]
fn plain_texts_are_sealed_as_in_the_vectors() {
    for vector in Vector::both() {
        let sealed = vector
            .keys()
            .seal(vector.text("plaintext").as_bytes(), vector.iv());
        assert_eq!(sealed.enc_data, vector.text("enc_data"));
        assert_eq!(sealed.integrity_value, vector.text("integrity_value"));
    }
}

#[test]
fn an_integrity_value_over_the_whole_answer_is_another_reading() {
    let vector = Vector::phone();
    let keys = vector.keys();
    let (enc_data, whole) = (
        vector.text("enc_data"),
        vector.text("integrity_value_whole_answer"),
    );
    assert_eq!(
        keys.open(enc_data, whole).unwrap_err(),
        UnsealError::Integrity
    );
    let open = |code, message| keys.open_whole_answer(code, message, enc_data, whole);
    let opened = open(vector.text("result_code"), vector.text("result_message"));
    assert_eq!(*opened.unwrap(), vector.text("plaintext").as_bytes());
    for (code, message) in [("0001", "응답성공"), ("0000", "정상처리"), ("", "")] {
        assert_eq!(open(code, message).unwrap_err(), UnsealError::Integrity);
    }
}

#[test]
fn every_flipped_bit_is_an_integrity_failure() {
    for vector in Vector::both() {
        let keys = vector.keys();
        let texts = [vector.text("enc_data"), vector.text("integrity_value")];
        for (which, text) in texts.iter().enumerate() {
            for at in 0..text.len() * 8 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at / 8] ^= 1 << (at % 8);
                let Ok(flipped) = String::from_utf8(bytes) else {
                    continue;
                };
                let mut sent = texts;
                sent[which] = &flipped;
                assert_eq!(
                    keys.open(sent[0], sent[1]).unwrap_err(),
                    UnsealError::Integrity,
                    "text {which}, bit {at}"
                );
            }
        }
    }
}

#[test]
fn each_other_alphabet_of_a_text_is_another_text() {
    let vector = Vector::phone();
    let standard = vector.text("enc_data").replace('-', "+").replace('_', "/");
    for enc_data in [&standard, &format!("{}=", vector.text("enc_data"))] {
        assert_eq!(
            vector.refusal(&vector.keys(), enc_data),
            UnsealError::Integrity
        );
    }
}

#[test]
fn padding_and_the_standard_alphabet_are_read_where_the_integrity_value_covers_them() {
    for vector in Vector::both() {
        let keys = vector.keys();
        let standard = vector.text("enc_data").replace('-', "+").replace('_', "/");
        let padded = format!("{standard}{}", &"==="[..(4 - standard.len() % 4) % 4]);
        for enc_data in [standard, padded] {
            let opened = keys
                .open(&enc_data, &keys.integrity(enc_data.as_bytes()))
                .unwrap();
            assert_eq!(*opened, vector.text("plaintext").as_bytes());
        }
        let integrity = vector
            .text("integrity_value")
            .replace('-', "+")
            .replace('_', "/");
        keys.open(vector.text("enc_data"), &format!("{integrity}="))
            .unwrap();
    }
}

#[test]
fn another_ticket_transaction_or_count_opens_nothing() {
    let [phone, ipin] = Vector::both();
    let enc_data = phone.text("enc_data");
    let (ticket, transaction_id) = (phone.text("ticket"), phone.text("transaction_id"));
    let more = Iterators::try_from(67_u32).unwrap();
    let padded = format!("{transaction_id} ");
    for keys in [
        phone.keys_of(ipin.text("ticket")),
        TransactionKeys::derive(ticket, ipin.text("transaction_id"), phone.iterators()),
        TransactionKeys::derive(ticket, &padded, phone.iterators()),
        TransactionKeys::derive(ticket, transaction_id, more),
    ] {
        assert_eq!(phone.refusal(&keys, enc_data), UnsealError::Integrity);
    }
}

/// Only a holder of the keys could send this.
#[test]
fn what_is_no_sealed_text_is_refused_after_its_integrity_value_fits() {
    let keys = Vector::phone().keys();
    let empty = keys.seal(b"", [7; 16]).enc_data;
    let short = "A".repeat(40);
    let other = Vector::both()[1].text("enc_data").to_owned();
    for (enc_data, expected) in [
        ("", UnsealError::Decryption),
        ("AAAA", UnsealError::Decryption),
        (short.as_str(), UnsealError::Decryption),
        // 32 bytes: IV and tag, with nothing between.
        (empty.as_str(), UnsealError::Decryption),
        (other.as_str(), UnsealError::Decryption),
        ("A", UnsealError::Base64),
        ("AA AA", UnsealError::Base64),
        ("한글", UnsealError::Base64),
    ] {
        let integrity = keys.integrity(enc_data.as_bytes());
        let error = keys.open(enc_data, &integrity).unwrap_err();
        assert_eq!(error, expected, "{enc_data}");
    }
}

#[test]
fn integrity_values_of_any_length_are_refused_without_a_panic() {
    let vector = Vector::phone();
    let long = "A".repeat(500);
    for text in [
        "",
        "=",
        "AAAA",
        &long[..42],
        &long[..43],
        &long[..44],
        &long,
    ] {
        let error = vector.keys().open(vector.text("enc_data"), text);
        assert_eq!(error.unwrap_err(), UnsealError::Integrity, "{text}");
    }
}

#[test]
fn iterators_are_bounded() {
    for rounds in [1, 66, 1_000_000] {
        assert_eq!(Iterators::try_from(rounds).unwrap().get(), rounds);
    }
    for rounds in [
        i64::MIN,
        -1,
        0,
        1_000_001,
        i64::from(u32::MAX) + 67,
        i64::MAX,
    ] {
        assert!(Iterators::try_from(rounds).is_err(), "{rounds}");
    }
}

#[test]
fn keys_are_wiped_and_not_printed() {
    fn wiped(_: &impl zeroize::ZeroizeOnDrop) {}
    let vector = Vector::phone();
    wiped(&vector.keys());
    let printed = format!("{:?}", vector.keys());
    assert_eq!(printed, "TransactionKeys(redacted)");
}
