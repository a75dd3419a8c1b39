use std::{future, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request},
};
use member_verification::{
    assembly::{Ground, Surroundings, assemble_above},
    clock::Clock,
    config::ServiceConfig,
    http::{CorsOrigins, ErrorStatus, ResultAccess, WindowUrl, router},
    nice::NiceError,
    random::Random,
    token::{PoolSettings, ReadyToken, TokenSource},
    verification::{KeyCustody, ReturnUrls},
};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

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

impl Service {
    /// A service that opens results for anybody, and never gets a token.
    #[must_use]
    pub fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let router = runtime.block_on(async {
            let surroundings = Surroundings {
                sandbox: false,
                address: ([127, 0, 0, 1], 8080).into(),
                clock: Clock::System,
                random: Random::System,
            };
            let config = config();
            let ground = Ground::lay(&config, &surroundings.random).unwrap();
            let deadline = Duration::from_secs(8);
            let (app, _refill) = assemble_above(ground, Silent, deadline, config, surroundings);
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

fn config() -> ServiceConfig {
    ServiceConfig {
        return_urls: ReturnUrls::AnyWeb,
        base_path: "/api/member".to_owned(),
        window_url: WindowUrl::Fixed(HeaderValue::from_static("https://window.example/")),
        key_custody: KeyCustody::Client,
        error_status: ErrorStatus::Http,
        cors_origins: CorsOrigins::Listed(Vec::new()),
        pool: PoolSettings {
            min: 1,
            max: 1,
            concurrency: 1,
        },
        result_access: ResultAccess::Anybody,
        session_ttl: Duration::from_mins(15),
        session_max: 1,
        redis: None,
    }
}

/// A NICE that never answers: no target here begins a verification.
struct Silent;

impl TokenSource for Silent {
    fn fetch(&self, _probe: bool) -> impl Future<Output = Result<ReadyToken, NiceError>> + Send {
        future::pending()
    }
}
