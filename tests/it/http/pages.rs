//! What browsers are told about pages.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::Request,
};
use member_verification::http::router;
use serde_json::json;
use tower_service::Service as _;

use crate::support::{
    app::{TestApp, start},
    client::browser,
    program::Service,
    told::Told,
    window::Begun,
};

const CALLBACK: &str = "/v1/member/verificationCallback";
const WINDOW: &str = "/sandbox/CheckPlusSafeModel/service.cb";
const VALUES: &str = "token_version_id=T&enc_data=E&integrity_value=I";

async fn get(service: &Service, path: &str) -> Told {
    let request = browser().get(format!("{}{path}", service.url));
    Told::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn pages_send_no_referrer() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for (path, expected) in [
        (format!("{CALLBACK}?{VALUES}"), "no-referrer"),
        (format!("/api/member{CALLBACK}?{VALUES}"), "no-referrer"),
        ("/docs/".to_owned(), "no-referrer"),
        ("/docs/index.html".to_owned(), "no-referrer"),
        // The forms of these need an `Origin`; they give the host away alone.
        ("/sandbox/".to_owned(), "origin"),
        (format!("{WINDOW}?{VALUES}"), "origin"),
        ("/demo".to_owned(), "same-origin"),
    ] {
        let told = get(&service, &path).await;
        assert_eq!(told.header("referrer-policy"), Some(expected), "{path}");
    }
}

#[tokio::test]
async fn pages_with_values_are_not_cached() {
    let service = Service::start(&["--sandbox"], &[]).await;
    let begun = Begun::at(&service, &json!({})).await;
    let post = browser().post(format!("{}{CALLBACK}", service.url));
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let post = post.body(VALUES);
    for told in [
        get(&service, &format!("{CALLBACK}?{VALUES}")).await,
        Told::of(post.send().await.unwrap()).await,
        // The window to choose in, the result sent on at once, and twice.
        begun.show_window(&[]).await,
        begun.show_window(&[("sandbox_persona", "hong")]).await,
        begun
            .show_window(&[("sandbox_outcome", "double"), ("sandbox_persona", "hong")])
            .await,
    ] {
        assert!(told.status < 400, "{told:?}");
        assert_eq!(told.header("cache-control"), Some("no-store"), "{told:?}");
    }
}

/// Who can be framed can be clicked by somebody else.
#[tokio::test]
async fn no_page_can_be_framed() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for path in [
        CALLBACK,
        "/docs/",
        "/demo",
        "/sandbox/",
        "/sandbox/faults",
        WINDOW,
    ] {
        let told = get(&service, path).await;
        let policy = told.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let kind = told.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("text/html"), "{path}: {kind}");
    }
}

async fn bytes(app: &TestApp, path: &str) -> Bytes {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router(Arc::clone(&app.app), None).call(request).await;
    let mut body = answer.unwrap().into_body();
    let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    frame.unwrap().unwrap().into_data().unwrap()
}

/// Two thousand clients that don't read theirs would hold as many copies.
#[tokio::test]
async fn the_programs_own_files_are_not_copied_for_each_client() {
    let app = start().await;
    for path in [
        "/docs/",
        "/docs/docs.css",
        "/docs/swagger-initializer.js",
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/popup.js",
    ] {
        let (one, other) = (bytes(&app, path).await, bytes(&app, path).await);
        assert!(one.len() > 100, "{path}");
        assert_eq!(one.as_ptr(), other.as_ptr(), "{path}");
    }
}
