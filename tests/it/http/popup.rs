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

/// Where the header of an answer can't be read, both have to mean one window.
#[test]
fn the_kit_and_the_service_have_the_same_default_window() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_member-verification"))
        .args(["serve", "--help"])
        .env_clear()
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    // Lines are broken to fit.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, window) = KIT.split_once("const NICE_WINDOW = \"").unwrap();
    let (window, _) = window.split_once('"').unwrap();
    assert!(window.starts_with("https://"), "{window}");
    assert!(help.contains(&format!("[default: {window}]")), "{help}");
}

#[tokio::test]
async fn another_method_is_refused_in_the_envelope() {
    let app = start().await;
    let response = fetch(&app, "POST", &[]).await;
    let status = response.status();
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    check_envelope(status, &json(response).await, (405, "METHOD_NOT_ALLOWED"));
}
