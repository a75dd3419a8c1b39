//! Switching faults on and off, by the API and the page.

use serde_json::{Value, json};

use super::{CALLS, FAULTS, read, sandbox, serve, start};

#[tokio::test]
async fn nothing_is_active_at_first() {
    let nice = start().await;
    assert_eq!(nice.active().await, json!([]));
}

#[tokio::test]
async fn times_count_down() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "gw_1503", "times": 2, "delay": "1ms"}]))
        .await;
    let left = |times: u32| json!([{"call": "crypto_token", "fault": "gw_1503", "delay": "1ms", "times": times}]);
    assert_eq!(nice.active().await, left(2));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1503");
    assert_eq!(nice.active().await, left(1));
    // Another call uses up nothing.
    assert_eq!(read(nice.good("institution_token")).await.gateway(), "1200");
    assert_eq!(nice.active().await, left(1));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1503");
    assert_eq!(nice.active().await, json!([]));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
}

#[tokio::test]
async fn entries_for_a_call_apply_in_order() {
    let nice = start().await;
    nice.put(json!([
        {"call": "crypto_token", "fault": "gw_1900", "times": 1},
        {"call": "revoke", "fault": "gw_1403"},
        {"call": "crypto_token", "fault": "rsp_s603", "times": 1},
        {"call": "crypto_token", "fault": "http_502"},
    ]))
    .await;
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1900");
    assert_eq!(
        read(nice.good("crypto_token")).await.body()["rsp_cd"],
        "S603"
    );
    for _ in 0..3 {
        assert_eq!(read(nice.good("crypto_token")).await.status, 502);
    }
    assert_eq!(read(nice.good("revoke")).await.gateway(), "1403");
}

#[tokio::test]
async fn put_replaces_and_delete_clears() {
    let nice = start().await;
    nice.put(json!([{"call": "institution_token", "fault": "gw_1500"}]))
        .await;
    nice.put(json!([{"call": "crypto_token", "fault": "gw_1501"}]))
        .await;
    assert_eq!(read(nice.good("institution_token")).await.gateway(), "1200");
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1501");
    let cleared = nice.request("DELETE", FAULTS).send().await.unwrap();
    assert_eq!(cleared.status(), 204);
    assert_eq!(nice.active().await, json!([]));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
}

#[tokio::test]
async fn what_get_shows_can_be_put_back() {
    let nice = start().await;
    nice.put(json!([
        {"call": "crypto_token", "fault": "delay", "delay": "1500ms"},
        {"call": "revoke", "fault": "token_revoked"},
    ]))
    .await;
    let active = nice.active().await;
    assert_eq!(active[0]["times"], Value::Null);
    assert_eq!(active[1]["times"], 1, "a token dies once");
    nice.put(active.clone()).await;
    assert_eq!(nice.active().await, active);
}

#[tokio::test]
async fn bad_lists_are_refused_with_the_reason_and_change_nothing() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "gw_1500"}]))
        .await;
    let before = nice.active().await;
    for (text, named) in [
        ("", "not JSON"),
        ("[", "not JSON"),
        ("{}", "not a list"),
        ("[1]", "entry 1: not an object"),
        (r#"[{"fault":"stall"}]"#, r#""call" is missing"#),
        (r#"[{"call":"crypto_token"}]"#, r#""fault" is missing"#),
        (
            r#"[{"call":"window","fault":"stall"}]"#,
            r#""call" is "window""#,
        ),
        (r#"[{"call":7,"fault":"stall"}]"#, r#""call" is 7"#),
        (
            r#"[{"call":"revoke","fault":"gw_1200"}]"#,
            r#""fault" is "gw_1200""#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall"},{"call":"revoke","fault":"period_float"}]"#,
            r#"entry 2: "period_float" can't happen to "revoke""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay"}]"#,
            r#"needs a "delay""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":"soon"}]"#,
            r#""delay" is "soon""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":200}]"#,
            r#""delay" is 200"#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":"-1s"}]"#,
            r#""delay" is "-1s""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":"61s"}]"#,
            r#""delay" is "61s""#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","times":0}]"#,
            r#""times" is 0"#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","times":1.5}]"#,
            r#""times" is 1.5"#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","times":"3"}]"#,
            r#""times" is "3""#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","time":3}]"#,
            r#""time" is unknown"#,
        ),
    ] {
        let response = nice.put_text(text).await;
        assert_eq!(response.status(), 400, "{text}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(named), "{text}: {message}");
        assert_eq!(nice.active().await, before, "{text}");
    }
}

#[tokio::test]
async fn faults_work_within_the_service_too() {
    let sandbox = sandbox();
    let router = sandbox.embedded();
    let nice = serve(sandbox, router, "/sandbox").await;
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
    for call in CALLS {
        assert_eq!(nice.suffer(call, "gw_1903").await.gateway(), "1903");
    }
}

#[tokio::test]
async fn the_page_explains_and_shows_what_is_on() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "garbage", "times": 42}]))
        .await;
    let page = read(nice.request("GET", "/sandbox/faults")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.content_type, "text/html; charset=utf-8");
    let text = page.text();
    assert!(text.contains("&#34;times&#34;: 42"), "{text}");
    let on = format!(
        "curl -X PUT http://{}{FAULTS} -d &#39;[{{&#34;call&#34;:&#34;crypto_token&#34;,\
         &#34;fault&#34;:&#34;gw_1800&#34;,&#34;times&#34;:1}}]&#39;",
        nice.address
    );
    assert!(text.contains(&on), "{text}");
    assert!(text.contains(&format!("curl -X DELETE http://{}{FAULTS}", nice.address)));
}

#[tokio::test]
async fn the_page_switches_faults_on_and_off() {
    let nice = start().await;
    let form = |path: &'static str, body: &'static str| {
        nice.request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let on = form(
        "/sandbox/faults/on",
        "call=crypto_token&fault=gw_1706&times=2&delay=",
    );
    assert_eq!(on.await.unwrap().status(), 303);
    let active = nice.request("GET", FAULTS).send().await.unwrap();
    let active = active.text().await.unwrap();
    assert!(active.contains(r#""fault":"gw_1706""#) && active.contains(r#""times":2"#));
    let wrong = form("/sandbox/faults/on", "call=crypto_token&fault=nonsense");
    assert_eq!(wrong.await.unwrap().status(), 400);
    assert_eq!(form("/sandbox/faults/off", "").await.unwrap().status(), 303);
    let active = nice.request("GET", FAULTS).send().await.unwrap();
    assert!(active.text().await.unwrap().contains(r#""active":[]"#));
}
