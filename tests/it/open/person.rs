//! What a shop learns of a person beyond NICE's fields, and what it need not
//! keep.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use member_verification::{
    secret::Secret,
    verification::{HashKeys, KeptFields},
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    open::opening::{Session, check_refused, open},
    support::app::{API_KEY, OPEN, TestApp, json, start, start_with},
    support::nice_stub::NiceStub,
};

/// What open answers for a result with these changes and this `expect`.
async fn opened(app: &TestApp, changes: &Value, expect: Value) -> Value {
    let session = Session::begin(app, &json!({})).await;
    let mut call = session.call(&session.seal(&session.result(changes)));
    call["expect"] = expect;
    json(open(app, &call).await).await
}

#[tokio::test]
async fn the_age_is_that_of_the_korean_day_of_opening() {
    let app = start().await;
    let age = async |now: &str, birthdate: &str| {
        app.clock.set(now.parse::<Timestamp>().unwrap());
        opened(&app, &json!({"birthdate": birthdate}), Value::Null).await["age"].take()
    };
    let (eve, new_year) = ("2025-12-31T14:59:59Z", "2025-12-31T15:00:00Z");
    assert_eq!(
        age(eve, "20070101").await,
        json!({"years": 18, "over14": true, "over19": false, "youthProtectionAdult": false})
    );
    assert_eq!(
        age(new_year, "20070702").await,
        json!({"years": 18, "over14": true, "over19": false, "youthProtectionAdult": true})
    );
    for impossible in ["20260102", "20250229", "19901301"] {
        assert_eq!(age(new_year, impossible).await, Value::Null, "{impossible}");
    }
    assert_eq!(
        opened(&app, &json!({"birthdate": null}), Value::Null).await["age"],
        Value::Null
    );
}

#[tokio::test]
async fn what_was_expected_is_compared_and_a_mismatch_is_told() {
    let app = start().await;
    let decomposed = "홍\u{1100}\u{1175}\u{11af}동";
    for (expect, matches) in [
        (
            json!({"name": "홍 길 동"}),
            json!({"all": true, "name": true}),
        ),
        (
            json!({"name": decomposed}),
            json!({"all": true, "name": true}),
        ),
        (
            json!({"name": "홍길순"}),
            json!({"all": false, "name": false}),
        ),
        (
            json!({"birthdate": "1990-01-01", "mobileno": "010-0000-0000"}),
            json!({"all": true, "birthdate": true, "mobileno": true}),
        ),
        (
            json!({"mobileno": "+82 10 0000 0000"}),
            json!({"all": true, "mobileno": true}),
        ),
        (
            json!({"mobileno": "010 0000 0001"}),
            json!({"all": false, "mobileno": false}),
        ),
        (
            json!({"name": "홍길동", "ci": "C".repeat(88), "di": "other"}),
            json!({"all": false, "name": true, "ci": true, "di": false}),
        ),
        (
            json!({"name": "홍길동", "ci": null, "di": ""}),
            json!({"all": true, "name": true}),
        ),
        (Value::Null, Value::Null),
        (json!({}), Value::Null),
        (json!({"name": null}), Value::Null),
    ] {
        let body = opened(&app, &json!({}), expect.clone()).await;
        assert_eq!(body["matches"], matches, "{expect}");
    }
    // Nothing to compare with is no match.
    let body = opened(
        &app,
        &json!({"ci": null}),
        json!({"ci": "C", "name": "홍길동"}),
    )
    .await;
    assert_eq!(
        body["matches"],
        json!({"all": false, "name": true, "ci": null})
    );
}

#[tokio::test]
async fn a_misspelt_expectation_is_refused_and_burns_nothing() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let mut call = session.call(&session.seal(&session.result(&json!({}))));
    for (expect, field) in [
        (json!({"nmae": "홍길동"}), "expect"),
        (json!({"name": 1}), "expect.name"),
        (json!("name"), "expect"),
        (json!(["name"]), "expect"),
    ] {
        call["expect"] = expect;
        let body = check_refused(&app, &call, (400, "INVALID_REQUEST")).await;
        assert_eq!(body["errors"][0]["field"], field, "{body}");
    }
    call["expect"] = json!({"name": "홍길동"});
    assert_eq!(open(&app, &call).await.status(), 200);
}

