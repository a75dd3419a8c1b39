//! Key material: fresh, compared in constant time, and where it belongs.

use std::{collections::HashSet, fmt::Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::nice::path;
use serde_json::{Value, json};

use crate::{
    support::app::OPEN,
    support::nice_stub::{NiceStub, TOKEN_VAL},
    support::parallel::futures_in_order,
};
use crate::{support::live::Live, support::told::Told};

#[tokio::test]
async fn no_two_requests_share_a_token_a_key_or_an_iv() {
    let nice = NiceStub::start().await;
    // A busy machine may need longer than a caller waits.
    let patient = [("NICE_CALL_TIMEOUT", "30s"), ("REQUEST_DEADLINE", "60s")];
    let instances = [
        Live::before(nice.clone(), &patient).await,
        Live::before(nice, &patient).await,
    ];
    let requests = instances
        .iter()
        .flat_map(|live| (0..150).map(|_| live.answer_to("{}")));
    let answers = futures_in_order(requests).await;
    for name in [
        "token_version_id",
        "key",
        "iv",
        "enc_data",
        "integrity_value",
        "reqNo",
    ] {
        let values: HashSet<&str> = answers
            .iter()
            .map(|one| one[name].as_str().unwrap())
            .collect();
        assert_eq!(values.len(), 300, "{name}");
    }
}

/// Fails to compile for a type that has `PartialEq`: the call would be
/// ambiguous.
macro_rules! assert_no_comparison {
    ($($secret:ty),+) => {$({
        trait Ambiguous<Which> {
            fn choose() {}
        }
        struct Comparable;
        impl<T: ?Sized> Ambiguous<()> for T {}
        impl<T: ?Sized + PartialEq> Ambiguous<Comparable> for T {}
        <$secret as Ambiguous<_>>::choose();
    })+};
}

#[test]
fn secret_types_have_no_equality() {
    assert_no_comparison!(
        member_verification::secret::Secret,
        member_verification::crypto::KeySet,
        member_verification::http::KeyDigest,
        member_verification::http::ResultAccess,
        member_verification::nice::Credentials,
        member_verification::nice::CryptoToken,
        member_verification::nice::InstitutionToken,
        member_verification::store::Session,
        member_verification::store::StoreKeys,
        member_verification::token::ReadyToken
    );
}

#[test]
fn integrity_values_and_keys_are_compared_in_constant_time() {
    for (source, comparison) in [
        (
            include_str!("../../../crates/nice-crypto/src/mac.rs"),
            ".verify_slice(",
        ),
        (include_str!("../../../src/http/api_key.rs"), ".ct_eq("),
    ] {
        assert!(source.contains(comparison), "{comparison}");
        for other in ["==", "!=", "starts_with", ".eq(", "matches!"] {
            assert!(!source.contains(other), "{other} beside {comparison}");
        }
    }
}

#[tokio::test]
async fn with_server_custody_neither_key_nor_iv_is_answered() {
    let live = Live::start(&[("KEY_CUSTODY", "server")]).await;
    let verification = live.begin().await;
    let names: Vec<&String> = verification.answer.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["token_version_id", "enc_data", "integrity_value", "reqNo"]
    );
    let call = verification.genuine_call();
    let mut wrong = call.clone();
    wrong["integrity_value"] = "A".into();
    let answers = [
        live.open(&wrong).await,
        live.open(&call).await,
        live.open(&call).await,
    ];
    let statuses = answers.each_ref().map(|told| told.status);
    assert_eq!(statuses, [400, 200, 409]);
    let told = answers.map(|told| told.all()).concat() + &verification.answer.to_string();
    for part in [verification.keys.key(), verification.keys.iv()] {
        assert!(!told.contains(part), "{told}");
    }
}

/// The contract shows key and IV, which are parts of the HMAC key's own
/// text; what is between them must stay here.
#[tokio::test]
async fn the_hmac_key_never_leaves_in_either_custody() {
    for custody in ["client", "server"] {
        let live = Live::start(&[("KEY_CUSTODY", custody)]).await;
        let mut told = String::new();
        let verification = live.begin().await;
        told.push_str(&verification.answer.to_string());
        let call = verification.genuine_call();
        let mut wrong = call.clone();
        wrong["enc_data"] = verification.answer["enc_data"].clone();
        for call in [&wrong, &json!({}), &call, &call] {
            told.push_str(&live.open(call).await.all());
        }
        for path in ["/openapi.json", "/health/ready", "/nowhere", OPEN] {
            let answer = live.request("GET", path).send().await.unwrap();
            told.push_str(&Told::of(answer).await.all());
        }
        let keys = &verification.keys;
        let raw = STANDARD.decode(&keys.0).unwrap();
        let hex = hex(&raw);
        let asked = &live.nice.calls(path::CRYPTO_TOKEN)[0];
        for secret in [
            keys.hidden(),
            keys.hmac_key(),
            &STANDARD.encode(keys.hmac_key()),
            &hex,
            &asked.field("req_no"),
            TOKEN_VAL,
        ] {
            assert!(!told.contains(secret), "{custody}: {secret} in {told}");
        }
        // It could be told apart, had it been there.
        assert_eq!(told.contains(keys.key()), custody == "client");
    }
}

/// From a CSPRNG they differ at each place, in two processes as in one, and
/// no part of them is a counter, a clock or a name.
fn check_random(numbers: &[String]) {
    let distinct: HashSet<&String> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len());
    for number in numbers {
        // 62^22 is more than 2^128, so they hold more than they have to.
        assert_eq!(number.len(), 30, "{number}");
        assert!(
            number.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{number}"
        );
    }
    for place in 0..30 {
        let letters: HashSet<u8> = numbers.iter().map(|text| text.as_bytes()[place]).collect();
        // 62 were drawn from 200 times or more: that 40 or fewer come up is
        // less likely than 2^-70.
        assert!(letters.len() > 40, "place {place}: {letters:?}");
    }
}

#[tokio::test]
async fn numbers_are_random_and_hold_128_bits() {
    let nice = NiceStub::start().await;
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let live = Live::before(nice.clone(), &[]).await;
        let answers = futures_in_order((0..100).map(|_| live.answer_to("{}"))).await;
        let of = |answer: &Value| answer["reqNo"].as_str().unwrap().to_owned();
        numbers.extend(answers.iter().map(of));
    }
    check_random(&numbers);
    let asked: Vec<String> = nice
        .calls(path::CRYPTO_TOKEN)
        .iter()
        .map(|call| call.field("req_no"))
        .collect();
    check_random(&asked);
    // The caller sees one of them and learns nothing of the other.
    assert!(asked.iter().all(|number| !numbers.contains(number)));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}
