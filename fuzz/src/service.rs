use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use member_verification::{
    assembly::{Environment, Foundation, assemble_above},
    clock::Clock,
    config::ServiceConfig,
    http::{ResultAccess, router},
    nice::{NiceError, SiteCode, TokenVersionId},
    random::Random,
    token::{PoolSettings, ReadyToken, TokenSource},
    verification::ReturnUrls,
};
use serde_json::Value;
use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};
use tower::ServiceExt;

use crate::opening_room::{OpeningRoom, SITE_CODE};

/// The real router, called without a network.
#[derive(Debug)]
pub struct Service {
    runtime: Runtime,
    router: Router,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, which is always text.
    pub body: String,
}

impl Answer {
    /// The reason and the faulty fields of an answer that is not ours to
    /// correct: all that a caller's program may go by.
    #[must_use]
    pub fn refusal(&self) -> (&'static str, Vec<String>) {
        let reason = match self.status {
            400 => "INVALID_REQUEST",
            404 => "SESSION_NOT_FOUND",
            status => panic!("HTTP {status}: {}", self.body),
        };
        let envelope: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(envelope["code"], "900");
        assert_eq!(envelope["payload"]["reason"], reason);
        assert_eq!(envelope["payload"]["retryable"], false);
        let fields = envelope["errors"].as_array().unwrap().iter().map(|error| {
            assert_ne!(error["message"].as_str().unwrap(), "");
            error["field"].as_str().unwrap().to_owned()
        });
        (reason, fields.collect())
    }
}

impl Service {
    /// A service that opens results for anybody, and never began any.
    #[must_use]
    pub fn opening() -> Self {
        Self::start(ReturnUrls::AnyWeb, Some(ResultAccess::Anybody))
    }

    /// A service that begins verifications, all with one key set, and keeps
    /// none of them in mind.
    #[must_use]
    pub fn issuing(return_urls: ReturnUrls) -> Self {
        Self::start(return_urls, None)
    }

    fn start(return_urls: ReturnUrls, result_access: Option<ResultAccess>) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let router = runtime.block_on(async {
            let environment = Environment {
                sandbox: None,
                address: ([127, 0, 0, 1], 8080).into(),
                clock: Clock::System,
                random: Random::seeded(1),
            };
            let config = config(return_urls, result_access);
            let foundation = Foundation::new(&config, &environment.random).unwrap();
            let deadline = Duration::from_secs(8);
            let (app, _refill) =
                assemble_above(foundation, OneKeySet, deadline, config, environment);
            router(app, None)
        });
        Self { runtime, router }
    }

    /// Sends a request; a failure of the service's own is a finding.
    #[must_use]
    pub fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            assert!(status < 500, "HTTP {status}");
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            Answer {
                status,
                body: String::from_utf8(body.to_vec()).unwrap(),
            }
        })
    }

    /// Posts a body of this media type.
    #[must_use]
    pub fn post(&self, path: &str, media_type: &str, body: Vec<u8>) -> Answer {
        let request = Request::post(path).header("content-type", media_type);
        self.send(request.body(Body::from(body)).unwrap())
    }
}

fn config(return_urls: ReturnUrls, result_access: Option<ResultAccess>) -> ServiceConfig {
    ServiceConfig {
        pool: PoolSettings {
            min: 1,
            max: 1,
            concurrency: 1,
        },
        result_access,
        session_max: 1,
        ..ServiceConfig::for_tests(return_urls)
    }
}

/// In NICE's place: the key set of [`OpeningRoom`], at once.
struct OneKeySet;

impl TokenSource for OneKeySet {
    async fn fetch(&self, _probe: bool) -> Result<ReadyToken, NiceError> {
        Ok(ReadyToken {
            token_version_id: TokenVersionId::from("token").unwrap(),
            site_code: SiteCode::from(SITE_CODE).unwrap(),
            keys: OpeningRoom::keys(),
            session_life: Duration::from_mins(15),
            usable_until: Instant::now() + Duration::from_hours(1),
        })
    }
}
