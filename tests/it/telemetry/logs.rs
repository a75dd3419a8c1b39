//! One line a request.

use serde_json::Value;

use crate::{
    support::app::ISSUE, support::client::client, support::nice_stub::NiceStub,
    support::program::Service,
};

const OPERATIONS: &str = include_str!("../../../docs/operations.md");

async fn live(nice: &NiceStub) -> Service {
    let url = format!("http://{}", nice.address);
    Service::start(
        &[],
        &[
            ("NICE_CLIENT_ID", "client"),
            ("NICE_CLIENT_SECRET", "secret"),
            ("NICE_BASE_URL", &url),
            ("RETURN_URLS", "https://shop.example/cb"),
            ("LOG_FORMAT", "json"),
            ("RUST_LOG", "trace"),
        ],
    )
    .await
}

fn post(service: &Service, body: &str) -> reqwest::RequestBuilder {
    client()
        .post(format!("{}/v1/member/getOAuthToken", service.url))
        .header("content-type", "application/json")
        .body(body.to_owned())
}

#[tokio::test]
async fn a_request_is_one_line_with_all_that_an_operator_asks_for() {
    let nice = NiceStub::start().await;
    let service = live(&nice).await;
    post(&service, "{}")
        .header("x-request-id", "good-one")
        .send()
        .await
        .unwrap();
    post(&service, r#"{"sitecode":"ANOTHERONE"}"#)
        .header("x-request-id", "other-one")
        .send()
        .await
        .unwrap();
    post(&service, "[]")
        .header("x-request-id", "bad-one")
        .send()
        .await
        .unwrap();
    let printed = service.printed_until("bad-one").await;
    let line = |id: &str| {
        let lines: Vec<Value> = printed
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .filter(|line: &Value| line["request_id"] == id)
            .collect();
        assert_eq!(lines.len(), 1, "{id}: {printed}");
        lines[0].clone()
    };
    let good = line("good-one");
    assert_eq!(good["method"], "POST");
    assert_eq!(good["path"], "/v1/member/getOAuthToken");
    assert_eq!(good["status"], 200);
    assert!(
        good["latency_us"].is_u64() && good["upstream_us"].is_u64(),
        "{good}"
    );
    assert!(good["timestamp"].as_str().unwrap().ends_with('Z'));
    let other = line("other-one");
    let hint = other["hint"].as_str().unwrap();
    assert!(hint.contains("sitecode differs"), "{hint}");
    assert!(good["hint"].is_null());
    assert_eq!(printed.matches("sitecode").count(), 1, "{printed}");
    assert!(!printed.contains("ANOTHERONE"));
    let bad = line("bad-one");
    for field in other.as_object().unwrap().keys() {
        let told = OPERATIONS.contains(&format!("`{field}`"));
        assert!(told, "{field} is not in docs/operations.md");
    }
    assert_eq!(
        (&bad["status"], &bad["reason"]),
        (&400.into(), &"INVALID_REQUEST".into())
    );
}

/// They come every few seconds, for as long as the service lives.
#[tokio::test]
async fn a_probe_that_is_well_is_a_line_at_debug_only() {
    for (level, expected) in [("info", 0), ("debug", 2)] {
        let settings = [("LOG_FORMAT", "json"), ("RUST_LOG", level)];
        let service = Service::start(&["--sandbox"], &settings).await;
        // Whoever has a token knows that the service is ready.
        let issue = client().post(format!("{}{ISSUE}", service.url));
        let issue = issue.header("content-type", "application/json").body("{}");
        assert_eq!(issue.send().await.unwrap().status(), 200);
        for path in ["/health/live", "/health/ready", "/health/unknown"] {
            let ask = client().get(format!("{}{path}", service.url));
            ask.send().await.unwrap();
        }
        let printed = service.printed_until(r#""status":404"#).await;
        let probes = printed.matches(r#""path":"/health/"#).count();
        assert_eq!(probes, expected, "{level}: {printed}");
    }
}
