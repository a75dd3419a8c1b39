//! Each kind of answer that the two calls can give, and what it says of the
//! machine.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use crate::{
    support::app::{ISSUE, OPEN},
    support::client::client,
    support::nice_stub::{Answer, NiceStub},
};
use crate::{
    support::live::{API_KEY, Live},
    support::told::Told,
};

/// Each kind of answer that the two calls can give.
async fn answers_of_the_api(live: &Live) -> Vec<Told> {
    let post = async |path: &str, kind: &str, key: &str, body: &str| {
        let request = live.request("POST", path).header("content-type", kind);
        let request = request.header("x-api-key", key).body(body.to_owned());
        Told::of(request.send().await.unwrap()).await
    };
    let json_type = "application/json";
    let verification = live.begin().await;
    let good = verification.genuine_call();
    let mut unknown = good.clone();
    unknown["token_version_id"] = "unknown".into();
    let mut wrong = good.clone();
    wrong["integrity_value"] = "wrong".into();
    let mut failed = verification.result();
    failed["resultcode"] = "0031".into();
    let failed = verification.keys.seal_text(&failed.to_string());
    let failed = verification.call(&failed);
    let long = " ".repeat(64 * 1024 + 1);
    let mut answers = Vec::new();
    for path in [ISSUE.to_owned(), format!("/api/member{ISSUE}")] {
        answers.push(post(&path, json_type, "", "{}").await);
        answers.push(post(&path, json_type, "", "{").await);
        answers.push(post(&path, json_type, "", r#"{"authtype":"?"}"#).await);
        answers.push(post(&path, "text/plain", "", "{}").await);
        answers.push(post(&path, json_type, "", &long).await);
    }
    for path in [OPEN.to_owned(), format!("/api/member{OPEN}")] {
        answers.push(post(&path, json_type, "", "{}").await);
        answers.push(post(&path, json_type, API_KEY, "{}").await);
        for call in [&unknown, &wrong, &failed, &good, &good] {
            answers.push(post(&path, json_type, API_KEY, &call.to_string()).await);
        }
    }
    for (method, path) in [
        ("GET", ISSUE),
        ("PUT", OPEN),
        ("GET", "/v1/member/nowhere"),
        ("POST", "/api/member/"),
    ] {
        let response = live.request(method, path).send().await.unwrap();
        answers.push(Told::of(response).await);
    }
    live.nice.always_crypto(Answer::gateway("1702"));
    loop {
        let told = post(ISSUE, json_type, "", "{}").await;
        let refused = told.status == 502;
        answers.push(told);
        if refused {
            return answers;
        }
    }
}

#[tokio::test]
async fn answers_of_the_api_are_not_cached() {
    let live = Live::start(&[]).await;
    let answers = answers_of_the_api(&live).await;
    let seen: BTreeSet<u16> = answers.iter().map(|told| told.status).collect();
    let expected = [200, 400, 401, 404, 405, 409, 413, 415, 422, 502];
    assert_eq!(seen, expected.into());
    for told in answers {
        assert_eq!(told.header("cache-control"), Some("no-store"), "{told:?}");
    }
}

/// What an answer must not give away of the machine, the program and NICE.
const INTERNALS: &[&str] = &[
    ".rs",
    "src/",
    "panicked",
    "unwrap",
    "serde",
    "hyper",
    "axum",
    "tokio",
    "reqwest",
    "redis",
    "Redis",
    "tcp connect",
    "os error",
    "refused (",
    "127.0.0.1",
    "line 1",
    "column",
    "backtrace",
    "P000",
    "GW_RSLT",
    "svc.niceapi",
    "/usr",
    "/root",
    "/tmp",
    "/home",
];

#[tokio::test]
async fn failures_have_a_stable_code_and_show_no_internals() {
    let live = Live::start(&[]).await;
    let mut answers = answers_of_the_api(&live).await;
    answers.retain(|told| told.status != 200);
    // NICE out of reach, and Redis.
    let settings = [
        ("NICE_BASE_URL", "http://127.0.0.1:1"),
        ("REQUEST_DEADLINE", "300ms"),
        ("NICE_CALL_TIMEOUT", "100ms"),
    ];
    let dead = Live::start(&settings).await;
    answers.push(Told::of(dead.issue("{}").await).await);
    let settings = [
        ("REDIS_URL", "redis://:CANARY-REDIS@127.0.0.1:1/"),
        ("STORE_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="),
    ];
    let no_store = Live::start(&settings).await;
    answers.push(Told::of(no_store.issue("{}").await).await);
    // An answer of NICE's that is none.
    let nice = NiceStub::start().await;
    nice.always_crypto(Answer::body("<html>CANARY-NICE</html>").status(500));
    let broken = Live::before(nice, &[]).await;
    answers.push(Told::of(broken.issue("{}").await).await);

    let statuses: BTreeSet<u16> = answers.iter().map(|told| told.status).collect();
    let expected = [400, 401, 404, 405, 409, 413, 415, 422, 502, 503];
    assert_eq!(statuses, expected.into());
    for told in answers {
        let body = told.json();
        let reason = body["payload"]["reason"].as_str().unwrap();
        let code = reason.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        assert!(code, "{reason}");
        assert_eq!(status_of(reason), told.status, "{reason}");
        assert_eq!(
            (&body["code"], &body["error"]),
            (&"900".into(), &true.into())
        );
        let all = told.all();
        for internal in INTERNALS.iter().chain(&["CANARY"]) {
            assert!(!all.contains(internal), "{internal} in {all}");
        }
    }
    // The name under which the log knows it.
    let response = live.request("GET", "/nowhere").send().await.unwrap();
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["payload"]["requestId"], id);
    assert_eq!(live.line(&id).await["reason"], "NOT_FOUND");
}

/// The table that callers rely on.
fn status_of(reason: &str) -> u16 {
    match reason {
        "INVALID_REQUEST" | "RESULT_REJECTED" => 400,
        "UNAUTHORIZED" => 401,
        "NOT_FOUND" | "SESSION_NOT_FOUND" => 404,
        "METHOD_NOT_ALLOWED" => 405,
        "RESULT_ALREADY_USED" => 409,
        "BODY_TOO_LARGE" => 413,
        "UNSUPPORTED_MEDIA_TYPE" => 415,
        "VERIFICATION_FAILED" => 422,
        "NICE_REFUSED" => 502,
        "NICE_UNAVAILABLE" | "STORE_UNAVAILABLE" => 503,
        other => panic!("{other}"),
    }
}

async fn crash() {
    panic!("CANARY-PANIC");
}

#[tokio::test]
async fn a_panic_is_answered_like_any_other_failure() {
    use axum::{Router, routing::get};
    let app = crate::support::app::start().await;
    let routes = Router::new().route("/crash", get(crash));
    let routes = member_verification::http::layers(app.app.clone(), routes);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/crash", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async { axum::serve(listener, routes).await });
    let told = Told::of(client().get(url).send().await.unwrap()).await;
    assert_eq!((told.status, &*told.reason()), (500, "INTERNAL"));
    assert!(!told.all().contains("CANARY"), "{told:?}");
}
