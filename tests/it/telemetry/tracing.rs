//! W3C trace context: accepted, logged, passed on to NICE.

use member_verification::nice::path;
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::task::yield_now;

use crate::{
    support::app::{ISSUE, start_with},
    support::client::client,
    support::nice_stub::NiceStub,
    support::program::Service,
};

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn traceparent(trace_id: &str) -> String {
    format!("00-{trace_id}-{PARENT}-01")
}

fn sent(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("traceparent")
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_call_to_nice_that_serves_a_caller_belongs_to_the_callers_trace() {
    let nice = NiceStub::start().await;
    let gate = nice.stall();
    let app = start_with(nice, |_| {}).await;
    let status = || app.app.tokens.as_ref().unwrap().status();
    // The pool's own first fetch; whoever comes now is served by it.
    while status().in_flight != 1 {
        yield_now().await;
    }
    let mut answers = Vec::new();
    for (waiting, trace_id) in [(1, "a"), (2, "b")] {
        let request = app
            .request("POST", ISSUE)
            .header("content-type", "application/json")
            .header("traceparent", traceparent(&trace_id.repeat(32)))
            .body("{}");
        answers.push(tokio::spawn(request.send()));
        while status().waiting != waiting {
            yield_now().await;
        }
    }
    gate.add_permits(1000);
    for answer in answers {
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    }
    // Then one for the second caller, one for the pool.
    while status().ready != 1 {
        yield_now().await;
    }
    let calls = app.nice.calls(path::CRYPTO_TOKEN);
    let sent: Vec<Option<&str>> = calls.iter().map(|call| sent(&call.headers)).collect();
    assert_eq!((sent.len(), sent[0]), (3, None));
    let traced: Vec<&str> = sent.into_iter().flatten().collect();
    assert_eq!(traced.len(), 1, "{traced:?}");
    let parts: Vec<&str> = traced[0].split('-').collect();
    assert_eq!(
        (parts[0], parts[1], parts[3]),
        ("00", &*"b".repeat(32), "01")
    );
    assert_ne!(parts[2], PARENT, "the caller's span isn't ours");
}

#[tokio::test]
async fn the_log_names_trace_and_span() {
    let settings = [("LOG_FORMAT", "json")];
    let service = Service::start(&["--sandbox"], &settings).await;
    let ask = |id: &'static str| {
        client()
            .get(format!("{}/openapi.json", service.url))
            .header("x-request-id", id)
    };
    let traced = ask("with").header("traceparent", traceparent(TRACE_ID));
    traced.send().await.unwrap();
    ask("without").send().await.unwrap();
    let twice = ask("twice")
        .header("traceparent", traceparent(TRACE_ID))
        .header("traceparent", traceparent(TRACE_ID));
    twice.send().await.unwrap();
    let printed = service.printed_until(r#""request_id":"twice""#).await;
    let line = |id: &str| -> Value {
        let part = format!(r#""request_id":"{id}""#);
        let line = printed.lines().find(|line| line.contains(&part)).unwrap();
        serde_json::from_str(line).unwrap()
    };
    assert_eq!(line("with")["trace_id"], TRACE_ID);
    let span = line("with")["span_id"].as_str().unwrap().to_owned();
    assert_eq!(span.len(), 16);
    assert_ne!(span, PARENT);
    assert_eq!(line("without").get("trace_id"), None);
    assert_eq!(line("twice").get("trace_id"), None);
}