#[tokio::test]
async fn a_form_carries_what_is_expected_as_json() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in call.as_object().unwrap() {
        form.append_pair(name, value.as_str().unwrap());
    }
    form.append_pair("expect", &json!({"name": "홍길순"}).to_string());
    let request = app.request("POST", OPEN).header("x-api-key", API_KEY);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = json(request.body(form.finish()).send().await.unwrap()).await;
    assert_eq!(body["matches"], json!({"all": false, "name": false}));
}

#[tokio::test]
async fn a_shop_may_do_without_raw_values() {
    let (key, older) = ([1; 32], [2; 32]);
    let list = format!("k2:{},k1:{}", STANDARD.encode(key), STANDARD.encode(older));
    let keys = HashKeys::parse(&Secret::new(list)).unwrap();
    let app = start_with(NiceStub::start().await, |setup| {
        setup.service.results.hash_keys = Some(keys);
        let fields =
            ["age", "ciHash", "ciHashes", "diHash"].map(|name| KeptFields::named(name).unwrap());
        setup.service.results.fields = Some(KeptFields::new(fields.to_vec()));
    })
    .await;
    let hash = |id: &str, key: &[u8], value: &str| {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        let hash = mac.chain_update(value).finalize().into_bytes();
        format!("{id}.{}", URL_SAFE_NO_PAD.encode(hash))
    };
    let (ci, di) = ("C".repeat(88), "D".repeat(64));
    let session = Session::begin(&app, &json!({"requestno": "order-1"})).await;
    let mut call = session.call(&session.seal(&session.result(&json!({}))));
    call["expect"] = json!({"name": "홍길순"});
    let body = json(open(&app, &call).await).await;
    assert_eq!(
        body,
        json!({
            "reqNo": "order-1",
            "age": {"years": 36, "over14": true, "over19": true, "youthProtectionAdult": true},
            "matches": {"all": false, "name": false},
            "ciHash": hash("k2", &key, &ci),
            "ciHashes": [hash("k2", &key, &ci), hash("k1", &older, &ci)],
            "diHash": hash("k2", &key, &di),
        })
    );
    let body = opened(&app, &json!({"ci": null}), Value::Null).await;
    assert_eq!(
        (&body["ciHash"], &body["ciHashes"]),
        (&Value::Null, &Value::Null)
    );
    assert!(body["diHash"].is_string());
}

/// Also those that only 통합인증 has.
#[test]
fn each_field_of_an_answer_may_be_listed() {
    let document = include_str!("../../../openapi/member-api.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let result = &document["components"]["schemas"]["VerificationResult"]["properties"];
    let mut answered: Vec<&String> = result.as_object().unwrap().keys().collect();
    let mut listed = KeptFields::NAMES.to_vec();
    answered.sort_unstable();
    listed.sort_unstable();
    assert_eq!(answered, listed);
}

#[test]
fn hash_keys_have_an_id_and_32_bytes() {
    let key = STANDARD.encode([7; 32]);
    let short = STANDARD.encode([7; 31]);
    for good in [format!("a:{key}"), format!("k-1:{key}, k_2:{key}")] {
        assert!(HashKeys::parse(&Secret::new(good)).is_ok());
    }
    for bad in [
        key.clone(),
        format!(":{key}"),
        format!("k.1:{key}"),
        format!("k1:{short}"),
        format!("k1:{key},k1:{key}"),
        format!("k1:{key},"),
        String::new(),
    ] {
        let error = HashKeys::parse(&Secret::new(bad)).unwrap_err();
        assert!(!error.contains(&key) && !error.contains(&short), "{error}");
    }
}
