//! A shop that moves from one API to the other, by the setting alone.

use member_verification::nice::path;
use serde_json::json;

use super::bench::Bench;
use crate::support::{
    app::{API_KEY, OPEN, json as body, start_with},
    by_the_book::{Digest44, genuine_result},
    integrated_stub::IntegratedStub,
    nice_stub::NiceStub,
    redis::Redis,
};

#[tokio::test]
async fn sessions_begun_under_either_are_opened_under_the_other() {
    let redis = Redis::start();
    let integrated = Bench::in_fleet(&IntegratedStub::start().await, &redis).await;
    let stub = NiceStub::start().await;
    let standard = start_with(stub.clone(), |setup| {
        setup.service.redis = Some(redis.config());
    })
    .await;

    // Begun with the standard window, opened after the switch.
    let answer = body(standard.issue("{}").await).await;
    let keys = Digest44::of(&stub.calls(path::CRYPTO_TOKEN)[0]);
    let req_no = answer["reqNo"].as_str().unwrap();
    let (enc_data, integrity_value) = keys.seal_text(&genuine_result(req_no).to_string());
    let call = json!({
        "token_version_id": answer["token_version_id"], "enc_data": enc_data,
        "integrity_value": integrity_value, "reqNo": req_no
    });
    let told = integrated.open_call(&call).await;
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(told.json()["name"], "홍길동");

    // Begun with the newer API, opened after the switch back.
    let (begun, window) = integrated.opened(&json!({})).await;
    let values = integrated.values(&window).await;
    let mut call = json!({"reqNo": begun.text("reqNo")});
    for (name, value) in values.query_pairs() {
        call[&*name] = value.into();
    }
    let opened = standard
        .request("POST", OPEN)
        .header("x-api-key", API_KEY)
        .header("content-type", "application/json")
        .body(call.to_string());
    assert_eq!(opened.send().await.unwrap().status(), 200);
}
