//! Where a verification stands, as a fleet of two tells the shop's server.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::bench::{Begun, Bench};
use crate::support::{app::API_KEY, integrated_stub::IntegratedStub, redis::Redis};

/// What an instance tells, without the `reqNo`.
async fn told(bench: &Bench, begun: &Begun) -> Value {
    let question = json!({
        "token_version_id": begun.text("token_version_id"), "reqNo": begun.text("reqNo")
    });
    let answer = bench
        .request("POST", "/v1/member/getVerificationStatus")
        .header("x-api-key", API_KEY)
        .header("content-type", "application/json")
        .body(question.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let mut told: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let req_no = told.as_object_mut().unwrap().remove("reqNo");
    assert_eq!(req_no.unwrap(), begun.text("reqNo"));
    told
}

/// Each step is taken on one instance and asked for on the other.
#[tokio::test]
async fn either_instance_tells_each_step_with_its_time() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let (a, b) = (
        Bench::in_fleet(&nice, &redis).await,
        Bench::in_fleet(&nice, &redis).await,
    );
    let pass = || [&a, &b].map(|bench| bench.pass(SignedDuration::from_secs(1)));
    let begun = a.begin(&json!({})).await;
    let mut expected = json!({"state": "begun", "begunAt": "2026-01-15T01:02:03.000000+09:00"});
    assert_eq!(told(&b, &begun).await, expected);

    pass();
    let window = b.window(&begun).await;
    expected["state"] = "window_opened".into();
    expected["windowOpenedAt"] = "2026-01-15T01:02:04.000000+09:00".into();
    assert_eq!(told(&a, &begun).await, expected);

    pass();
    let values = a.values(&window).await;
    expected["state"] = "returned".into();
    expected["returnedAt"] = "2026-01-15T01:02:05.000000+09:00".into();
    assert_eq!(told(&b, &begun).await, expected);

    pass();
    assert_eq!(b.open(&begun, &values).await.status, 200);
    expected["state"] = "opened".into();
    expected["openedAt"] = "2026-01-15T01:02:06.000000+09:00".into();
    assert_eq!(told(&a, &begun).await, expected);
}
