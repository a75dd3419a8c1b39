//! How often and how long NICE is asked when it fails.

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use member_verification::{
    clock::Clock,
    metrics::Metrics,
    nice::{Credentials, NiceClient, NiceError, NiceSettings, path},
    secret::Secret,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::Instant,
};

use crate::{
    support::app::{check_envelope, json, start, start_with},
    support::nice_stub::{Answer, NiceStub, SITE_CODE, TOKEN_VAL},
    support::parallel::futures_in_order,
};

#[tokio::test]
async fn what_stands_in_the_way_is_asked_again_as_its_status_says() {
    let cases = [
        (&[400_u16, 401, 402, 403, 404, 410, 501][..], 1),
        (&[500], 2),
        (&[200, 302, 408, 425, 429, 502, 503, 504], 3),
    ];
    let tries = cases
        .iter()
        .flat_map(|(statuses, expected)| statuses.iter().map(move |status| (*status, *expected)));
    futures_in_order(tries.map(async |(status, expected)| {
        let nice = NiceStub::start().await;
        nice.always_crypto(Answer::body("<html>no</html>").status(status));
        let app = start_with(nice, |_| {}).await;
        let response = app.issue("{}").await;
        let answered = response.status();
        let body = json(response).await;
        check_envelope(answered, &body, (503, "NICE_UNAVAILABLE"));
        let calls = app.nice.calls(path::CRYPTO_TOKEN).len();
        assert_eq!(calls, expected, "HTTP {status}");
    }))
    .await;
}

#[tokio::test]
async fn an_outage_does_not_multiply_the_calls() {
    const CALLERS: u32 = 40;
    let app = start().await;
    assert_eq!(app.issue("{}").await.status(), 200);
    // With the one that keeps the pool at its minimum.
    let before = u32::try_from(app.nice.calls(path::CRYPTO_TOKEN).len()).unwrap();
    let began = Instant::now();
    app.nice.always_crypto(Answer::gateway("1503"));
    let answers = futures_in_order((0..CALLERS).map(|_| app.issue("{}"))).await;
    let refused = answers.iter().filter(|answer| answer.status() == 503);
    assert!(refused.count() + 1 >= CALLERS as usize, "one was ready");
    let calls = u32::try_from(app.nice.calls(path::CRYPTO_TOKEN).len()).unwrap() - before;
    // A call for each caller, one for the pool, a fifth more, and what was
    // saved up. Three times as many without a limit.
    let most = f64::from(CALLERS + 1) * 1.2 + 10.0 + began.elapsed().as_secs_f64();
    assert!(f64::from(calls) <= most, "{calls} calls, {most} at most");
}

#[tokio::test]
async fn an_id_that_nice_gave_before_is_used_by_nobody() {
    let nice = NiceStub::start().await;
    nice.always_crypto(Answer::crypto_token(&json!({
        "rsp_cd": "P000", "result_cd": "0000", "site_code": SITE_CODE,
        "token_version_id": "X", "token_val": TOKEN_VAL, "period": 3600
    })));
    // Nobody opens results here, so no session store sees the id again.
    let app = start_with(nice, |setup| {
        setup.service.result_access = None;
    })
    .await;
    assert_eq!(app.issue("{}").await.status(), 200);
    let response = app.issue("{}").await;
    let status = response.status();
    check_envelope(status, &json(response).await, (503, "NICE_UNAVAILABLE"));
}

/// A NICE that says half of its answer and no more.
async fn half_open() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = connection.read(&mut request).await.unwrap();
                let half = b"HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{\"dataHeader\":";
                connection.write_all(half).await.unwrap();
                // Until the other side has had enough.
                while let Ok(1..) = connection.read(&mut request).await {}
            });
        }
    });
    port
}

fn client(port: u16, call_timeout: Duration) -> NiceClient {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = NiceSettings {
        base_url: format!("http://127.0.0.1:{port}").parse().unwrap(),
        proxy: None,
        authorities: None,
        connect_timeout: Duration::from_secs(2),
        call_timeout,
        concurrency: 8,
    };
    let credentials = Credentials {
        client_id: "client".to_owned(),
        client_secret: Secret::new("secret".to_owned()),
        product_id: "2101979031".to_owned(),
    };
    let metrics = Arc::new(Metrics::new());
    NiceClient::new(&settings, credentials, Clock::System, metrics).unwrap()
}

#[tokio::test]
async fn an_answer_that_stops_halfway_is_given_up_before_the_calls_end() {
    let client = client(half_open().await, Duration::from_hours(1));
    let outcome = client.issue_institution_token().await;
    assert!(matches!(outcome, Err(NiceError::Timeout)), "{outcome:?}");
}

/// Stands between, and forgets the connections that it has when it is told
/// to: as a firewall does, it keeps them open and passes nothing on.
struct Firewall {
    port: u16,
    passed: watch::Sender<usize>,
    forgets: watch::Sender<()>,
}

impl Firewall {
    async fn before(nice: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let firewall = Self {
            port: listener.local_addr().unwrap().port(),
            passed: watch::Sender::new(0),
            forgets: watch::Sender::new(()),
        };
        let (passed, forgets) = (firewall.passed.clone(), firewall.forgets.clone());
        tokio::spawn(async move {
            loop {
                let (mut inside, _) = listener.accept().await.unwrap();
                let mut outside = TcpStream::connect(nice).await.unwrap();
                let mut forgotten = forgets.subscribe();
                passed.send_modify(|passed| *passed += 1);
                tokio::spawn(async move {
                    tokio::select! {
                        _ = copy_bidirectional(&mut inside, &mut outside) => {}
                        _ = forgotten.changed() => pending().await,
                    }
                });
            }
        });
        firewall
    }
}

#[tokio::test]
async fn of_connections_that_are_dead_one_is_met() {
    let nice = NiceStub::start().await;
    let firewall = Firewall::before(nice.address).await;
    let client = client(firewall.port, Duration::from_millis(500));
    let calls = (0..8).map(|_| client.issue_institution_token());
    for outcome in futures_in_order(calls).await {
        outcome.unwrap();
    }
    assert!(*firewall.passed.borrow() > 1, "several are idle now");
    firewall.forgets.send_replace(());
    let outcome = client.issue_institution_token().await;
    assert!(matches!(outcome, Err(NiceError::Timeout)), "{outcome:?}");
    client.issue_institution_token().await.unwrap();
}
