//! The bridge: who goes straight on, who is asked, who is turned away.

use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use member_verification::{
    admission::{AdmissionSettings, Rate},
    http::CorsOrigins,
    nice::integrated::path,
};
use serde_json::json;
use std::time::Duration;

use super::bench::{Begun, Bench, PUBLIC_URL, SHOP, check_page, location, message, origin, title};
use crate::support::{
    app::RETURN_URL,
    integrated_stub::{IntegratedStub, refusal},
    told::Told,
};

async fn post(bench: &Bench, begun: &Begun, headers: &[(&'static str, &str)]) -> Told {
    let mut posted = bench.form(&begun.window, &begun.form());
    for (name, value) in headers {
        posted = posted.header(*name, *value);
    }
    Told::of(posted.send().await.unwrap()).await
}

#[tokio::test]
async fn the_shops_page_goes_straight_on_by_one_call() {
    let bench = Bench::start_with(IntegratedStub::start().await, |setup| {
        setup.service.cors_origins = CorsOrigins::Listed(vec![
            origin("https://www.shop.example"),
            origin("capacitor://localhost"),
        ]);
    })
    .await;
    for (number, from) in [
        SHOP,
        "https://www.shop.example",
        "capacitor://localhost",
        "https://verify.example",
    ]
    .into_iter()
    .enumerate()
    {
        let begun = bench.begin(&json!({"authtype": "X"})).await;
        let told = post(&bench, &begun, &[("origin", from)]).await;
        let there = location(&told);
        assert_eq!(there.path(), "/ido/cert/request/S1", "{from}");
        assert_eq!(told.header("cache-control"), Some("no-store"));
        assert_eq!(told.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(bench.nice.counts()[1..], [number + 1, 0]);
    }
    let call = bench.nice.calls(path::URL).pop().unwrap().json();
    assert_eq!(call["svc_types"], json!(["F", "U"]));
    assert_eq!(
        (&call["method_type"], &call["exp_mods"]),
        (&json!("GET"), &json!(["closeButtonOn"]))
    );
    let (back, close) = (
        call["return_url"].as_str().unwrap(),
        call["close_url"].as_str().unwrap(),
    );
    let back = back
        .strip_prefix(&format!("{PUBLIC_URL}/v1/member/verificationReturn/"))
        .unwrap();
    let close = close
        .strip_prefix(&format!("{PUBLIC_URL}/v1/member/verificationClosed/"))
        .unwrap();
    // Each has 128 random bits of its own behind the session's way.
    let [back, close] = [back, close].map(|id| URL_SAFE_NO_PAD.decode(id).unwrap());
    assert_eq!((back.len(), close.len()), (33, 33));
    assert_eq!(back[..17], close[..17]);
    assert_ne!(back[17..], close[17..]);
}

#[tokio::test]
async fn anybody_elses_page_is_asked_by_the_shops_name() {
    let bench = Bench::start().await;
    let begun = bench.begin(&json!({})).await;
    let cases: [&[(&'static str, &str)]; 8] = [
        &[],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://shop.example")],
        &[("origin", "https://shop.example:8443")],
        &[("origin", "https://shop.example.evil.example")],
        &[("origin", SHOP), ("origin", "https://evil.example")],
        &[("origin", "null"), ("sec-fetch-site", "same-site")],
    ];
    for headers in cases {
        let told = post(&bench, &begun, headers).await;
        assert_eq!(told.status, 200, "{headers:?}: {told:?}");
        check_page(&told);
        assert_eq!(title(&told), "Verify your identity?");
        assert!(told.body.contains("<b>shop.example</b>"), "{told:?}");
    }
    assert_eq!(bench.nice.counts()[1..], [0, 0]);
    // The button posts the same values from here.
    let own = post(&bench, &begun, &[("origin", "https://verify.example")]).await;
    assert_eq!(own.status, 303);
    let hidden = [("origin", "null"), ("sec-fetch-site", "same-origin")];
    assert_eq!(post(&bench, &begun, &hidden).await.status, 303);
}

#[tokio::test]
async fn a_link_asks_too_and_leads_nobody_on() {
    let bench = Bench::start().await;
    let begun = bench.begin(&json!({"returnurl": "shop://cb"})).await;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(begun.form())
        .finish();
    let told = bench.get(&format!("{}?{query}", begun.window)).await;
    assert_eq!((told.status, title(&told)), (200, "Verify your identity?"));
    assert!(told.body.contains(begun.text("token_version_id")));
    check_page(&told);
    let told = bench.get(&begun.window).await;
    assert_eq!(
        (told.status, title(&told)),
        (400, "The window did not open")
    );
    assert_eq!(bench.nice.counts()[1..], [0, 0]);
}

#[tokio::test]
async fn other_values_than_ours_open_nothing() {
    let bench = Bench::start().await;
    let (begun, another) = (bench.begin(&json!({})).await, bench.begin(&json!({})).await);
    let values = |token: &str, enc: &str, mac: &str| {
        [
            ("token_version_id", token.to_owned()),
            ("enc_data", enc.to_owned()),
            ("integrity_value", mac.to_owned()),
        ]
    };
    let [token, enc, mac] =
        ["token_version_id", "enc_data", "integrity_value"].map(|name| begun.text(name));
    let flipped = format!(
        "{}{}",
        if enc.starts_with('A') { 'B' } else { 'A' },
        &enc[1..]
    );
    for (sent, status) in [
        (values(token, &flipped, mac), 400),
        (values(token, enc, another.text("integrity_value")), 400),
        (values(another.text("token_version_id"), enc, mac), 400),
        (values(token, "", mac), 400),
        (values("unknown", enc, mac), 404),
    ] {
        let form: Vec<_> = sent.iter().map(|(name, value)| (*name, &**value)).collect();
        let posted = bench.form(&begun.window, &form).header("origin", SHOP);
        let told = Told::of(posted.send().await.unwrap()).await;
        assert_eq!(told.status, status, "{told:?}");
        check_page(&told);
        // Nobody is told of a session that was not proven.
        assert_eq!(message(&told), ["", "", ""]);
    }
    let twice = [begun.form(), begun.form()].concat();
    let told = bench.post_form(&begun.window, &twice).await;
    assert_eq!(told.status, 400);
    let told = bench
        .request("POST", &begun.window)
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(told.status(), 400);
    // A result has the same keys, and is no request.
    let window = bench.window(&begun).await;
    let result = bench.values(&window).await;
    let form: Vec<(String, String)> = result.query_pairs().into_owned().collect();
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let posted = bench.form(&begun.window, &form).header("origin", SHOP);
    assert_eq!(posted.send().await.unwrap().status(), 400);
    assert_eq!(bench.nice.counts()[1..], [1, 1]);
}

#[tokio::test]
async fn a_window_opens_five_times_and_all_of_them_may_finish() {
    let bench = Bench::start().await;
    let (begun, first) = bench.opened(&json!({})).await;
    for _ in 1..5 {
        bench.window(&begun).await;
    }
    let told = bench.bridge(&begun).await;
    assert_eq!(told.status, 429);
    let token = begun.text("token_version_id");
    assert_eq!(message(&told), ["member-verification:failed", token, SHOP]);
    assert_eq!(bench.nice.counts()[1], 5);
    // The first isn't void by those after it.
    bench.values(&first).await;
    let told = bench.bridge(&begun).await;
    assert_eq!(
        (told.status, title(&told)),
        (409, "Already verified elsewhere")
    );
}

#[tokio::test]
async fn what_nice_refuses_is_told_and_does_not_count() {
    let bench = Bench::start().await;
    let begun = bench.begin(&json!({})).await;
    for _ in 0..6 {
        bench.nice.queue(path::URL, refusal("1007"));
        let told = bench.bridge(&begun).await;
        assert_eq!(told.status, 502, "{told:?}");
        check_page(&told);
        let token = begun.text("token_version_id");
        assert_eq!(message(&told), ["member-verification:failed", token, SHOP]);
    }
    assert_eq!(bench.bridge(&begun).await.status, 303);
}

#[tokio::test]
async fn the_bridge_has_a_limit_of_its_own() {
    let bench = Bench::start_with(IntegratedStub::start().await, |setup| {
        setup.service.admission = AdmissionSettings {
            total: Rate::new(2, Duration::from_hours(1)),
            ..AdmissionSettings::default()
        };
    })
    .await;
    let first = bench.begin(&json!({})).await;
    let begun = bench.begin(&json!({})).await;
    assert_eq!(bench.issue(&json!({})).await.status(), 429);
    assert_eq!(bench.bridge(&first).await.status, 303);
    assert_eq!(bench.bridge(&begun).await.status, 303);
    let told = bench.bridge(&begun).await;
    assert_eq!(told.status, 429);
    assert!(told.header("retry-after").is_some());
    assert_eq!(bench.nice.counts()[1], 2);
}

#[tokio::test]
async fn live_addresses_come_from_public_url_alone() {
    let bench = Bench::start().await;
    let begun = bench.begin(&json!({})).await;
    let posted = bench
        .form(&begun.window, &begun.form())
        .header("origin", SHOP)
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "http");
    assert_eq!(posted.send().await.unwrap().status(), 303);
    let call = bench.nice.calls(path::URL).pop().unwrap().json();
    for name in ["return_url", "close_url"] {
        assert!(
            call[name].as_str().unwrap().starts_with(PUBLIC_URL),
            "{call}"
        );
    }
    assert!(!RETURN_URL.starts_with(PUBLIC_URL));
    // Nor do they make a page one of our own.
    let own = HeaderValue::from_static("http://evil.example");
    let posted = bench
        .form(&begun.window, &begun.form())
        .header("host", "evil.example")
        .header("origin", own);
    assert_eq!(posted.send().await.unwrap().status(), 200);
}
