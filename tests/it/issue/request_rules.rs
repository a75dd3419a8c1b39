//! Each rule of the request, at its edge.

use serde_json::{Value, json};

use crate::support::{
    app::{ISSUE, RETURN_URL, TestApp, check_envelope, json, start},
    live::Live,
    told::Told,
};

/// The fields that an answer blames.
async fn blamed(app: &TestApp, request: &Value) -> Vec<String> {
    let response = app.issue(request.to_string()).await;
    let status = response.status();
    let body = json(response).await;
    if status == 200 {
        return Vec::new();
    }
    check_envelope(status, &body, (400, "INVALID_REQUEST"));
    let errors = body["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn values_within_the_rules_pass() {
    let app = start().await;
    for request in [
        json!({"requestno": "a"}),
        json!({"requestno": "A1._:-".repeat(5)}),
        json!({"returnurl": RETURN_URL}),
        json!({"returnurl": "shop://cb"}),
        json!({"authtype": "U"}),
        json!({"mobilceco": "L"}),
        json!({"methodtype": "GeT"}),
        json!({"methodtype": "POST"}),
        json!({"popupyn": "N"}),
        json!({"receivedata": "가".repeat(500)}),
        json!({"receivedata": "\u{1}\t\r\n\u{1f}"}),
        json!({"sitecode": "whatever it may be"}),
        json!({"surprise": 1.5}),
    ] {
        assert_eq!(blamed(&app, &request).await, [""; 0], "{request}");
    }
}

#[tokio::test]
async fn values_outside_the_rules_are_named() {
    let app = start().await;
    for (field, values) in [
        (
            "requestno",
            vec![
                json!("a".repeat(31)),
                json!("a b"),
                json!("홍"),
                json!("a/b"),
                json!(7),
            ],
        ),
        (
            "returnurl",
            vec![
                json!("https://evil.example/nice/callback"),
                json!(format!("https://shop.example/{}", "a".repeat(250))),
            ],
        ),
        (
            "authtype",
            vec![json!("m"), json!("P"), json!("MC"), json!(true)],
        ),
        ("mobilceco", vec![json!("s"), json!("SK")]),
        ("methodtype", vec![json!("put"), json!("get ")]),
        ("popupyn", vec![json!("y"), json!("1")]),
        (
            "receivedata",
            vec![
                json!("a".repeat(1001)),
                json!("a".repeat(10_000)),
                json!("a\0b"),
            ],
        ),
        ("sitecode", vec![json!("\0"), json!(["x"])]),
    ] {
        for value in values {
            assert_eq!(
                blamed(&app, &json!({field: value})).await,
                [field],
                "{field}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn nothing_is_posted_to_an_app() {
    let app = start().await;
    let request = json!({"returnurl": "shop://cb", "methodtype": "post"});
    assert_eq!(blamed(&app, &request).await, ["methodtype"]);
}

#[tokio::test]
async fn the_method_of_the_return_can_be_pinned() {
    let urls = ("RETURN_URLS", "https://shop.example/cb,shop://cb");
    let live = Live::start(&[urls, ("METHOD_TYPE", "post")]).await;
    for (request, sealed) in [
        (json!({}), "post"),
        (json!({"methodtype": "POST"}), "post"),
        // A browser can't post to an app's address.
        (json!({"returnurl": "shop://cb"}), "get"),
    ] {
        let begun = live.begin_with(&request).await;
        let text = begun.keys.open(begun.text("enc_data"));
        assert!(
            text.contains(&format!(r#""methodtype":"{sealed}""#)),
            "{request}: {text}"
        );
    }
    let two = r#"{"methodtype":"get","popupyn":"?"}"#;
    let refused = Told::of(live.issue(two).await).await;
    assert_eq!(refused.status, 400);
    for (at, field) in ["methodtype", "popupyn"].into_iter().enumerate() {
        assert_eq!(refused.json()["errors"][at]["field"], field);
    }
}

/// A page elsewhere would hear nothing of it, so the kit stops.
#[tokio::test]
async fn the_origin_of_the_return_is_told() {
    let listed = "https://shop.example/nice/callback,HTTPS://Shop.example:443/cb,\
                  https://쇼핑몰.example:8443/cb,http://[::1]:3000/cb#x,shop://cb";
    let live = Live::start(&[("RETURN_URLS", listed)]).await;
    let mut told = vec![(json!({}), Some("https://shop.example"))];
    let origins = [
        Some("https://shop.example"),
        Some("https://shop.example"),
        Some("https://xn--352bl7khqr.example:8443"),
        Some("http://[::1]:3000"),
        None,
    ];
    for (url, origin) in listed.split(',').zip(origins) {
        told.push((json!({ "returnurl": url }), origin));
    }
    for (request, origin) in told {
        let begun = live.issue(request.to_string()).await;
        assert_eq!(begun.status(), 200, "{request}");
        let header = begun.headers().get("x-return-origin");
        assert_eq!(
            header.map(|value| value.to_str().unwrap()),
            origin,
            "{request}"
        );
    }
    let refused = live.issue(r#"{"returnurl":"https://evil.example/"}"#).await;
    assert!(!refused.headers().contains_key("x-return-origin"));
}

#[tokio::test]
async fn a_callback_that_may_get_too_long_is_told_or_refused() {
    let long = json!({"receivedata": "x".repeat(1000)}).to_string();
    let warns = Live::start(&[]).await;
    let begun = warns.issue(long.clone()).await;
    assert_eq!(begun.status(), 200);
    let bytes = begun.headers()["x-callback-bytes"].to_str().unwrap();
    assert!((2300..2900).contains(&bytes.parse().unwrap()), "{bytes}");
    let by_post = json!({"receivedata": "x".repeat(1000), "methodtype": "post"}).to_string();
    for fits in [by_post, json!({"receivedata": "x".repeat(400)}).to_string()] {
        let begun = warns.issue(fits).await;
        assert!(!begun.headers().contains_key("x-callback-bytes"));
    }
    // As it comes back: escaped in JSON, and in CP949.
    for (received, is_long) in [
        ("{\"a\":\"b\"}".repeat(60), true),
        ("\n".repeat(400), true),
        ("\\".repeat(400), true),
        ("\u{1}".repeat(150), true),
        ("가".repeat(250), false),
        ("가".repeat(400), true),
    ] {
        let begun = warns
            .issue(json!({ "receivedata": received }).to_string())
            .await;
        let told = begun.headers().contains_key("x-callback-bytes");
        assert_eq!(
            (begun.status().as_u16(), told),
            (200, is_long),
            "{received}"
        );
    }
    let strict = Live::start(&[("LONG_CALLBACK", "refuse")]).await;
    let refused = Told::of(strict.issue(long).await).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["errors"][0]["field"], "receivedata");
}

#[tokio::test]
async fn all_faulty_fields_are_named_at_once() {
    let app = start().await;
    let request = json!({
        "requestno": "a b", "returnurl": "x", "sitecode": 1, "authtype": "?", "mobilceco": "?",
        "methodtype": "?", "popupyn": "?", "receivedata": "\0"
    });
    assert_eq!(
        blamed(&app, &request).await,
        [
            "requestno",
            "returnurl",
            "sitecode",
            "authtype",
            "mobilceco",
            "methodtype",
            "popupyn",
            "receivedata"
        ]
    );
}

#[tokio::test]
async fn rules_are_explained_in_the_callers_language() {
    let app = start().await;
    let ask = |language: &'static str| {
        app.request("POST", ISSUE)
            .header("content-type", "application/json")
            .header("accept-language", language)
            .body(r#"{"popupyn":"?"}"#)
            .send()
    };
    let english = json(ask("en-GB, ko;q=0.5").await.unwrap()).await;
    assert_eq!(english["errors"][0]["message"], "must be one of Y, N");
    let korean = json(ask("ko").await.unwrap()).await;
    assert_eq!(korean["errors"][0]["message"], "Y, N 중 하나여야 합니다.");
}
