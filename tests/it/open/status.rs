//! Where a verification has ended.

use jiff::ToSpan;
use serde_json::{Value, json};

use crate::{
    open::opening::{Session, open},
    support::app::{API_KEY, TestApp, check_envelope, json, start},
};

const STATUS: &str = "/v1/member/getVerificationStatus";

async fn ask(app: &TestApp, key: &str, call: &Value) -> (u16, Value) {
    let request = app.request("POST", STATUS).header("x-api-key", key);
    let request = request.header("content-type", "application/json");
    let response = request.body(call.to_string()).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status().as_u16(), json(response).await)
}

fn question(session: &Session) -> Value {
    let answer = &session.answer;
    json!({"token_version_id": answer["token_version_id"], "reqNo": answer["reqNo"]})
}

#[tokio::test]
async fn it_tells_each_step_with_its_time() {
    let app = start().await;
    let session = Session::begin(&app, &json!({"requestno": "order-1"})).await;
    let begun = "2026-01-15T01:02:03.000000+09:00";
    let (status, told) = ask(&app, API_KEY, &question(&session)).await;
    assert_eq!(status, 200);
    assert_eq!(
        told,
        json!({"reqNo": "order-1", "state": "begun", "begunAt": begun})
    );

    app.clock.set(app.clock.now() + 1.second());
    let mut tampered = session.call(&session.seal(&session.result(&json!({}))));
    tampered["integrity_value"] = "AAAA".into();
    assert_eq!(open(&app, &tampered).await.status(), 400);
    let (_, told) = ask(&app, API_KEY, &question(&session)).await;
    assert_eq!(
        (&told["state"], &told["reason"]),
        (&json!("failed"), &json!("RESULT_REJECTED"))
    );

    app.clock.set(app.clock.now() + 1.second());
    let failed = session.call(&session.seal(&session.result(&json!({"resultcode": "0031"}))));
    assert_eq!(open(&app, &failed).await.status(), 422);
    let failed = json!({
        "reqNo": "order-1", "state": "failed", "begunAt": begun,
        "failedAt": "2026-01-15T01:02:05.000000+09:00",
        "reason": "VERIFICATION_FAILED", "resultcode": "0031",
    });
    assert_eq!(ask(&app, API_KEY, &question(&session)).await.1, failed);

    app.clock.set(app.clock.now() + 1.second());
    let good = session.call(&session.seal(&session.result(&json!({}))));
    assert_eq!(open(&app, &good).await.status(), 200);
    let (_, told) = ask(&app, API_KEY, &question(&session)).await;
    assert_eq!(told["state"], "opened");
    assert_eq!(told["openedAt"], "2026-01-15T01:02:06.000000+09:00");
    for personal in ["홍길동", "19900101", "01000000000", "CCCC", "DDDD"] {
        assert!(!told.to_string().contains(personal), "{told}");
    }
}

#[tokio::test]
async fn only_the_shop_learns_it_and_only_of_its_own() {
    let app = start().await;
    let session = Session::begin(&app, &json!({"requestno": "mine"})).await;
    Session::begin(&app, &json!({"requestno": "theirs"})).await;
    let question = question(&session);
    let check = async |key: &str, changes: Value, expected: (u16, &str)| {
        let mut question = question.clone();
        for (name, value) in changes.as_object().unwrap() {
            question[name] = value.clone();
        }
        let (status, body) = ask(&app, key, &question).await;
        check_envelope(status.try_into().unwrap(), &body, expected);
    };
    check(
        "another key of thirty-two characters",
        json!({}),
        (401, "UNAUTHORIZED"),
    )
    .await;
    let missing = (404, "SESSION_NOT_FOUND");
    check(API_KEY, json!({"reqNo": "theirs"}), missing).await;
    check(API_KEY, json!({"token_version_id": "unknown"}), missing).await;
    check(API_KEY, json!({"reqNo": null}), (400, "INVALID_REQUEST")).await;
    let preflight = app
        .request("OPTIONS", STATUS)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST");
    let response = preflight.send().await.unwrap();
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-origin")
    );
}
