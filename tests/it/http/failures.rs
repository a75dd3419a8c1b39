//! Every failure is the envelope, whatever part of the service refuses.

use axum::{Router, routing::get};
use member_verification::http::{ErrorStatus, Failure, Reason, layers};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    support::app::{ISSUE, check_envelope, json, start, start_with},
    support::client::client,
    support::nice_stub::NiceStub,
    support::program::Service,
};

/// What callers rely on, written by hand: reason, status, `retryable`, `kind`.
const REASONS: &[(&str, u16, bool, &str)] = &[
    ("INVALID_REQUEST", 400, false, "final"),
    ("NOT_FOUND", 404, false, "final"),
    ("METHOD_NOT_ALLOWED", 405, false, "final"),
    ("UNSUPPORTED_MEDIA_TYPE", 415, false, "final"),
    ("ORIGIN_NOT_ALLOWED", 403, false, "final"),
    ("BODY_TOO_LARGE", 413, false, "final"),
    ("UNAUTHORIZED", 401, false, "final"),
    ("RATE_LIMITED", 429, true, "retry"),
    ("NICE_REFUSED", 502, false, "final"),
    ("NICE_UNAVAILABLE", 503, true, "retry"),
    ("NICE_TIMEOUT", 504, true, "retry"),
    ("RESULT_REJECTED", 400, false, "retry"),
    ("VERIFICATION_FAILED", 422, false, "retry"),
    ("SESSION_NOT_FOUND", 404, false, "retry"),
    ("RESULT_ALREADY_USED", 409, false, "retry"),
    ("STORE_UNAVAILABLE", 503, true, "retry"),
    ("AUDIT_UNAVAILABLE", 503, true, "retry"),
    ("OVERLOADED", 503, true, "retry"),
    ("INTERNAL", 500, true, "retry"),
];

#[tokio::test]
async fn each_reason_has_its_status_and_a_message_in_both_languages() {
    let app = start().await;
    let mut routes = Router::new();
    for reason in Reason::ALL {
        let path = format!("/{}", reason.facts().name);
        let fail = move || {
            let failure = Failure::from(reason.clone());
            async move { failure }
        };
        routes = routes.route(&path, get(fail));
    }
    let routes = layers(app.app.clone(), routes);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, routes).await });
    assert_eq!(Reason::ALL.len(), REASONS.len());
    for (reason, status, retryable, kind) in REASONS {
        let mut messages = Vec::new();
        for language in ["ko", "en"] {
            let request = client().get(format!("http://{address}/{reason}"));
            let request = request.header("accept-language", language);
            let response = request.send().await.unwrap();
            let waits = response.headers().contains_key("retry-after");
            assert_eq!(waits, [429, 503].contains(status), "{reason}");
            let answered = response.status();
            let body = json(response).await;
            check_envelope(answered, &body, (*status, reason));
            assert_eq!(body["payload"]["retryable"], *retryable, "{reason}");
            assert_eq!(body["payload"]["kind"], *kind, "{reason}");
            messages.push(body["message"].as_str().unwrap().to_owned());
        }
        let is_korean = |text: &String| text.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(is_korean(&messages[0]) && !messages[1].is_empty());
        assert_ne!(messages[0], messages[1]);
    }
}

#[tokio::test]
async fn paths_methods_types_and_lengths_are_refused_in_the_envelope() {
    let app = start().await;
    let post = |path, kind, body: String| {
        app.request("POST", path)
            .header("content-type", kind)
            .body(body)
    };
    let json_type = "application/json";
    for (request, expected) in [
        (app.request("GET", "/nowhere"), (404, "NOT_FOUND")),
        (
            app.request("GET", "/v1/member/getOAuthToken/"),
            (404, "NOT_FOUND"),
        ),
        (app.request("GET", "/docs/nothing.js"), (404, "NOT_FOUND")),
        (app.request("GET", "/sandbox/"), (404, "NOT_FOUND")),
        (app.request("GET", ISSUE), (405, "METHOD_NOT_ALLOWED")),
        (app.request("PUT", ISSUE), (405, "METHOD_NOT_ALLOWED")),
        (
            app.request("DELETE", "/health/live"),
            (405, "METHOD_NOT_ALLOWED"),
        ),
        (
            app.request("POST", ISSUE).body("{}"),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
        ),
        (
            post(ISSUE, "text/plain", "{}".to_owned()),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
        ),
        (
            post(ISSUE, json_type, "x".repeat(64 * 1024 + 1)),
            (413, "BODY_TOO_LARGE"),
        ),
        (
            post(ISSUE, json_type, "x".repeat(64 * 1024)),
            (400, "INVALID_REQUEST"),
        ),
    ] {
        let response = request.send().await.unwrap();
        let status = response.status();
        if status == 405 {
            assert!(response.headers().contains_key("allow"));
        }
        assert_eq!(response.headers()["cache-control"], "no-store");
        check_envelope(status, &json(response).await, expected);
    }
}

#[tokio::test]
async fn a_method_is_named_with_the_one_to_use() {
    let app = start().await;
    for (method, path, words) in [
        ("GET", ISSUE, "does not take GET. Send POST."),
        ("post", ISSUE, "does not take post. Send POST."),
        (
            "GET",
            "/v1/member/getVerificationStatus",
            "does not take GET. Send POST.",
        ),
        (
            "DELETE",
            "/health/live",
            "does not take DELETE. Use a method listed in the Allow header.",
        ),
    ] {
        let request = app.request(method, path).header("accept-language", "en");
        let told = json(request.send().await.unwrap()).await;
        assert!(told["message"].as_str().unwrap().ends_with(words), "{told}");
    }
}

