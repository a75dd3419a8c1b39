//! The steps of a warm request, one by one and together.

#![expect(clippy::unwrap_used, reason = "a benchmark may end with a panic")]

use std::{
    future::{self, Future},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header::CONTENT_TYPE},
};
use clap::Parser;
use divan::{Bencher, black_box};
use member_verification::{
    assembly::{Environment, Foundation, assemble_above},
    clock::Clock,
    config::{LogArgs, LogConfig, Reader, ServiceArgs, ServiceConfig},
    crypto::{
        self, KeySet, Sealed,
        integrated::{Iterators, TransactionKeys},
    },
    http,
    nice::NiceError,
    random::Random,
    telemetry,
    token::{PoolSettings, ReadyToken, TokenPool, TokenSource},
};
use tokio::{runtime::Runtime, time::Instant};
use tower::ServiceExt;

const REQUEST: &str = r#"{"requestno":"REQ20260115093000000001","returnurl":"https://shop.example/nice/callback","sitecode":"","authtype":"M","mobilceco":"S","methodtype":"get","popupyn":"Y","receivedata":"c3RhdGU9NDI="}"#;
/// What is sealed for it.
const SEALED: &str = r#"{"requestno":"REQ20260115093000000001","returnurl":"https://shop.example/nice/callback","sitecode":"EXAMPLE00001","authtype":"M","mobileco":"S","methodtype":"get","popupyn":"Y","receivedata":"c3RhdGU9NDI="}"#;
const REQ_NO: &str = "0123456789ABCDEFGHIJKLMNOPQRST";
const TOKEN_VAL: &str = "Qk9HVVMtVE9LRU4tVkFMVUUtMDI=";

/// Tokens are fetched before the measurement; during it the source is silent.
const SAMPLES: u32 = 100;
const PER_SAMPLE: u32 = 200;
/// What the samples take, and some to tune on.
const TOKENS: usize = (SAMPLES * PER_SAMPLE * 2) as usize;

/// The service's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

#[divan::bench]
fn derive(bencher: Bencher<'_, '_>) {
    bencher.bench(|| KeySet::derive("20260115100000", black_box(REQ_NO), black_box(TOKEN_VAL)));
}

#[divan::bench]
fn seal(bencher: Bencher<'_, '_>) {
    let keys = KeySet::derive("20260115100000", REQ_NO, TOKEN_VAL);
    bencher.bench(|| crypto::seal(&keys, black_box(SEALED.as_bytes())));
}

/// The result of `tests/vectors`.
#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("../tests/vectors/result-cp949.json")).unwrap();
    let text = |name: &str| vector[name].as_str().unwrap().to_owned();
    let keys = KeySet::derive(&text("req_dtim"), &text("req_no"), &text("token_val"));
    let sealed = Sealed {
        enc_data: text("enc_data"),
        integrity_value: text("integrity_value"),
    };
    bencher.bench(|| crypto::open(&keys, &sealed.enc_data, &sealed.integrity_value).unwrap());
}

/// A result of 통합인증, keys derived: of `tests/vectors`, at 100 rounds.
#[divan::bench]
fn open_integrated(bencher: Bencher<'_, '_>) {
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("../tests/vectors/integrated-phone.json")).unwrap();
    let text = |name: &str| vector[name].as_str().unwrap().to_owned();
    let (ticket, id) = (text("ticket"), text("transaction_id"));
    let rounds = Iterators::try_from(100_u32).unwrap();
    let sealed =
        TransactionKeys::derive(&ticket, &id, rounds).seal(text("plaintext").as_bytes(), [0; 16]);
    bencher.bench(|| {
        TransactionKeys::derive(black_box(&ticket), &id, rounds)
            .open(&sealed.enc_data, &sealed.integrity_value)
            .unwrap()
    });
}

#[divan::bench(sample_count = SAMPLES, sample_size = PER_SAMPLE)]
fn pool_take(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let pool = runtime.block_on(async {
        let settings = PoolSettings {
            min: TOKENS,
            max: TOKENS,
            concurrency: 1,
        };
        let pool = TokenPool::new(settings, Random::System);
        tokio::spawn(pool.clone().run(Source::new().into()));
        fill(&pool).await;
        pool
    });
    let deadline = Instant::now() + Duration::from_mins(1);
    bencher.bench_local(|| runtime.block_on(pool.take(deadline)).unwrap());
}

/// Without a log.
#[divan::bench(sample_count = SAMPLES, sample_size = PER_SAMPLE)]
fn handler(bencher: Bencher<'_, '_>) {
    Service::start().measure(bencher);
}

/// With the log's line written, to nowhere.
#[divan::bench(sample_count = SAMPLES, sample_size = PER_SAMPLE)]
fn handler_json_log(bencher: Bencher<'_, '_>) {
    let settings = Settings::parse_from(["bench", "--log-format", "json"]);
    let mut reader = Reader::default();
    let config = LogConfig::read(&settings.log, &mut reader);
    let config = reader.finish(config).unwrap();
    let subscriber = telemetry::log::subscriber(config, std::io::sink);
    let service = Service::start();
    tracing::subscriber::with_default(subscriber, || service.measure(bencher));
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// The service without a listener, its pool full.
struct Service {
    runtime: Runtime,
    router: Router,
}

impl Service {
    fn start() -> Self {
        let runtime = runtime();
        let count = TOKENS.to_string();
        let settings = Settings::parse_from([
            "bench",
            "--return-urls",
            "https://shop.example/nice/callback",
            "--token-pool-min",
            &count,
        ]);
        let mut reader = Reader::default();
        let config = ServiceConfig::read(&settings.service, None, 1, &mut reader);
        let config = reader.finish(config).unwrap();
        let environment = Environment {
            sandbox: None,
            address: ([127, 0, 0, 1], 8080).into(),
            clock: Clock::System,
            random: Random::System,
        };
        let router = runtime.block_on(async {
            let deadline = Duration::from_secs(8);
            let foundation = Foundation::new(&config, &environment.random).unwrap();
            let (app, _refill) =
                assemble_above(foundation, Source::new(), deadline, config, environment);
            if let Some(tokens) = &app.tokens {
                fill(tokens).await;
            }
            http::router(app, None)
        });
        Self { runtime, router }
    }

    fn measure(&self, bencher: Bencher<'_, '_>) {
        bencher
            .with_inputs(|| {
                Request::post("/v1/member/getOAuthToken")
                    .header(CONTENT_TYPE, "application/json")
                    .body(Body::from(REQUEST))
                    .unwrap()
            })
            .bench_local_values(|request| {
                let answer = self.router.clone().oneshot(request);
                let answer = self.runtime.block_on(answer).unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                answer
            });
    }
}

/// The refilling has no thread of its own: it rests while the pool is full.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}

async fn fill(pool: &TokenPool) {
    while pool.status().ready < TOKENS {
        tokio::task::yield_now().await;
    }
}

/// Brings as many tokens as the pool is to hold, then none.
struct Source(AtomicUsize);

impl Source {
    const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }
}

impl TokenSource for Source {
    fn fetch(&self, _probe: bool) -> impl Future<Output = Result<ReadyToken, NiceError>> + Send {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        async move {
            if number >= TOKENS {
                return future::pending().await;
            }
            Ok(ReadyToken {
                token_version_id: format!("2026011509300000-NC{number:08}").parse().unwrap(),
                site_code: "EXAMPLE00001".parse().unwrap(),
                keys: KeySet::derive("20260115100000", REQ_NO, TOKEN_VAL),
                session_life: Duration::from_mins(15),
                usable_until: Instant::now() + Duration::from_hours(1),
            })
        }
    }
}
