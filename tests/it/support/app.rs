//! The whole service in process, on a free port, against a [`NiceStub`].

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::http::HeaderValue;
use jiff::Timestamp;
use member_verification::{
    assembly::{Environment, assemble},
    clock::Clock,
    config::{NiceApi, NiceConfig, ServiceConfig},
    http::{App, CorsOrigins, KeyDigest, ResultAccess, overloaded, router},
    nice::{Credentials, NiceSettings},
    random::Random,
    secret::Secret,
    server::{Drained, Server, ServerSettings},
    token::PoolSettings,
    verification::{ReturnUrl, ReturnUrls},
};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{client::client, nice_stub::NiceStub};

pub(crate) const ISSUE: &str = "/v1/member/getOAuthToken";
pub(crate) const OPEN: &str = "/v1/member/getVerificationResult";
pub(crate) const API_KEY: &str = "a-key-of-the-shop-that-is-long-enough";
pub(crate) const RETURN_URL: &str = "https://shop.example/nice/callback";

/// What a test may change before the service starts.
pub(crate) struct Setup {
    pub(crate) nice: NiceConfig,
    pub(crate) service: ServiceConfig,
    pub(crate) server: ServerSettings,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
}

pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) nice: NiceStub,
    pub(crate) clock: Clock,
    pub(crate) app: Arc<App>,
    client: reqwest::Client,
    /// Dropped, it stops the server as well.
    stop: oneshot::Sender<()>,
    served: JoinHandle<Drained>,
}

pub(crate) async fn start() -> TestApp {
    start_with(NiceStub::start().await, |_| {}).await
}

pub(crate) async fn start_with(nice: NiceStub, change: impl FnOnce(&mut Setup)) -> TestApp {
    let client = client();
    let mut setup = Setup::before(nice.address);
    change(&mut setup);
    let clock = setup.clock.clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let environment = Environment {
        sandbox: None,
        address,
        clock: setup.clock,
        random: setup.random,
    };
    let (app, _refill) = assemble(setup.nice, setup.service, environment).unwrap();
    let listening = Server::new(
        setup.server,
        router(Arc::clone(&app), None),
        overloaded(Arc::clone(&app)),
    )
    .with_draining(app.draining.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(listening.serve(listener, async {
        let _ = stopped.await;
    }));
    TestApp {
        address,
        nice,
        clock,
        app,
        client,
        stop,
        served,
    }
}

impl Setup {
    /// What most tests want, with NICE at this address.
    pub(crate) fn before(nice: SocketAddr) -> Self {
        let url = |text| ReturnUrl::configured(text).unwrap();
        Self {
            nice: NiceConfig {
                api: NiceApi::StandardWindow,
                client: NiceSettings {
                    base_url: format!("http://{nice}").parse().unwrap(),
                    proxy: None,
                    authorities: None,
                    connect_timeout: Duration::from_secs(2),
                    call_timeout: Duration::from_secs(4),
                    concurrency: 64,
                },
                credentials: Credentials {
                    client_id: "client".to_owned(),
                    client_secret: Secret::new("secret".to_owned()),
                    product_id: "2101979031".to_owned(),
                },
                access_token: None,
                request_deadline: Duration::from_secs(8),
            },
            service: ServiceConfig {
                cors_origins: CorsOrigins::Listed(vec![HeaderValue::from_static(
                    "https://shop.example",
                )]),
                pool: PoolSettings {
                    min: 1,
                    max: 8,
                    concurrency: 64,
                },
                result_access: Some(ResultAccess::Keys(vec![KeyDigest::of(&Secret::new(
                    API_KEY.to_owned(),
                ))])),
                ..ServiceConfig::for_tests(ReturnUrls::Listed {
                    first: url(RETURN_URL),
                    others: vec![url("shop://cb")],
                })
            },
            server: ServerSettings::default(),
            // 01:02:03 in Korea, on the next day of UTC's date.
            clock: Clock::manual("2026-01-14T16:02:03Z".parse::<Timestamp>().unwrap()),
            random: Random::seeded(7),
        }
    }
}

impl TestApp {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops the server as a signal does and waits for its end.
    pub(crate) async fn stop(self) -> Drained {
        let _ = self.stop.send(());
        self.served.await.unwrap()
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), self.url(path))
    }

    /// Sends a JSON body to `getOAuthToken`.
    pub(crate) async fn issue(&self, json: impl Into<reqwest::Body>) -> Response {
        self.request("POST", ISSUE)
            .header("content-type", "application/json")
            .body(json)
            .send()
            .await
            .unwrap()
    }
}

pub(crate) async fn json(response: Response) -> Value {
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// Checks that an answer is the envelope with this status and reason.
#[track_caller]
pub(crate) fn check_envelope(status: StatusCode, body: &Value, expected: (u16, &str)) {
    assert_eq!(
        (status.as_u16(), body["payload"]["reason"].as_str().unwrap()),
        expected,
        "{body}"
    );
    assert_eq!(body["code"], "900");
    assert_eq!(body["error"], true);
    assert_eq!(body["isProcess"], false);
    assert!(
        body["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{body}"
    );
    assert!(body["errors"].is_array(), "{body}");
    assert!(body["payload"]["requestId"].is_string(), "{body}");
    assert!(body["payload"]["retryable"].is_boolean(), "{body}");
    assert!(
        body["timestamp"].as_str().unwrap().ends_with("+09:00"),
        "{body}"
    );
}
