//! What the service is measured against: a route that does nothing but
//! answer the same bytes, through the same layers, settings and log.

#![expect(
    clippy::unwrap_used,
    reason = "a tool of the benchmarks may end with a panic"
)]

use std::{fs, future, path::PathBuf, time::Duration};

use axum::{
    Router,
    http::{
        HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    routing::post,
};
use clap::Parser;
use member_verification::{
    assembly::{Environment, Foundation, assemble_above},
    clock::Clock,
    config::{ListenArgs, LogArgs, LogConfig, Reader, ServiceArgs, ServiceConfig},
    http,
    nice::NiceError,
    random::Random,
    server::{Server, ServerSettings},
    telemetry,
    token::{ReadyToken, TokenSource},
};
use tokio::net::TcpListener;

#[derive(Parser)]
struct Args {
    /// The file whose bytes are the answer.
    #[arg(long)]
    answer: PathBuf,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    log: LogArgs,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let answer: &'static [u8] = fs::read(&args.answer).unwrap().leak();
    let mut reader = Reader::default();
    let bind = args.listen.read(&mut reader);
    let service = ServiceConfig::read(&args.service, None, 1, &mut reader);
    let log = LogConfig::read(&args.log, &mut reader);
    let (service, log) = reader.finish((service, log)).unwrap();
    telemetry::log::begin(log);
    let listener = TcpListener::bind(bind).await.unwrap();
    let address = listener.local_addr().unwrap();
    let environment = Environment {
        sandbox: None,
        address,
        clock: Clock::System,
        random: Random::System,
    };
    let foundation = Foundation::new(&service, &environment.random).unwrap();
    let deadline = Duration::from_secs(8);
    let (app, _refill) = assemble_above(foundation, NoTokens, deadline, service, environment);
    let route = post(async move || {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (
                HeaderName::from_static("x-nice-window-url"),
                HeaderValue::from_static(
                    "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb",
                ),
            ),
        ];
        (headers, answer)
    });
    let api = Router::new().route("/v1/member/getOAuthToken", route);
    let router = http::layers(app.clone(), http::api_layers(&app, api));
    tracing::info!(address = %address, "listening");
    Server::new(ServerSettings::default(), router.clone(), router)
        .serve(listener, future::pending())
        .await;
}

/// The service's own, or the comparison would be one of allocators.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct NoTokens;

impl TokenSource for NoTokens {
    async fn fetch(&self, _probe: bool) -> Result<ReadyToken, NiceError> {
        future::pending().await
    }
}
