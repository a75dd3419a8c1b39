//! `getOAuthToken`: the same answer, without NICE.

use member_verification::nice::integrated::SvcType;
use serde_json::{Value, json};

use super::bench::{Bench, PUBLIC_URL};
use crate::support::{
    app::{RETURN_URL, Setup},
    by_the_book::hmac,
    integrated_stub::IntegratedStub,
    told::Told,
};

fn with_methods(methods: &'static [SvcType]) -> impl FnOnce(&mut Setup) {
    move |setup| {
        if let member_verification::config::NiceApi::Integrated(config) = &mut setup.nice.api {
            config.svc_types = methods.to_vec();
        }
    }
}

#[tokio::test]
async fn the_answer_has_the_contracts_shape_and_nice_is_not_asked() {
    let bench = Bench::start().await;
    let begun = bench
        .begin(&json!({"requestno": "order-1", "sitecode": "OLDSITE1"}))
        .await;
    assert_eq!(
        begun.window,
        format!("{PUBLIC_URL}/v1/member/verificationWindow")
    );
    let names: Vec<_> = begun.answer.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "token_version_id",
            "enc_data",
            "integrity_value",
            "iv",
            "key",
            "reqNo"
        ]
    );
    assert_eq!(begun.text("token_version_id").len(), 43);
    assert_eq!((begun.text("key").len(), begun.text("iv").len()), (16, 16));
    assert_eq!(begun.text("reqNo"), "order-1");
    let request = decrypted(&begun.answer);
    assert_eq!(request["requestno"], "order-1");
    assert_eq!(request["returnurl"], RETURN_URL);
    assert_eq!(request["sitecode"], "OLDSITE1");
    let another = bench.begin(&json!({})).await;
    for name in ["token_version_id", "key", "iv"] {
        assert_ne!(begun.text(name), another.text(name), "{name}");
    }
    // The token may be fetched ahead, and nothing else is.
    assert_eq!(bench.nice.counts()[1..], [0, 0]);
}

/// As a shop reads it that has `key` and `iv`.
fn decrypted(answer: &Value) -> Value {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    let (key, iv) = (text("key"), text("iv"));
    let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(key.as_bytes(), iv.as_bytes());
    let bytes = STANDARD.decode(text("enc_data")).unwrap();
    let plain = cipher.unwrap().decrypt_padded_vec::<Pkcs7>(&bytes).unwrap();
    assert_ne!(
        text("integrity_value"),
        hmac(key.as_bytes(), text("enc_data").as_bytes())
    );
    serde_json::from_slice(&plain).unwrap()
}

#[tokio::test]
async fn an_authtype_that_the_api_or_the_contract_lacks_is_refused() {
    use SvcType::{FinancialCertificate, Ipin, JointCertificate, Phone};
    for (methods, permitted) in [
        (&[Phone][..], &["", "M"][..]),
        (&[Phone, FinancialCertificate], &["", "M", "F"]),
        (
            &[Phone, FinancialCertificate, JointCertificate, Ipin],
            &["", "M", "F", "U", "X"],
        ),
        (
            &[FinancialCertificate, JointCertificate],
            &["", "F", "U", "X"],
        ),
        (&[Ipin], &[""]),
    ] {
        let bench = Bench::start_with(IntegratedStub::start().await, with_methods(methods)).await;
        for authtype in ["", "M", "C", "X", "U", "F", "S"] {
            let told = Told::of(bench.issue(&json!({"authtype": authtype})).await).await;
            if permitted.contains(&authtype) {
                assert_eq!(told.status, 200, "{authtype}: {told:?}");
                continue;
            }
            assert_eq!((told.status, &*told.reason()), (400, "INVALID_REQUEST"));
            let answer = told.json();
            let faults = answer["errors"].as_array().unwrap();
            assert_eq!((faults.len(), &faults[0]["field"]), (1, &json!("authtype")));
            let message = faults[0]["message"].as_str().unwrap();
            let named = |letter: &&str| message.contains(&format!("{letter}, "));
            assert!(!["C", "S"].iter().any(named), "{message}");
            let is_ipin = message.contains("아이핀") || message.contains("i-PIN");
            assert_eq!(is_ipin, permitted == [""], "{message}");
        }
        // With all other faults, and not after them.
        let two = json!({"authtype": "C", "popupyn": "yes"});
        let told = Told::of(bench.issue(&two).await).await;
        assert_eq!(told.json()["errors"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_session_is_kept_although_nobody_may_open_results_here() {
    let bench = Bench::start_with(IntegratedStub::start().await, |setup| {
        setup.service.result_access = None;
    })
    .await;
    let (begun, window) = bench.opened(&json!({})).await;
    let values = bench.values(&window).await;
    let told = bench.open(&begun, &values).await;
    assert_eq!((told.status, &*told.reason()), (401, "UNAUTHORIZED"));
}

#[tokio::test]
async fn it_is_ready_at_once_and_has_no_pool() {
    let bench = Bench::start().await;
    assert_eq!(bench.get("/health/ready").await.status, 200);
    assert!(!bench.app.metrics.print().contains("pool_ready"));
}
