//! The popup kit, as a page of any origin fetches it.

use reqwest::{Response, StatusCode};

use crate::support::app::{TestApp, check_envelope, json, start};

const KIT: &str = include_str!("../../../clients/popup/popup.js");

async fn fetch(app: &TestApp, method: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = app.request(method, "/popup.js");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// What a page of another origin needs, and a cache.
#[track_caller]
fn check_headers(response: &Response) {
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(headers["cache-control"], "public, max-age=3600");
    assert!(!headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn any_origin_may_import_the_kit() {
    let app = start().await;
    for origin in [None, Some("https://another-shop.example"), Some("null")] {
        let headers: Vec<_> = origin
            .map(|origin| ("origin", origin))
            .into_iter()
            .collect();
        let response = fetch(&app, "GET", &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        check_headers(&response);
        assert_eq!(
            response.headers()["content-type"],
            "text/javascript; charset=utf-8"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.text().await.unwrap(), KIT);
    }
}

#[tokio::test]
async fn head_tells_the_same_without_the_text() {
    let app = start().await;
    let response = fetch(&app, "HEAD", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    check_headers(&response);
    let length = response.headers()["content-length"].to_str().unwrap();
    assert_eq!(length, KIT.len().to_string());
    assert_eq!(response.text().await.unwrap(), "");
}

/// A server that labels it with another charset doesn't garble its messages.
#[test]
fn the_files_of_the_kit_are_ascii() {
    for text in [
        KIT,
        include_str!("../../../clients/popup/callback.html"),
        include_str!("../../../clients/popup/callback.js"),
        include_str!("../../../clients/popup/callback.css"),
    ] {
        assert!(text.is_ascii());
    }
}

/// A guess would lead from the sandbox to the live window.
#[test]
fn the_kit_knows_no_window_of_its_own() {
    assert!(!KIT.contains("://"), "{KIT}");
}

#[tokio::test]
async fn another_method_is_refused_in_the_envelope() {
    let app = start().await;
    let response = fetch(&app, "POST", &[]).await;
    let status = response.status();
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    check_envelope(status, &json(response).await, (405, "METHOD_NOT_ALLOWED"));
}
