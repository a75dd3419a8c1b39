//! A sandbox and a service against it, over real HTTP, both of them in the
//! runtime of one order.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::middleware::from_fn_with_state;
use member_verification::{
    assembly::{Environment, assemble},
    clock::Clock,
    http::{App, router},
    random::Random,
    sandbox::Sandbox,
    token::PoolSettings,
};
use tokio::{net::TcpListener, runtime::Handle, task::JoinHandle, time::sleep};

use super::upstream::{Recorder, record};
use crate::support::{
    app::Setup,
    client::builder,
    sandbox::{serve, settings},
};

/// For one call to NICE; long enough that a busy machine makes none late.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);
/// For a caller, retries included.
pub(crate) const DEADLINE: Duration = Duration::from_secs(15);
/// The calls to NICE at the same time.
const CONCURRENCY: usize = 4;
/// Whatever takes longer doesn't come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);

/// What becomes of a connection to NICE after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upstream {
    /// It is closed, so that none may be left.
    Closes,
    /// It waits for the next call.
    KeepsAlive,
}

pub(crate) struct Scene {
    pub(crate) calls: Recorder,
    manner: Upstream,
    nice: SocketAddr,
    sandbox: JoinHandle<()>,
    http: reqwest::Client,
    service: Option<Service>,
}

struct Service {
    address: SocketAddr,
    app: Arc<App>,
    refill: JoinHandle<()>,
    server: JoinHandle<()>,
}

impl Scene {
    /// NICE alone; the service comes with [`Scene::start`].
    pub(crate) async fn new(manner: Upstream) -> Self {
        let sandbox = Sandbox::new(settings(), Clock::System, Random::System);
        let calls = Recorder::new(manner);
        let layer = from_fn_with_state(calls.clone(), record);
        let (nice, sandbox) = serve(sandbox.standalone().layer(layer)).await;
        Self {
            calls,
            manner,
            nice,
            sandbox,
            // Each request has a connection of its own, which ends with it.
            http: builder().pool_max_idle_per_host(0).build().unwrap(),
            service: None,
        }
    }

    pub(crate) async fn start(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let environment = Environment {
            sandbox: None,
            address,
            clock: Clock::System,
            random: Random::System,
        };
        let setup = setup(self.nice);
        let (app, refill) = assemble(setup.nice, setup.service, environment).unwrap();
        let router = router(Arc::clone(&app), None);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        self.service = Some(Service {
            address,
            app,
            refill,
            server,
        });
    }

    /// Waits for the end of the first fetch, which no caller asked for.
    pub(crate) async fn tried(&self) -> Result<(), String> {
        until("the first fetch never ended", || {
            self.service().app.tokens.as_ref().unwrap().has_tried()
        })
        .await
    }

    fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// Calls `/sandbox/api/faults`.
    pub(crate) async fn faults(&self, method: &str, body: Option<String>) -> String {
        let url = format!("http://{}/sandbox/api/faults", self.nice);
        let request = self.http.request(method.parse().unwrap(), url);
        let request = request.body(body.unwrap_or_default());
        let response = request.send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{status}: {text}");
        text
    }

    /// A request that begins a verification.
    pub(crate) fn request(&self) -> reqwest::RequestBuilder {
        let address = self.service().address;
        self.http
            .post(format!("http://{address}/v1/member/getOAuthToken"))
            .header("content-type", "application/json")
            .body("{}")
    }

    pub(crate) fn breaker_is_closed(&self) -> bool {
        let metrics = self.service().app.metrics.print();
        metrics.contains("\nmember_verification_breaker_open 0\n")
    }

    /// Once every request is answered, no task is left but those that serve.
    pub(crate) async fn nothing_is_left(&self) -> Result<(), String> {
        // Two listeners and the pool's supervisor.
        let serving = 3;
        // A connection has a task on either side, and the pool of them one.
        let idle = 1 + 2 * CONCURRENCY;
        let most = match self.manner {
            Upstream::Closes => serving,
            Upstream::KeepsAlive => serving + idle,
        };
        tasks_are_at_most(most).await
    }

    /// Ends the service, after which nothing of it may live, and then NICE.
    pub(crate) async fn end(mut self) -> Result<(), String> {
        if let Some(service) = self.service.take() {
            service.server.abort();
            service.refill.abort();
        }
        tasks_are_at_most(1).await?;
        self.sandbox.abort();
        tasks_are_at_most(0).await
    }
}

async fn tasks_are_at_most(most: usize) -> Result<(), String> {
    let alive = || Handle::current().metrics().num_alive_tasks();
    until("tasks are left", || alive() <= most)
        .await
        .map_err(|what| format!("{what}: {} instead of {most}", alive()))
}

/// Waits until something is so; an error when it never is.
async fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    let waiting = async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .map_err(|_| what.to_owned())
}

fn setup(nice: SocketAddr) -> Setup {
    let mut setup = Setup::before(nice);
    setup.nice.client.call_timeout = CALL_TIMEOUT;
    setup.nice.client.concurrency = CONCURRENCY;
    setup.nice.request_deadline = DEADLINE;
    // Nothing ahead of need: each request that gets past the breaker is one
    // fetch, so that it is known whose fault was whose.
    setup.service.pool = PoolSettings {
        min: 0,
        max: 0,
        concurrency: CONCURRENCY,
    };
    setup.service.session_max = 100_000;
    setup
}
