//! `/demo`: the page of a shop, in the sandbox alone.

use std::collections::BTreeSet;

use reqwest::{Response, StatusCode};

use crate::{
    support::app::{check_envelope, json, start},
    support::client::client,
    support::program::Service,
};

async fn fetch(service: &Service, path: &str, languages: Option<&str>) -> Response {
    let mut request = client().get(format!("{}{path}", service.url));
    if let Some(languages) = languages {
        request = request.header("accept-language", languages);
    }
    request.send().await.unwrap()
}

/// What stands between `before` and the next quote, each time.
fn quoted<'text>(text: &'text str, before: &str) -> Vec<&'text str> {
    text.split(before)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[tokio::test]
async fn the_page_has_a_strict_policy_and_no_script_within() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    let answer = fetch(&service, "/demo", None).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for (header, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("vary", "accept-language"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-nice-environment", "sandbox"),
    ] {
        assert_eq!(answer.headers()[header], value);
    }
    // It would cut the tie to the window.
    assert!(!answer.headers().contains_key("cross-origin-opener-policy"));
    let html = answer.text().await.unwrap();
    for inline in ["<script>", "<style", " style=", " onclick=", "javascript:"] {
        assert!(!html.contains(inline), "{inline}");
    }
    for address in quoted(&html, "src=\"")
        .into_iter()
        .chain(quoted(&html, "href=\""))
    {
        assert!(
            address.starts_with("./") || address.starts_with('/') && !address.starts_with("//"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn all_that_the_page_is_made_of_is_served() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    let html = fetch(&service, "/demo", None).await.text().await.unwrap();
    let mut unread: Vec<String> = quoted(&html, "src=\"")
        .into_iter()
        .chain(quoted(&html, "<link rel=\"stylesheet\" href=\""))
        .chain(quoted(&html, "type=\"image/svg+xml\" href=\""))
        .map(str::to_owned)
        .collect();
    let mut read = BTreeSet::new();
    while let Some(path) = unread.pop() {
        let path = path.replacen("./", "/", 1);
        if !read.insert(path.clone()) {
            continue;
        }
        let answer = fetch(&service, &path, None).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let kind = match path.rsplit('.').next().unwrap() {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            _ => "image/svg+xml",
        };
        assert_eq!(answer.headers()["content-type"], kind, "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let text = answer.text().await.unwrap();
        if path.starts_with("/demo/") {
            assert!(!text.contains("://"), "{path} names another host");
        }
        for module in quoted(&text, " from \"") {
            let path = module.replacen("../", "/", 1);
            unread.push(path.replacen("./", "/demo/", 1));
        }
    }
    // The page's own twelve scripts, the sandbox's that copies, and the kit.
    let is_script = |path: &&String| path.rsplit('.').next() == Some("js");
    assert_eq!(read.iter().filter(is_script).count(), 14, "{read:?}");
}

#[tokio::test]
async fn it_speaks_both_languages() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    for (path, languages, language, title) in [
        ("/demo", None, "ko", "쇼핑몰의 본인인증"),
        (
            "/demo",
            Some("ko-KR,ko;q=0.9,en;q=0.8"),
            "ko",
            "쇼핑몰의 본인인증",
        ),
        (
            "/demo",
            Some("en-GB,en"),
            "en",
            "Identity verification in a shop",
        ),
        (
            "/demo?lang=en",
            Some("ko"),
            "en",
            "Identity verification in a shop",
        ),
        ("/demo?lang=ko", Some("en"), "ko", "쇼핑몰의 본인인증"),
        // Not one that it speaks.
        (
            "/demo?lang=fr",
            Some("en"),
            "en",
            "Identity verification in a shop",
        ),
    ] {
        let html = fetch(&service, path, languages).await.text().await.unwrap();
        let asked = format!("{path} {languages:?}");
        assert!(
            html.contains(&format!("<html lang=\"{language}\">")),
            "{asked}"
        );
        assert!(html.contains(&format!("<h1>{title}</h1>")), "{asked}");
    }
}

#[tokio::test]
async fn its_address_is_told_at_the_start_and_found_with_a_slash() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    let address = format!("{}/demo\n", service.url);
    service.printed_until(&address).await;
    let answer = fetch(&service, "/demo/", None).await;
    assert_eq!(answer.url().path(), "/demo");
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_part_of_it_is_refused_in_the_envelope() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    let answer = fetch(&service, "/demo/no-such.js", None).await;
    let status = answer.status();
    check_envelope(status, &json(answer).await, (404, "NOT_FOUND"));
    let posted = client().post(format!("{}/demo", service.url)).send().await;
    let answer = posted.unwrap();
    let status = answer.status();
    check_envelope(status, &json(answer).await, (405, "METHOD_NOT_ALLOWED"));
}

/// The page plays the shop's server by a route of its own; the API's own route
/// still wants the key.
#[tokio::test]
async fn its_shop_s_server_opens_without_the_key_of_results() {
    let settings = [
        ("ADMIN_BIND", "127.0.0.1:0"),
        ("RESULT_API_KEY", "a-key-of-thirty-two-characters-or-more"),
    ];
    let service = Service::start(&["--sandbox"], &settings).await;
    for (path, expected) in [
        ("/demo/verified", (404, "SESSION_NOT_FOUND")),
        ("/v1/member/getVerificationResult", (401, "UNAUTHORIZED")),
    ] {
        let body = serde_json::json!({
            "token_version_id": "T", "enc_data": "AAAA", "integrity_value": "AAAA", "reqNo": "R",
        });
        let sent = client().post(format!("{}{path}", service.url));
        let sent = sent.header("content-type", "application/json");
        let answer = sent.body(body.to_string()).send().await.unwrap();
        let status = answer.status();
        check_envelope(status, &json(answer).await, expected);
    }
}

#[tokio::test]
async fn live_there_is_no_demo() {
    let app = start().await;
    for path in [
        "/demo",
        "/demo/",
        "/demo/demo.js",
        "/demo/demo.css",
        "/demo/verified",
    ] {
        let answer = app.request("GET", path).send().await.unwrap();
        assert!(!answer.headers().contains_key("x-nice-environment"));
        let status = answer.status();
        check_envelope(status, &json(answer).await, (404, "NOT_FOUND"));
    }
}
