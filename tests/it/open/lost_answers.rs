//! A lost answer: the same call gets the same answer again, and no other does.

use jiff::ToSpan;
use reqwest::Response;
use serde_json::{Value, json};

use crate::{
    open::opening::{Session, USED, check_refused},
    store::fleet::instance,
    support::{
        app::{API_KEY, OPEN, TestApp, check_envelope, json, start},
        nice_stub::NiceStub,
        parallel::futures_in_order,
        redis::Redis,
    },
};

pub(crate) const KEY: &str = "a-key-for-1-call";

pub(crate) async fn open_with(app: &TestApp, keys: &[&str], call: &Value) -> Response {
    let mut request = app
        .request("POST", OPEN)
        .header("content-type", "application/json")
        .header("x-api-key", API_KEY);
    for key in keys {
        request = request.header("idempotency-key", *key);
    }
    request.body(call.to_string()).send().await.unwrap()
}

async fn check(app: &TestApp, keys: &[&str], call: &Value, expected: (u16, &str)) -> Value {
    let response = open_with(app, keys, call).await;
    assert!(!response.headers().contains_key("x-result-repeated"));
    let status = response.status();
    let body = json(response).await;
    check_envelope(status, &body, expected);
    body
}

#[tokio::test]
async fn the_same_call_gets_the_same_answer_again() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    let first = open_with(&app, &[KEY], &call).await;
    assert!(!first.headers().contains_key("x-result-repeated"));
    let mut first = json(first).await;
    for _ in 0..3 {
        let again = open_with(&app, &[KEY], &call).await;
        assert_eq!(again.headers()["x-result-repeated"], "true");
        assert_eq!(again.headers()["cache-control"], "no-store");
        first["repeated"] = true.into();
        assert_eq!(json(again).await, first);
    }
}

/// Fifty identical calls at once, in turn to each of these instances of one store.
async fn check_fifty(apps: &[TestApp]) {
    let session = Session::begin(&apps[0], &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    let calls = (0..50).map(|number| open_with(&apps[number % apps.len()], &[KEY], &call));
    let (mut first, mut repeated) = (Vec::new(), Vec::new());
    for answer in futures_in_order(calls).await {
        assert_eq!(answer.status(), 200);
        let marked = answer.headers().contains_key("x-result-repeated");
        let mut body = json(answer).await;
        let told = body.as_object_mut().unwrap().remove("repeated");
        assert_eq!(told, marked.then_some(Value::Bool(true)));
        if marked { &mut repeated } else { &mut first }.push(body);
    }
    assert_eq!((first.len(), repeated.len()), (1, 49));
    for body in repeated {
        assert_eq!(body, first[0]);
    }
}

#[tokio::test]
async fn fifty_calls_at_once_get_one_first_answer_and_its_repeats() {
    check_fifty(&[start().await]).await;
}

#[tokio::test]
async fn fifty_calls_to_a_fleet_of_two_do_too() {
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let fleet = [instance(&nice, &redis).await, instance(&nice, &redis).await];
    check_fifty(&fleet).await;
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let sealed = session.seal(&session.result(&json!({})));
    let call = session.call(&sealed);
    assert_eq!(open_with(&app, &[KEY], &call).await.status(), 200);
    check(&app, &[], &call, USED).await;
    check(&app, &["another-key-of-16"], &call, USED).await;
    for (field, value) in [
        ("reqNo", "another".to_owned()),
        ("integrity_value", format!("{} ", sealed.integrity_value)),
    ] {
        let mut other = call.clone();
        other[field] = value.into();
        check(&app, &[KEY], &other, USED).await;
    }
    // Without a key at first, a key afterwards is too late.
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    assert_eq!(open_with(&app, &[], &call).await.status(), 200);
    check(&app, &[KEY], &call, USED).await;
}

#[tokio::test]
async fn its_time_is_two_minutes() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    assert_eq!(open_with(&app, &[KEY], &call).await.status(), 200);
    let begun = app.clock.now();
    app.clock.set(begun + 119.seconds());
    assert_eq!(open_with(&app, &[KEY], &call).await.status(), 200);
    app.clock.set(begun + 120.seconds());
    check(&app, &[KEY], &call, USED).await;
}

#[tokio::test]
async fn a_key_has_a_shape_and_comes_once() {
    let app = start().await;
    let longest = "k".repeat(64);
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    let (short, long) = ("k".repeat(15), "k".repeat(65));
    let bad: [&[&str]; 6] = [
        &[&short],
        &[&long],
        &[""],
        &["a key with blanks"],
        &["열쇠-열쇠-열쇠-열쇠"],
        &[KEY, KEY],
    ];
    for keys in bad {
        let body = check(&app, keys, &call, (400, "INVALID_REQUEST")).await;
        assert_eq!(body["errors"][0]["field"], "Idempotency-Key", "{keys:?}");
    }
    assert_eq!(open_with(&app, &[&longest], &call).await.status(), 200);
}

#[tokio::test]
async fn a_refused_call_may_be_corrected_under_its_key() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let failed = session.call(&session.seal(&session.result(&json!({"resultcode": "0031"}))));
    check(&app, &[KEY], &failed, (422, "VERIFICATION_FAILED")).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    assert_eq!(open_with(&app, &[KEY], &call).await.status(), 200);
}

/// A cache in front of getOAuthToken gives one token to two browsers.
#[tokio::test]
async fn a_second_result_of_one_token_is_told_from_a_second_call() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let call = |name: &str| session.call(&session.seal(&session.result(&json!({"name": name}))));
    let first = call("홍길동");
    assert_eq!(open_with(&app, &[], &first).await.status(), 200);
    let said = |body: &Value| body["message"].as_str().unwrap().to_owned();
    let same = said(&check_refused(&app, &first, USED).await);
    let other = said(&check_refused(&app, &call("김펲"), USED).await);
    assert!(!same.contains("no-store"), "{same}");
    assert!(other.contains("no-store"), "{other}");
}
