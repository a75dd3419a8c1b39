//! What comes from NICE is not believed, and what doesn't come is not
//! waited for.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use member_verification::{nice::path, secret::Secret};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::told::Told;
use crate::{
    support::app::{TestApp, start_with},
    support::nice_stub::{Answer, NiceStub, SITE_CODE, TOKEN_VAL},
    support::parallel::futures_in_order,
};

const CALL_TIMEOUT: Duration = Duration::from_millis(300);
const DEADLINE: Duration = Duration::from_secs(1);

/// A service with little patience before whatever listens there.
async fn before(address: SocketAddr) -> TestApp {
    start_with(NiceStub::start().await, |setup| {
        setup.nice.client.base_url = format!("http://{address}").parse().unwrap();
        setup.nice.client.call_timeout = CALL_TIMEOUT;
        setup.nice.client.concurrency = 4;
        setup.nice.request_deadline = DEADLINE;
        setup.nice.access_token = Some(Secret::new("stored".to_owned()));
        setup.service.pool.concurrency = 4;
    })
    .await
}

async fn issue(app: &TestApp) -> Told {
    Told::of(app.issue("{}").await).await
}

/// What a listener does with each connection.
async fn listener<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn request(stream: &mut TcpStream) {
    let mut bytes = [0; 4096];
    let _ = stream.read(&mut bytes).await;
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn endless_cut_and_garbled_answers_end_as_unavailable() {
    let endless = listener(async |mut stream| {
        request(&mut stream).await;
        let _ = stream.write_all(HEAD).await;
        let _ = stream.write_all(b"\r\n").await;
        while stream.write_all(&[b'{'; 4096]).await.is_ok() {}
    });
    let endless_head = listener(async |mut stream| {
        request(&mut stream).await;
        let _ = stream.write_all(HEAD).await;
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    });
    let a_lie = listener(async |mut stream| {
        request(&mut stream).await;
        let _ = stream.write_all(HEAD).await;
        let _ = stream
            .write_all(b"content-length: 99999999999999999999\r\n\r\n{}")
            .await;
    });
    let cut = listener(async |mut stream| {
        request(&mut stream).await;
        let _ = stream.write_all(HEAD).await;
        let _ = stream.write_all(b"content-length: 9\r\n\r\n{").await;
    });
    let not_http = listener(async |mut stream| {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
    });
    let gone = listener(async |_| {});
    let addresses = [
        endless.await,
        endless_head.await,
        a_lie.await,
        cut.await,
        not_http.await,
        gone.await,
    ];
    futures_in_order(addresses.into_iter().map(async |address| {
        let app = before(address).await;
        let told = issue(&app).await;
        assert_eq!((told.status, &*told.reason()), (503, "NICE_UNAVAILABLE"));
        assert!(told.header("retry-after").is_some());
    }))
    .await;
}

#[tokio::test]
async fn redirects_are_not_followed() {
    futures_in_order(
        [301, 302, 303, 307, 308]
            .map(async |status| {
                let trap = NiceStub::start().await;
                let moved = Answer::body("")
                    .status(status)
                    .header("location", format!("http://{}/trap", trap.address));
                let nice = NiceStub::start().await;
                for _ in 0..10 {
                    nice.queue_institution(moved.clone());
                }
                let institution = start_with(nice, |_| {}).await;
                let nice = NiceStub::start().await;
                nice.always_crypto(moved);
                let crypto = start_with(nice, |_| {}).await;
                for app in [institution, crypto] {
                    assert_eq!(issue(&app).await.reason(), "NICE_UNAVAILABLE", "{status}");
                }
                assert_eq!(trap.calls("/trap").len(), 0, "{status}");
            })
            .into_iter(),
    )
    .await;
}

#[tokio::test]
async fn connections_to_nice_are_bounded() {
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counter, peak) = (Arc::clone(&open), Arc::clone(&most));
    let nice = listener(move |mut stream| {
        let (open, most) = (Arc::clone(&counter), Arc::clone(&peak));
        async move {
            most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Until the other side gives up.
            while !matches!(stream.read(&mut [0; 1024]).await, Ok(0) | Err(_)) {}
            open.fetch_sub(1, Ordering::SeqCst);
        }
    })
    .await;
    let app = before(nice).await;
    for told in futures_in_order((0..64).map(|_| issue(&app))).await {
        assert_eq!(told.status, 504, "{told:?}");
    }
    let most = most.load(Ordering::SeqCst);
    // One that was given up may not have been closed yet.
    assert!((1..=5).contains(&most), "{most}");
}

