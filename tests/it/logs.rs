//! One line a request, and nothing secret or personal in any of them.

use serde_json::Value;

use crate::{
    binary::Service,
    nice_stub::{ACCESS_TOKEN, NiceStub, TOKEN_VAL},
    test_app::client,
};

const OPERATIONS: &str = include_str!("../../docs/operations.md");

const CANARIES: &[&str] = &[
    "CANARYSECRET",
    "CANARYAUTH",
    "CANARYCOOKIE",
    "CANARYAGENT",
    "CANARYREFERER",
    "CANARYNAME",
    "CANARYRECEIVE",
    "CANARYSITE",
    "CANARYQUERY",
    "CANARYPATH",
    "CANARYID",
    "CANARYFORWARDED",
    "CANARYTRACE",
    ACCESS_TOKEN,
    TOKEN_VAL,
];

async fn live(nice: &NiceStub, format: &str) -> Service {
    let url = format!("http://{}", nice.address);
    Service::start(
        &[],
        &[
            ("NICE_CLIENT_ID", "client"),
            ("NICE_CLIENT_SECRET", "CANARYSECRET"),
            ("NICE_BASE_URL", &url),
            ("RETURN_URLS", "https://shop.example/cb"),
            ("LOG_FORMAT", format),
            ("RUST_LOG", "trace"),
        ],
    )
    .await
}

fn post(service: &Service, body: &str) -> reqwest::RequestBuilder {
    client()
        .post(format!(
            "{}/v1/member/getOAuthToken?q=CANARYQUERY",
            service.url
        ))
        .header("authorization", "Bearer CANARYAUTH")
        .header("cookie", "session=CANARYCOOKIE")
        .header("user-agent", "CANARYAGENT")
        .header("referer", "https://shop.example/?CANARYREFERER")
        .header("traceparent", "CANARYTRACE")
        .header("x-forwarded-for", "CANARYFORWARDED")
        .header("content-type", "application/json")
        .body(body.to_owned())
}

#[tokio::test]
async fn nothing_secret_or_personal_is_logged_even_at_trace() {
    for format in ["text", "json"] {
        let nice = NiceStub::start().await;
        let service = live(&nice, format).await;
        let good =
            r#"{"requestno":"CANARYNAME","receivedata":"CANARYRECEIVE","sitecode":"CANARYSITE"}"#;
        let answer = post(&service, good)
            .header("x-request-id", "first")
            .send()
            .await
            .unwrap();
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        for body in [
            r#"{"requestno":"CANARYNAME CANARYNAME","returnurl":"https://CANARYSITE.example"}"#,
            r#"{"receivedata":"CANARYRECEIVE""#,
        ] {
            post(&service, body)
                .header("x-request-id", "CANARYID id")
                .send()
                .await
                .unwrap();
        }
        let unknown = post(&service, "{}")
            .build()
            .unwrap()
            .url()
            .join("/CANARYPATH")
            .unwrap();
        client()
            .get(unknown)
            .header("x-request-id", "last")
            .send()
            .await
            .unwrap();
        let printed = service.printed_until("last").await;
        assert!(printed.contains("first"), "{printed}");
        for canary in CANARIES {
            assert!(!printed.contains(canary), "{format}: {canary} in {printed}");
        }
        let fields = answer
            .as_object()
            .unwrap()
            .values()
            .map(|value| value.as_str().unwrap());
        for value in fields {
            assert!(!printed.contains(value), "{format}: {value} in {printed}");
        }
        for call in nice.calls(member_verification::nice::path::CRYPTO_TOKEN) {
            assert!(!printed.contains(&call.field("req_no")));
        }
    }
}

#[tokio::test]
async fn a_request_is_one_line_with_all_that_an_operator_asks_for() {
    let nice = NiceStub::start().await;
    let service = live(&nice, "json").await;
    post(&service, "{}")
        .header("x-request-id", "good-one")
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
    let bad = line("bad-one");
    for field in good.as_object().unwrap().keys() {
        let told = OPERATIONS.contains(&format!("`{field}`"));
        assert!(told, "{field} is not in docs/operations.md");
    }
    assert_eq!(
        (&bad["status"], &bad["reason"]),
        (&400.into(), &"INVALID_REQUEST".into())
    );
}
