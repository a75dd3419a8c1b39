//! What the shop receives: the older API's result, whatever opens it.

use serde_json::{Value, json};

use super::bench::{Begun, Bench, title};
use crate::support::{app::Setup, integrated_stub::IntegratedStub, told::Told};

/// A person who doesn't exist.
fn person() -> Value {
    json!({
        "name": "홍길동", "birthdate": "19900101", "gender": "1", "national_info": "0",
        "ci": "C".repeat(88), "di": "D".repeat(64), "mobile_co": "1", "mobile_no": "01000000000",
    })
}

async fn verified(bench: &Bench, request: &Value, person: Value) -> (Begun, Value) {
    bench.nice.hand_out(&person);
    let (begun, window) = bench.opened(request).await;
    let values = bench.values(&window).await;
    let told = bench.open(&begun, &values).await;
    assert_eq!(told.status, 200, "{told:?}");
    (begun, told.json())
}

#[tokio::test]
async fn the_fields_are_those_of_the_older_api() {
    let bench = Bench::start().await;
    let request = json!({
        "requestno": "order-1", "sitecode": "OLDSITE1", "receivedata": "장바구니 \u{1}\t\"\\ +%41"
    });
    let (_, result) = verified(&bench, &request, person()).await;
    let responseno = result["responseno"].as_str().unwrap();
    assert_eq!(responseno.len(), 24);
    assert_eq!(
        result,
        json!({
            "reqNo": "order-1", "responseno": responseno, "enctime": "20260115010203",
            "sitecode": "OLDSITE1", "authtype": "M", "name": "홍길동", "birthdate": "19900101",
            "age": result["age"], "gender": "1", "nationalinfo": "0", "mobileco": "1", "mobileno": "01000000000",
            "ci": "C".repeat(88), "di": "D".repeat(64),
            "receivedata": "장바구니 \u{1}\t\"\\ +%41",
        })
    );
}

#[tokio::test]
async fn what_only_the_newer_api_has_comes_too() {
    let bench = Bench::start().await;
    let ipin = json!({
        "name": "NGUYỄN THỊ LAN", "birthdate": 19_851_231, "gender": "0", "national_info": "1",
        "ci": "C".repeat(88), "ci2": "E".repeat(88), "di": "D".repeat(64), "ci_update": "1",
        "vnumber": "0000000000001", "age_code": "7", "auth_method": "5", "unknown": {"a": []}
    });
    let (_, result) = verified(&bench, &json!({}), ipin).await;
    for (name, value) in [
        ("name", "NGUYỄN THỊ LAN"),
        ("birthdate", "19851231"),
        ("authtype", "I"),
        ("ci2", &"E".repeat(88)),
        ("ci_update", "1"),
        ("vnumber", "0000000000001"),
        ("age_code", "7"),
        ("auth_method", "5"),
        ("sitecode", "INTEGRATED"),
    ] {
        assert_eq!(result[name], value, "{name}");
    }
    assert_eq!(result.get("mobileno"), None);
}

#[tokio::test]
async fn the_authtype_is_inferred() {
    let bench = Bench::start().await;
    let mut certificate = person();
    for name in ["mobile_co", "mobile_no"] {
        certificate.as_object_mut().unwrap().remove(name);
    }
    let mut ipin = certificate.clone();
    ipin["vnumber"] = json!("0000000000001");
    for (asked, person, authtype) in [
        ("", person(), json!("M")),
        ("", ipin, json!("I")),
        ("X", certificate.clone(), json!("X")),
        ("F", certificate.clone(), json!("F")),
        ("", certificate.clone(), Value::Null),
    ] {
        let (_, result) = verified(&bench, &json!({"authtype": asked}), person).await;
        assert_eq!(result["authtype"], authtype, "{asked}");
    }
}

#[tokio::test]
async fn a_result_by_post_is_a_form_that_sends_itself() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({"methodtype": "post"})).await;
    let told = bench.back(&window).await;
    assert_eq!((told.status, title(&told)), (200, "Going back to the shop"));
    assert!(
        told.body.contains(
            "id=\"forward\" method=\"post\" action=\"https://shop.example/nice/callback\""
        )
    );
    let policy = told.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action https: https://shop.example;"),
        "{policy}"
    );
    let mut call = json!({"reqNo": begun.text("reqNo")});
    for name in ["token_version_id", "enc_data", "integrity_value"] {
        let (_, rest) = told
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        call[name] = rest.split_once('"').unwrap().0.into();
    }
    assert_eq!(bench.open_call(&call).await.status, 200);
}

#[tokio::test]
async fn an_app_gets_its_values_in_the_address() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({"returnurl": "shop://cb"})).await;
    let values = bench.values(&window).await;
    assert!(values.as_str().starts_with("shop://cb?token_version_id="));
    assert_eq!(bench.open(&begun, &values).await.status, 200);
}

#[tokio::test]
async fn a_result_without_a_name_or_of_another_shape_ends_the_attempt() {
    let bench = Bench::start().await;
    for broken in [
        json!({"birthdate": "19900101"}),
        json!([]),
        json!({"name": "a", "mobile_no": "b".repeat(20_000)}),
        json!({"name": "a", "mobile_no": "b".repeat(1_408)}),
        json!({"name": "a", "birthdate": "soon"}),
        json!({"name": "a", "ci": "b", "gender": "1", "birthdate": "1990"}),
    ] {
        bench.nice.hand_out(&broken);
        let (_, window) = bench.opened(&json!({})).await;
        for _ in 0..2 {
            assert_eq!(bench.back(&window).await.status, 502);
        }
    }
    assert_eq!(bench.results(), 6);
    let metrics = bench.app.metrics.print();
    for (what, times) in [("name", 1), ("enc_data", 3), ("birthdate", 2)] {
        let line = format!(
            "nice_unusable_answers_total{{operation=\"auth_result\",what=\"{what}\"}} {times}"
        );
        assert!(metrics.contains(&line), "{metrics}");
    }
}

/// One begins, another verifies: the shop's own `reqNo` binds the result.
#[tokio::test]
async fn anothers_result_is_refused() {
    let bench = Bench::start().await;
    let (attacker, window) = bench.opened(&json!({})).await;
    let victim = bench.begin(&json!({})).await;
    let values = bench.values(&window).await;
    let mut call = json!({"reqNo": victim.text("reqNo")});
    for (name, value) in values.query_pairs() {
        call[&*name] = value.into();
    }
    // The attacker's values, brought to the victim's browser.
    assert_eq!(bench.open_call(&call).await.reason(), "RESULT_REJECTED");
    // The same under the victim's session.
    call["token_version_id"] = victim.text("token_version_id").into();
    assert_eq!(bench.open_call(&call).await.reason(), "RESULT_REJECTED");
    // The victim's own request, sent back as a result.
    for name in ["enc_data", "integrity_value"] {
        call[name] = victim.text(name).into();
    }
    assert_eq!(bench.open_call(&call).await.reason(), "RESULT_REJECTED");
    assert_eq!(bench.open(&attacker, &values).await.status, 200);
}

#[tokio::test]
async fn without_custody_the_shop_gets_no_keys_and_opens_here() {
    let change = |setup: &mut Setup| {
        setup.service.key_custody = member_verification::verification::KeyCustody::Server;
    };
    let bench = Bench::start_with(IntegratedStub::start().await, change).await;
    let told = Told::of(bench.issue(&json!({})).await).await;
    assert!(told.json().get("key").is_none() && told.json().get("iv").is_none());
}
