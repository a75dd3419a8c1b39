//! Callers who are slow, many, or gone: over plain TCP, under paused time,
//! which goes on by itself whenever everybody waits.

use std::time::Duration;

use member_verification::nice::path;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Handle,
    time::{Instant, sleep, timeout},
};

use crate::{
    support::app::{ISSUE, OPEN, TestApp, start, start_with},
    support::nice_stub::NiceStub,
    support::parallel::until,
};

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n";

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.address).await.unwrap()
}

fn issuing(length: usize) -> String {
    format!(
        "POST {ISSUE} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    )
}

/// All that comes until the other side ends; a reset counts as an end.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

/// One answer on a connection that stays open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        if let Some(end) = end {
            let length: usize = str::from_utf8(&bytes[..end])
                .unwrap()
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .and_then(|length| length.parse().ok())
                .unwrap();
            if bytes.len() >= end + 4 + length {
                return String::from_utf8(bytes).unwrap();
            }
        }
        let read = stream.read_buf(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "it ended after {bytes:?}");
    }
}

async fn write(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

fn seconds_since(began: Instant) -> u64 {
    began.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_says_nothing_is_closed_after_header_timeout() {
    let app = start().await;
    let mut stream = connect(&app).await;
    let began = Instant::now();
    assert_eq!(rest(&mut stream).await, "");
    assert_eq!(seconds_since(began), 10);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips_is_cut_off_after_header_timeout() {
    let app = start().await;
    let mut stream = connect(&app).await;
    let began = Instant::now();
    let dripping = async {
        let (_, mut out) = stream.split();
        for byte in LIVE.bytes().cycle().filter(|byte| *byte != b'\n') {
            if out.write_all(&[byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_secs(1)).await;
        }
    };
    timeout(Duration::from_secs(30), dripping).await.unwrap();
    assert!((10..=12).contains(&seconds_since(began)));
}

#[tokio::test(start_paused = true)]
async fn a_second_head_that_drips_is_cut_off_too() {
    let app = start().await;
    let mut stream = connect(&app).await;
    write(&mut stream, LIVE).await;
    answer(&mut stream).await;
    write(&mut stream, "GET /health").await;
    let began = Instant::now();
    assert_eq!(rest(&mut stream).await, "");
    assert_eq!(seconds_since(began), 10);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_is_answered_after_body_timeout() {
    let app = start().await;
    let mut stream = connect(&app).await;
    write(&mut stream, &issuing(1000)).await;
    let (mut back, mut out) = stream.split();
    let began = Instant::now();
    let dripping = async {
        while out.write_all(b" ").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    };
    let mut text = String::new();
    tokio::select! {
        () = dripping => {}
        read = back.read_to_string(&mut text) => drop(read),
    }
    assert_eq!(seconds_since(began), 10);
    assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
    assert!(text.contains(r#""reason":"INVALID_REQUEST""#), "{text}");
}

#[tokio::test(start_paused = true)]
async fn silence_between_requests_ends_after_idle_timeout() {
    let app = start().await;
    let mut stream = connect(&app).await;
    for _ in 0..3 {
        write(&mut stream, LIVE).await;
        answer(&mut stream).await;
        sleep(Duration::from_secs(70)).await;
    }
    write(&mut stream, LIVE).await;
    answer(&mut stream).await;
    let began = Instant::now();
    assert_eq!(rest(&mut stream).await, "");
    // A second more than the answers say, for clients that obey it.
    assert_eq!(seconds_since(began), 76);
}

#[tokio::test]
async fn an_answer_says_how_long_its_connection_stays_open() {
    let app = start().await;
    let mut stream = connect(&app).await;
    write(&mut stream, LIVE).await;
    let head = answer(&mut stream).await;
    assert!(head.contains("keep-alive: timeout=75\r\n"), "{head}");
    let mut last = connect(&app).await;
    write(&mut last, &(issuing(1 << 20))).await;
    let head = answer(&mut last).await;
    assert!(!head.contains("keep-alive"), "{head}");
    for (version, connection, is_told) in [
        ("1.1", "close", false),
        ("1.1", "TE, Close", false),
        ("1.0", "te", false),
        ("1.0", "Keep-Alive", true),
        ("1.1", "keep-alive", true),
    ] {
        let mut stream = connect(&app).await;
        let request = format!(
            "GET /health/live HTTP/{version}\r\nhost: a\r\nconnection: {connection}\r\n\r\n"
        );
        write(&mut stream, &request).await;
        let head = answer(&mut stream).await;
        assert_eq!(
            head.contains("keep-alive: timeout=75\r\n"),
            is_told,
            "{head}"
        );
    }
}

#[tokio::test]
async fn a_host_is_named_once() {
    let app = start().await;
    for (request, status) in [
        ("GET /health/live HTTP/1.1\r\n\r\n", 400),
        (
            "GET /health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
            400,
        ),
        (
            "GET /health/live HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n",
            400,
        ),
        ("GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n", 200),
        ("GET /health/live HTTP/1.0\r\n\r\n", 200),
    ] {
        let mut stream = connect(&app).await;
        write(&mut stream, request).await;
        let head = answer(&mut stream).await;
        let said = head.split(' ').nth(1).unwrap();
        assert_eq!(said, status.to_string(), "{request}: {head}");
    }
}

#[tokio::test]
async fn other_protocols_are_refused_in_words() {
    let app = start().await;
    for (beginning, status, word) in [
        (
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0",
            505,
            "HTTP/2",
        ),
        (
            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
            400,
            "PROXY protocol",
        ),
        ("\r\n\r\n\0\r\nQUIT\n!\u{11}\0\u{c}", 400, "PROXY protocol"),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", 400, "plain HTTP"),
    ] {
        let mut stream = connect(&app).await;
        write(&mut stream, beginning).await;
        let answer = rest(&mut stream).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        let (_, text) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            answer.contains(&format!("content-length: {}\r\n", text.len())),
            "{answer}"
        );
        assert!(text.contains(word), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_take_its_answer_is_left() {
    let app = start().await;
    let mut stream = connect(&app).await;
    // More than the sockets' buffers hold.
    let bundle = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: test\r\n\r\n";
    for _ in 0..60 {
        write(&mut stream, bundle).await;
    }
    sleep(Duration::from_secs(200)).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let whole = app
        .request("GET", "/docs/swagger-ui-bundle.js")
        .send()
        .await;
    let whole = whole.unwrap().bytes().await.unwrap();
    assert!(bytes.len() < 60 * whole.len(), "all of it came");
}

#[tokio::test(start_paused = true)]
async fn beyond_max_connections_the_answer_is_overloaded_and_probes_work() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.server.max_connections = 2;
    })
    .await;
    let mut first = connect(&app).await;
    let mut second = connect(&app).await;
    for stream in [&mut first, &mut second] {
        write(stream, LIVE).await;
        answer(stream).await;
    }
    let mut third = connect(&app).await;
    write(&mut third, &format!("{}{{}}", issuing(2))).await;
    let refused = rest(&mut third).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    for part in [
        r#""reason":"OVERLOADED""#,
        r#""code":"900""#,
        "retry-after: 1\r\n",
        "connection: close\r\n",
    ] {
        assert!(refused.contains(part), "{refused}");
    }
    let mut probe = connect(&app).await;
    write(&mut probe, LIVE).await;
    let alive = rest(&mut probe).await;
    assert!(alive.starts_with("HTTP/1.1 200 "), "{alive}");

    drop(first);
    loop {
        let mut next = connect(&app).await;
        write(&mut next, &format!("{}{{}}", issuing(2))).await;
        if answer(&mut next).await.starts_with("HTTP/1.1 200 ") {
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn long_bodies_are_bounded_in_number_and_short_ones_pass() {
    let app = start().await;
    let long = issuing(60_000) + &" ".repeat(9_000);
    let mut slow = Vec::new();
    for _ in 0..128 {
        let mut stream = connect(&app).await;
        write(&mut stream, &long).await;
        slow.push(stream);
    }
    loop {
        let mut stream = connect(&app).await;
        write(&mut stream, &long).await;
        let first = timeout(Duration::from_millis(1), answer(&mut stream)).await;
        if let Ok(refused) = first {
            assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
            assert!(refused.contains(r#""reason":"OVERLOADED""#), "{refused}");
            break;
        }
    }
    assert_eq!(app.issue("{}").await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_nobody_reads_does_not_cost_the_answer() {
    let app = start().await;
    let mut stream = connect(&app).await;
    write(&mut stream, &issuing(1 << 30)).await;
    let (mut back, mut out) = stream.split();
    let chunk = [b' '; 16 * 1024];
    let sending = async {
        for _ in 0..1000 {
            if out.write_all(&chunk).await.is_err() {
                return;
            }
        }
    };
    let mut text = String::new();
    let reading = async {
        let mut bytes = [0; 4096];
        while !text.contains("BODY_TOO_LARGE") {
            let read = back.read(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "{text}");
            text.push_str(str::from_utf8(&bytes[..read]).unwrap());
        }
    };
    tokio::join!(reading, sending);
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

/// A client keeps its connection unless it is told: its next request would
/// be sent into one that is closed.
#[tokio::test]
async fn an_answer_before_the_end_of_the_body_is_said_to_be_the_last() {
    let app = start().await;
    let unread = format!(
        "POST {OPEN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n"
    );
    for (request, status) in [
        (issuing(1 << 20), 413),
        (unread.clone(), 401),
        (unread.replace(OPEN, "/nowhere"), 404),
        // Nobody says "continue" to somebody who was answered.
        (
            unread.replace("host: x", "host: x\r\nexpect: 100-continue"),
            401,
        ),
        // Even if it has arrived: the route didn't read it.
        (unread.clone() + &"x".repeat(100), 401),
    ] {
        let mut stream = connect(&app).await;
        write(&mut stream, &request).await;
        let head = answer(&mut stream).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(head.contains("connection: close\r\n"), "{head}");
    }
    for request in [
        issuing(2) + "{}",
        issuing(1) + "{",
        "GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
    ] {
        let mut stream = connect(&app).await;
        for _ in 0..2 {
            write(&mut stream, &request).await;
            let head = answer(&mut stream).await;
            assert!(!head.contains("connection: close"), "{head}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_of_64_kib_is_refused() {
    let app = start().await;
    let mut stream = connect(&app).await;
    write(&mut stream, "GET /health/live HTTP/1.1\r\n").await;
    let header = format!("x-filler: {}\r\n", "x".repeat(1000));
    for _ in 0..64 {
        if stream.write_all(header.as_bytes()).await.is_err() {
            break;
        }
    }
    let refused = rest(&mut stream).await;
    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    assert_eq!(app.issue("{}").await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_half_closed_socket_gets_the_answer_that_is_ready() {
    let app = start().await;
    // Warm, so that there is a token.
    assert_eq!(app.issue("{}").await.status(), 200);
    let mut stream = connect(&app).await;
    write(&mut stream, &format!("{}{{}}", issuing(2))).await;
    stream.shutdown().await.unwrap();
    let text = rest(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");

    // Within a body, the rest of which can never come.
    let mut stream = connect(&app).await;
    write(&mut stream, &format!("{}{{", issuing(100))).await;
    stream.shutdown().await.unwrap();
    let began = Instant::now();
    rest(&mut stream).await;
    assert_eq!(seconds_since(began), 0);
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn callers_who_leave_are_not_waited_for() {
    let nice = NiceStub::start().await;
    let gate = nice.stall();
    // Nothing but their leaving ends what they wait for.
    let app = start_with(nice, |setup| {
        setup.nice.client.call_timeout = Duration::from_hours(1);
        setup.nice.request_deadline = Duration::from_hours(1);
    })
    .await;
    let mut streams = Vec::new();
    for _ in 0..50 {
        let mut stream = connect(&app).await;
        write(&mut stream, &format!("{}{{}}", issuing(2))).await;
        streams.push(stream);
    }
    let waiting = || app.app.tokens.as_ref().unwrap().status().waiting;
    until(|| waiting() == 50).await;
    let before = tasks();
    drop(streams);
    until(|| tasks() + 50 <= before).await;
    gate.add_permits(1000);
    until(|| waiting() == 0 && app.app.tokens.as_ref().unwrap().status().ready == 1).await;
    // The pool's own first one, and one more at the most: none for those who left.
    let calls = app.nice.calls(path::CRYPTO_TOKEN).len();
    assert!(calls <= 2, "{calls}");
    assert_eq!(app.issue("{}").await.status(), 200);
}

#[tokio::test]
async fn connections_that_come_and_go_leave_nothing_behind() {
    let app = start().await;
    assert_eq!(app.issue("{}").await.status(), 200);
    let before = tasks();
    for round in 0..500 {
        let mut stream = connect(&app).await;
        match round % 5 {
            0 => {}
            1 => write(&mut stream, "GET /hea").await,
            2 => write(&mut stream, &issuing(10)).await,
            3 => write(&mut stream, "\0\x01\x02 nonsense\r\n\r\n").await,
            _ => {
                write(&mut stream, LIVE).await;
                answer(&mut stream).await;
            }
        }
    }
    until(|| tasks() <= before).await;
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_their_order() {
    let app = start().await;
    let mut stream = connect(&app).await;
    let not_there = "GET /nowhere HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    let unsound = issuing(1) + "{";
    write(&mut stream, &format!("{LIVE}{unsound}{not_there}")).await;
    let text = rest(&mut stream).await;
    let lines: Vec<&str> = text.split("HTTP/1.1 ").skip(1).collect();
    let statuses: Vec<&str> = lines.iter().map(|line| &line[..3]).collect();
    assert_eq!(statuses, ["200", "400", "404"]);
}
