//! Callers who leave before their answer: each is counted and has its line in
//! the log, apart from those whom the service itself cuts off.

use serde_json::Value;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    support::app::{ISSUE, start_with},
    support::client::client,
    support::nice_stub::NiceStub,
    support::parallel::until,
    support::program::Service,
};

fn issuing(id: &str) -> String {
    format!(
        "POST {ISSUE} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: 2\r\nx-request-id: {id}\r\n\r\n{{}}"
    )
}

async fn asking(address: &str, id: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(issuing(id).as_bytes()).await.unwrap();
    stream
}

/// The service against a NICE that doesn't answer.
async fn waiting_for_nice(more: &[(&str, &str)]) -> (Service, NiceStub) {
    let nice = NiceStub::start().await;
    nice.stall();
    let url = format!("http://{}", nice.address);
    let mut settings = vec![
        ("NICE_CLIENT_ID", "client"),
        ("NICE_CLIENT_SECRET", "secret"),
        ("NICE_BASE_URL", url.as_str()),
        ("NICE_CALL_TIMEOUT", "59m"),
        ("REQUEST_DEADLINE", "1h"),
        ("RETURN_URLS", "https://shop.example/cb"),
        ("ADMIN_BIND", "127.0.0.1:0"),
        ("LOG_FORMAT", "json"),
    ];
    settings.extend(more);
    (Service::start(&[], &settings).await, nice)
}

/// Until so many callers wait for a token.
async fn until_waiting(service: &Service, callers: usize) {
    let wanted = format!("member_verification_pool_waiting {callers}\n");
    let url = service.metrics_url().await;
    loop {
        let answer = client().get(&url).send().await.unwrap();
        if answer.text().await.unwrap().contains(&wanted) {
            return;
        }
    }
}

/// The only line with this request id, and no other one of a request.
fn line(printed: &str, id: &str) -> Value {
    let mut lines = printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["message"] == "request");
    let line = lines.next().unwrap();
    assert_eq!(line["request_id"], id, "{printed}");
    assert_eq!(lines.next(), None);
    line
}

#[tokio::test]
async fn those_who_leave_are_counted() {
    let nice = NiceStub::start().await;
    let gate = nice.stall();
    let app = start_with(nice, |_| {}).await;
    let address = app.address.to_string();
    let waiting = || app.app.tokens.as_ref().unwrap().status().waiting;
    let mut callers = Vec::new();
    for id in ["one", "two", "three"] {
        callers.push(asking(&address, id).await);
    }
    until(|| waiting() == 3).await;
    callers.truncate(1);
    let left = r#"requests_total{reason="CALLER_LEFT",route="getOAuthToken",status="499"} 2"#;
    until(|| app.app.metrics.print().contains(left)).await;
    // The one who stays has an answer, and is counted for that alone.
    gate.add_permits(10);
    let answered = r#"requests_total{reason="",route="getOAuthToken",status="200"} 1"#;
    until(|| app.app.metrics.print().contains(answered)).await;
    let metrics = app.app.metrics.print();
    assert!(metrics.contains(left), "{metrics}");
    let all = r#"request_duration_seconds_count{route="getOAuthToken"} 3"#;
    assert!(metrics.contains(all), "{metrics}");
}

#[tokio::test]
async fn who_leaves_has_a_line_in_the_log() {
    let (service, _nice) = waiting_for_nice(&[]).await;
    let address = service.url.trim_start_matches("http://");
    let caller = asking(address, "gone").await;
    until_waiting(&service, 1).await;
    drop(caller);
    let printed = service.printed_until(r#""request_id":"gone""#).await;
    let line = line(&printed, "gone");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["method"], "POST");
    assert_eq!(line["path"], ISSUE);
    assert_eq!(line["status"], 499);
    assert_eq!(line["reason"], "CALLER_LEFT");
    assert!(line["latency_us"].is_u64(), "{line}");
}

#[tokio::test]
async fn who_is_cut_off_at_the_deadline_has_not_left() {
    let (service, _nice) = waiting_for_nice(&[("DRAIN_DEADLINE", "100ms")]).await;
    let address = service.url.trim_start_matches("http://");
    let caller = asking(address, "cut").await;
    until_waiting(&service, 1).await;
    service.signal("-TERM").await;
    let printed = service.printed_until("were cut off").await;
    let line = line(&printed, "cut");
    assert_eq!(
        (&line["level"], &line["status"], &line["reason"]),
        (&"WARN".into(), &503.into(), &"CUT_OFF".into())
    );
    drop(caller);
}

#[tokio::test]
async fn who_is_cut_off_by_a_second_signal_has_not_left_either() {
    let (mut service, _nice) = waiting_for_nice(&[]).await;
    let address = service.url.trim_start_matches("http://").to_owned();
    let caller = asking(&address, "cut").await;
    until_waiting(&service, 1).await;
    service.signal("-TERM").await;
    service.printed_until("another signal stops at once").await;
    service.signal("-TERM").await;
    assert_eq!(service.exit_code().await, Some(1));
    let printed = service.printed_until(r#""request_id":"cut""#).await;
    assert_eq!(line(&printed, "cut")["reason"], "CUT_OFF");
    drop(caller);
}
