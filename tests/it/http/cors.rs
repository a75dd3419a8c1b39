//! Who may call from a browser.

use crate::support::app::{ISSUE, start};

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
            "x-request-id,retry-after,x-nice-window-url,x-unknown-fields"
        );
        assert!(header("vary").to_ascii_lowercase().contains("origin"));
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