/// A good answer with one value replaced.
fn with(name: &str, value: Value) -> Answer {
    let mut body = json!({
        "rsp_cd": "P000", "result_cd": "0000", "site_code": SITE_CODE,
        "token_version_id": "TEST-000001", "token_val": TOKEN_VAL, "period": 3600
    });
    body[name] = value;
    Answer::crypto_token(&body)
}

#[tokio::test]
async fn values_that_break_nices_rules_are_not_used() {
    let text = |values: &[&str]| -> Vec<Value> { values.iter().map(|v| json!(v)).collect() };
    let bad_text = |longest: usize| {
        let mut values = text(&["", "한글", "a\nb", "a\u{0}b", "a\u{7f}", "a\u{a0}b"]);
        values.push("x".repeat(longest + 1).into());
        values.extend([Value::Null, json!(7), json!(["x"]), json!({"x": "y"})]);
        values
    };
    let periods = [
        json!(0),
        json!(-1),
        json!(59),
        json!(59.9),
        json!(86_401),
        json!(1e300),
        json!(-1e300),
        json!(""),
        json!("an hour"),
        json!("NaN"),
        json!("inf"),
        json!("-3600"),
        Value::Null,
        json!(true),
        json!([3600]),
    ];
    let mut answers = Vec::new();
    for (name, values) in [
        ("token_version_id", bad_text(64)),
        ("token_val", bad_text(512)),
        ("site_code", bad_text(16)),
        ("period", periods.into()),
        ("rsp_cd", vec![Value::Null, json!([0])]),
        ("result_cd", vec![Value::Null, json!(false)]),
    ] {
        answers.extend(values.into_iter().map(|value| (name, value)));
    }
    for some in answers.chunks(30) {
        futures_in_order(some.iter().map(async |(name, value)| {
            let nice = NiceStub::start().await;
            nice.always_crypto(with(name, value.clone()));
            let app = start_with(nice, |_| {}).await;
            let told = issue(&app).await;
            assert_eq!(told.status, 503, "{name}: {value}: {told:?}");
            assert_eq!(told.reason(), "NICE_UNAVAILABLE", "{name}: {value}");
        }))
        .await;
    }
}

#[tokio::test]
async fn values_at_their_limits_are_used_unchanged() {
    for (name, value) in [
        (
            "token_version_id",
            json!("\"<&>' \\/%~".to_owned() + &"x".repeat(53)),
        ),
        ("site_code", json!("\"<&>'\\/%~{}:,;=!")),
        ("token_val", json!("~".repeat(512))),
    ] {
        let nice = NiceStub::start().await;
        nice.queue_crypto(with(name, value.clone()));
        let app = start_with(nice, |_| {}).await;
        let told = issue(&app).await;
        assert_eq!(told.status, 200, "{name}: {value}: {told:?}");
        if name == "token_version_id" {
            assert_eq!(told.json()[name], value);
        }
    }
}

#[tokio::test]
async fn an_institution_token_that_could_break_a_header_is_not_used() {
    let tokens = [
        json!("a\r\nx-evil: 1"),
        json!("한글"),
        json!(""),
        json!("x".repeat(513)),
        json!(7),
    ];
    futures_in_order(tokens.into_iter().map(async |token| {
        let nice = NiceStub::start().await;
        for _ in 0..10 {
            nice.queue_institution(Answer::crypto_token(&json!({"access_token": token})));
        }
        let app = start_with(nice, |_| {}).await;
        assert_eq!(issue(&app).await.reason(), "NICE_UNAVAILABLE", "{token}");
        assert_eq!(app.nice.calls(path::CRYPTO_TOKEN).len(), 0);
    }))
    .await;
}
