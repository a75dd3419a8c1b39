//! The log tells which limit turned a caller away, in the words of
//! `docs/errors.md`.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{support::app::ISSUE, support::client::client, support::program::Service};

const ERRORS: &str = include_str!("../../../docs/errors.md");

async fn start(limit: &str, most: &str) -> Service {
    let settings = [("LOG_FORMAT", "json"), (limit, most)];
    Service::start(&["--sandbox"], &settings).await
}

async fn connect(service: &Service) -> TcpStream {
    let address = service.url.trim_start_matches("http://");
    TcpStream::connect(address).await.unwrap()
}

/// Waits for the line of a request that was turned away.
async fn check_told(service: &Service, begins: &str, route: &str) {
    let told = service.printed_until(r#""reason":"OVERLOADED""#);
    let printed = timeout(Duration::from_mins(1), told).await.unwrap();
    let line = printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|line| line["reason"] == "OVERLOADED")
        .unwrap();
    let error = line["error"].as_str().unwrap();
    assert!(error.starts_with(begins), "{line}");
    assert_eq!(line["path"], route);
    let row = format!("\n| {begins} |");
    assert!(
        ERRORS.contains(&row),
        "{begins} isn't told in docs/errors.md"
    );
}

#[tokio::test]
async fn max_connections_is_told() {
    let service = start("MAX_CONNECTIONS", "1").await;
    let mut first = connect(&service).await;
    let live = b"GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n";
    first.write_all(live).await.unwrap();
    assert_ne!(first.read(&mut [0; 4096]).await.unwrap(), 0);
    let ask = client().post(format!("{}{ISSUE}", service.url));
    assert_eq!(ask.send().await.unwrap().status(), 503);
    check_told(&service, "MAX_CONNECTIONS is reached", "unmatched").await;
}

#[tokio::test]
async fn long_bodies_are_told() {
    let service = start("TOKEN_POOL_MIN", "1").await;
    let head = format!(
        "POST {ISSUE} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: 60000\r\n\r\n{}",
        " ".repeat(9_000)
    );
    let mut slow = Vec::new();
    for _ in 0..129 {
        let mut stream = connect(&service).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    check_told(
        &service,
        "128 bodies of more than 8 KiB are being read",
        ISSUE,
    )
    .await;
}

#[tokio::test]
async fn session_max_is_told() {
    let service = start("SESSION_MAX", "1").await;
    for expected in [200, 503] {
        let ask = client()
            .post(format!("{}{ISSUE}", service.url))
            .header("content-type", "application/json")
            .body("{}");
        assert_eq!(ask.send().await.unwrap().status(), expected);
    }
    check_told(&service, "SESSION_MAX is reached", ISSUE).await;
}

async fn idle(service: &Service, from: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let address = service.url.trim_start_matches("http://");
    socket.connect(address.parse().unwrap()).await.unwrap()
}

/// The status of `/health/ready` is 200 at any rate, so another path is asked.
async fn status(stream: &mut TcpStream) -> u16 {
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is turned away may end with a reset, after its answer.
    let _ = stream.read_to_end(&mut answer).await;
    let status = answer.get(9..12).unwrap_or_default();
    str::from_utf8(status).unwrap().parse().unwrap()
}

#[tokio::test]
async fn one_address_can_not_take_all_connections_but_a_proxy_can() {
    let settings = [
        ("LOG_FORMAT", "json"),
        ("MAX_CONNECTIONS", "64"),
        ("TRUSTED_PROXIES", "127.0.0.9"),
    ];
    let service = Service::start(&["--sandbox"], &settings).await;
    let mut held = Vec::new();
    for _ in 0..64 {
        held.push(idle(&service, [127, 0, 0, 2]).await);
    }
    // All are taken: each newcomer gets the place of one that waits.
    for newcomer in [2, 3, 4, 5] {
        let mut honest = idle(&service, [127, 0, 0, newcomer]).await;
        assert_eq!(status(&mut honest).await, 200);
    }
    service.printed_until("name it in TRUSTED_PROXIES").await;
    // Down to a quarter, but not below it.
    for _ in 0..64 {
        held.push(idle(&service, [127, 0, 0, 9]).await);
    }
    let mut late = idle(&service, [127, 0, 0, 3]).await;
    assert_eq!(status(&mut late).await, 503);
}
