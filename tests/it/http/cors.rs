//! Who may call from a browser.

use crate::support::{
    app::{ISSUE, start},
    client::client,
    live::Live,
    program::Service,
};

#[tokio::test]
async fn a_listed_origin_may_call_and_read_the_headers() {
    let app = start().await;
    let preflight = app
        .request("OPTIONS", ISSUE)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,authorization,x-request-id",
        )
        .send()
        .await
        .unwrap();
    let header = |name: &str| preflight.headers()[name].to_str().unwrap().to_owned();
    assert!(preflight.status().is_success());
    assert_eq!(
        header("access-control-allow-origin"),
        "https://shop.example"
    );
    assert_eq!(header("access-control-allow-methods"), "POST");
    assert_eq!(
        header("access-control-allow-headers"),
        "content-type,authorization,x-request-id"
    );
    assert!(
        !preflight
            .headers()
            .contains_key("access-control-allow-credentials")
    );

    for body in ["{}", "not json"] {
        let request = app
            .request("POST", ISSUE)
            .header("origin", "https://shop.example");
        let response = request
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(
            header("access-control-allow-origin"),
            "https://shop.example"
        );
        assert_eq!(
            header("access-control-expose-headers"),
            "x-request-id,retry-after,x-nice-window-url,x-return-origin,x-unknown-fields,x-callback-bytes"
        );
        assert!(header("vary").to_ascii_lowercase().contains("origin"));
    }
}

#[tokio::test]
async fn headers_that_tracing_adds_may_be_sent_and_no_others() {
    let live = Live::start(&[
        (
            "CORS_ORIGINS",
            "https://shop.example,capacitor://localhost,https://localhost",
        ),
        ("CORS_HEADERS", "traceparent, X-Datadog-*, x-csrf-token"),
    ])
    .await;
    for (id, origin, asked, hint) in [
        ("fits", "https://localhost", "traceparent", None),
        (
            "header",
            "https://localhost",
            "content-type,x-evil",
            Some("a header that the page sends is not in CORS_HEADERS"),
        ),
        (
            "origin",
            "https://www.shop.example",
            "content-type",
            Some("the page's origin is not in CORS_ORIGINS"),
        ),
    ] {
        let preflight = live
            .request("OPTIONS", ISSUE)
            .header("x-request-id", id)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", asked);
        assert_eq!(preflight.send().await.unwrap().status(), 200);
        assert_eq!(live.line(id).await["hint"].as_str(), hint, "{id}");
    }
    for (origin, asked, permitted) in [
        (
            "https://shop.example",
            "content-type,traceparent",
            Some("content-type,traceparent"),
        ),
        (
            "capacitor://localhost",
            "X-Request-Id, x-datadog-trace-id,x-csrf-token",
            Some("x-request-id,x-datadog-trace-id,x-csrf-token"),
        ),
        (
            "https://localhost",
            "authorization,x-api-key,x-evil",
            Some("authorization"),
        ),
    ] {
        let preflight = live
            .request("OPTIONS", ISSUE)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", asked)
            .send()
            .await
            .unwrap();
        let header = |name: &str| preflight.headers().get(name)?.to_str().ok();
        assert_eq!(header("access-control-allow-origin"), Some(origin));
        assert_eq!(header("access-control-allow-headers"), permitted, "{asked}");
    }
}

#[tokio::test]
async fn the_sandbox_may_be_called_from_what_is_near() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for (origin, may) in [
        ("http://localhost:3000", true),
        ("https://localhost", true),
        ("https://127.0.0.1:8443", true),
        ("http://[::1]:3000", true),
        ("http://192.168.0.10:3000", true),
        ("http://10.1.2.3", true),
        ("http://172.31.0.1:5173", true),
        ("http://macbook.local:3000", true),
        ("capacitor://localhost", true),
        ("ionic://localhost", true),
        ("tauri://localhost", true),
        ("http://tauri.localhost", true),
        ("http://shop.localhost:5173", true),
        ("http://localhost.", false),
        ("http://evillocalhost", false),
        ("http://172.32.0.1", false),
        ("http://8.8.8.8", false),
        ("http://localhost.evil.example", false),
        ("http://evil.example/localhost", false),
        ("http://localhost:+80", false),
        ("http://localhost:80", false),
        ("null", false),
        ("evil://localhost", false),
    ] {
        let request = client().post(format!("{}{ISSUE}", service.url)).body("{}");
        let request = request.header("content-type", "application/json");
        let answer = request.header("origin", origin).send().await.unwrap();
        let echoed = answer.headers().get("access-control-allow-origin");
        assert_eq!(echoed.is_some(), may, "{origin}");
    }
}

#[tokio::test]
async fn no_other_origin_is_answered() {
    let app = start().await;
    for origin in [
        "https://shop.example.evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "null",
        "http://localhost:3000",
    ] {
        let request = app.request("POST", ISSUE).header("origin", origin);
        let response = request
            .header("content-type", "application/json")
            .body("{}")
            .send()
            .await
            .unwrap();
        let headers = response.headers();
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{origin}"
        );
        // A cache must not give this answer to a page that is listed.
        let vary = headers["vary"].to_str().unwrap().to_ascii_lowercase();
        assert!(vary.contains("origin"), "{origin}: {vary}");
    }
}