#[tokio::test]
async fn a_body_said_to_be_too_long_is_refused_before_it_comes() {
    let app = start().await;
    let mut connection = TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST {ISSUE} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: 1073741824\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("BODY_TOO_LARGE"), "{answer}");
}

#[tokio::test]
async fn the_request_id_is_the_callers_if_it_is_fit() {
    let app = start().await;
    for (sent, kept) in [
        ("a-B.9_", true),
        (&*"x".repeat(64), true),
        (&*"x".repeat(65), false),
        ("a b", false),
        ("<script>", false),
    ] {
        let request = app.request("GET", "/nowhere").header("x-request-id", sent);
        let response = request.send().await.unwrap();
        let answered = response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(answered == sent, kept, "{sent}");
        assert_eq!(json(response).await["payload"]["requestId"], answered);
    }
}

#[tokio::test]
async fn ok200_answers_failures_with_200() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.service.error_status = ErrorStatus::Ok200;
    })
    .await;
    let response = app.request("GET", "/nowhere").send().await.unwrap();
    let status = response.status();
    check_envelope(status, &json(response).await, (200, "NOT_FOUND"));
}

#[tokio::test]
async fn wire900_answers_failures_with_the_contracts_own_status() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.service.error_status = ErrorStatus::Wire900;
    })
    .await;
    let mut connection = TcpStream::connect(app.address).await.unwrap();
    connection
        .write_all(b"GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 900 Business Error\r\n"),
        "{answer}"
    );
    assert!(answer.contains(r#""reason":"NOT_FOUND""#), "{answer}");
    assert_eq!(app.issue("{}").await.status(), 200, "success stays 200");
}

#[tokio::test]
async fn the_timestamp_is_in_korean_time() {
    let app = start().await;
    let body = json(app.request("GET", "/nowhere").send().await.unwrap()).await;
    assert_eq!(body["timestamp"], "2026-01-15T01:02:03.000000+09:00");
}

#[tokio::test]
async fn messages_are_korean_unless_english_is_preferred() {
    let app = start().await;
    let korean = json(app.request("GET", "/nowhere").send().await.unwrap()).await;
    assert!(
        korean["message"]
            .as_str()
            .unwrap()
            .starts_with("없는 경로입니다: /nowhere.")
    );
    let request = app
        .request("GET", "/nowhere")
        .header("accept-language", "en");
    let english = json(request.send().await.unwrap()).await;
    assert!(
        english["message"]
            .as_str()
            .unwrap()
            .starts_with("There is no such path: /nowhere.")
    );
    // In lines of their own, as some proxies write a list.
    let request = app
        .request("GET", "/nowhere")
        .header("accept-language", "fr");
    let request = request.header("accept-language", "en;q=0.5");
    let english = json(request.send().await.unwrap()).await;
    assert!(english["message"].as_str().unwrap().starts_with("There is"));
}

/// It speaks for NICE, which knows no envelope.
#[tokio::test]
async fn what_the_embedded_sandbox_refuses_stays_in_its_own_words() {
    let settings = [("ADMIN_BIND", "127.0.0.1:0")];
    let service = Service::start(&["--sandbox"], &settings).await;
    let window = format!(
        "{}/sandbox/CheckPlusSafeModel/service.cb\
         ?m=service&token_version_id=nobody-s&enc_data=AAAA&integrity_value=AAAA",
        service.url
    );
    let page = client().get(&window).send().await.unwrap();
    assert_eq!(page.status(), 404);
    let kind = page.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/html"), "{kind}");
    let refused = client().delete(&window).send().await.unwrap();
    assert_eq!(refused.status(), 405);
    // A call without an answer is the sandbox's too.
    let faults = format!("{}/sandbox/api/faults", service.url);
    let stall = r#"[{"call": "revoke", "fault": "stall", "times": 1}]"#;
    let switched = client().put(&faults).body(stall).send().await.unwrap();
    assert_eq!(switched.status(), 200);
    let revoke = "/sandbox/digital/niceid/oauth/oauth/token/revokeById";
    let head = format!("POST {revoke} HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n");
    let address = service.url.trim_start_matches("http://");
    let mut caller = TcpStream::connect(address).await.unwrap();
    caller.write_all(head.as_bytes()).await.unwrap();
    // A caller who is gone before the call has begun leaves no line.
    loop {
        let listed = client().get(&faults).send().await.unwrap();
        if listed.text().await.unwrap().contains(r#""active":[]"#) {
            break;
        }
    }
    drop(caller);
    service.printed_until("CALLER_LEFT").await;
    let metrics = client().get(service.metrics_url().await).send().await;
    let metrics = metrics.unwrap().text().await.unwrap();
    for (reason, status) in [("", 404), ("METHOD_NOT_ALLOWED", 405), ("CALLER_LEFT", 499)] {
        let labels = format!(r#"{{reason="{reason}",route="sandbox",status="{status}"}}"#);
        assert!(metrics.contains(&labels), "{labels}: {metrics}");
    }
}
