//! What goes wrong below HTTP: redirects, delays, cuts and silence.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use member_verification::nice::path;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};
use tower::ServiceExt;

use super::{CALLS, FAULTS, basic, read, sandbox, start};

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "redirect"}]))
        .await;
    let response = nice.good("crypto_token").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.headers()["location"], "http://elsewhere.invalid/");
}

#[tokio::test]
async fn a_body_breaks_off_in_the_middle() {
    let nice = start().await;
    nice.put(json!([{"call": "institution_token", "fault": "half_body"}]))
        .await;
    assert!(
        nice.good("institution_token")
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .is_err()
    );
    // By hand: what arrives before the cut.
    let mut stream = TcpStream::connect(nice.address).await.unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: nice\r\nAuthorization: {}\r\nContent-Length: 29\r\n\r\n\
         grant_type=client_credentials",
        path::INSTITUTION_TOKEN,
        basic("client:secret")
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut arrived = Vec::new();
    // A reset after the data is as good as an end.
    while let Ok(1..) = stream.read_buf(&mut arrived).await {}
    let arrived = String::from_utf8(arrived).unwrap().to_lowercase();
    let (head, body) = arrived.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let promised: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(body.len(), promised / 2);
    assert!(body.starts_with("{\"dataheader\""), "{body}");
}

/// A request to the router itself, so that paused time means something.
fn direct(method: &str, path: &str, body: impl Into<Body>) -> axum::extract::Request {
    axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", basic("client:secret"))
        .body(body.into())
        .unwrap()
}

async fn timed(entries: Value) -> (axum::response::Response, Duration) {
    let router = sandbox().standalone();
    let put = direct("PUT", FAULTS, entries.to_string());
    assert_eq!(router.clone().oneshot(put).await.unwrap().status(), 200);
    let begin = Instant::now();
    let call = direct(
        "POST",
        path::INSTITUTION_TOKEN,
        "grant_type=client_credentials",
    );
    let response = router.oneshot(call).await.unwrap();
    (response, begin.elapsed())
}

/// The timer's own grain.
const GRAIN: Duration = Duration::from_millis(2);

#[tokio::test(start_paused = true)]
async fn a_delay_comes_before_the_good_answer() {
    let (response, took) =
        timed(json!([{"call": "institution_token", "fault": "delay", "delay": "200ms"}])).await;
    assert_eq!(response.status(), 200);
    assert!(took >= Duration::from_millis(200), "{took:?}");
    assert!(took <= Duration::from_millis(200) + GRAIN, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_delay_goes_with_any_fault() {
    let (response, took) =
        timed(json!([{"call": "institution_token", "fault": "http_503", "delay": "1.5s"}])).await;
    assert_eq!(response.status(), 503);
    assert!(took >= Duration::from_millis(1500), "{took:?}");
    assert!(took <= Duration::from_millis(1500) + GRAIN, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stall_ends_after_a_minute_without_an_answer() {
    let (response, took) = timed(json!([{"call": "institution_token", "fault": "stall"}])).await;
    assert!(took >= Duration::from_mins(1), "{took:?}");
    assert!(took <= Duration::from_mins(1) + GRAIN, "{took:?}");
    let body = axum::body::to_bytes(response.into_body(), 1024).await;
    assert!(body.is_err(), "{body:?}");
}

#[tokio::test]
async fn a_stall_answers_nothing_within_the_clients_patience() {
    let nice = start().await;
    for call in CALLS {
        nice.put(json!([{"call": call, "fault": "stall"}])).await;
        let error = nice
            .good(call)
            .timeout(Duration::from_millis(200))
            .send()
            .await
            .unwrap_err();
        assert!(error.is_timeout(), "{call}: {error:?}");
    }
    nice.request("DELETE", FAULTS).send().await.unwrap();
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
}

#[tokio::test]
async fn a_cut_connection_brings_no_byte() {
    let nice = start().await;
    for call in CALLS {
        nice.put(json!([{"call": call, "fault": "cut"}])).await;
        let error = nice.good(call).send().await.unwrap_err();
        assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_comes_byte_by_byte_and_whole() {
    let (good, _) = timed(json!([])).await;
    let good = axum::body::to_bytes(good.into_body(), 4096).await.unwrap();
    let (response, head) =
        timed(json!([{"call": "institution_token", "fault": "slow_body"}])).await;
    assert!(head <= GRAIN, "{head:?}");
    let begin = Instant::now();
    let slow = axum::body::to_bytes(response.into_body(), 4096)
        .await
        .unwrap();
    assert_eq!(slow, good);
    let bytes = u32::try_from(good.len()).unwrap();
    assert!(begin.elapsed() >= bytes * Duration::from_millis(100));
}

/// The next part of a body that has one.
async fn frame(body: &mut Body) -> Result<Frame<Bytes>, axum::Error> {
    let next = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
    next.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_half_open_connection_is_silent_for_a_minute() {
    let (response, head) =
        timed(json!([{"call": "institution_token", "fault": "half_open"}])).await;
    assert!(head <= GRAIN, "{head:?}");
    let promised = response.headers()["content-length"].to_str().unwrap();
    let promised: usize = promised.parse().unwrap();
    let mut body = response.into_body();
    let begin = Instant::now();
    let first = frame(&mut body).await.unwrap().into_data().unwrap();
    assert_eq!(first.len(), promised / 2);
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert!(frame(&mut body).await.is_err());
    assert!(begin.elapsed() >= Duration::from_mins(1));
}
