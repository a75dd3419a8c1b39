//! A shop that moves from one API to the other, by the setting alone.

use member_verification::nice::path;
use serde_json::json;

use super::bench::{Bench, WTID, check_page, message, title};
use crate::support::{
    app::{API_KEY, OPEN, json as body, start_with},
    by_the_book::{Digest44, genuine_result},
    integrated_stub::IntegratedStub,
    nice_stub::NiceStub,
    redis::Redis,
    told::Told,
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

#[tokio::test]
async fn after_a_switch_back_people_see_a_page_and_no_values() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({})).await;
    let standard = start_with(NiceStub::start().await, |_| {}).await;
    let there = |address: &str| {
        let path = address.strip_prefix(super::bench::PUBLIC_URL).unwrap();
        path.to_owned()
    };
    let form = || {
        let pairs = begun.form();
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    };
    for (method, address) in [
        ("GET", window.with(WTID)),
        ("POST", window.return_url.clone()),
        ("POST", begun.window.clone()),
        ("GET", begun.window.clone()),
    ] {
        let asked = standard
            .request(method, &there(&address))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form());
        let told = Told::of(asked.send().await.unwrap()).await;
        assert_eq!(
            (told.status, title(&told)),
            (410, "This verification can't go on"),
            "{method} {address}"
        );
        check_page(&told);
        assert_eq!(message(&told), ["", "", ""]);
        for value in [WTID, begun.text("token_version_id")] {
            assert!(!told.body.contains(value), "{told:?}");
        }
    }
    let closed = standard.request("GET", &there(&window.close_url));
    let told = Told::of(closed.send().await.unwrap()).await;
    assert_eq!(
        (told.status, title(&told)),
        (200, "The verification was cancelled")
    );
}
