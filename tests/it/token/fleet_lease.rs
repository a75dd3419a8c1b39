//! One institution token for a fleet.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use jiff::Timestamp;
use member_verification::{
    clock::Clock,
    nice::{Credentials, NiceClient, NiceSettings, path},
    secret::Secret,
    store::Store,
    token::InstitutionTokens,
};
use serde_json::{Value, json};
use tokio::{sync::Notify, time::sleep};

use crate::{
    store::fixture::{LIFE, redis_store, redis_store_at},
    support::redis::{Redis, free_port},
};

const LABEL: &str = "client 2101979031";

/// Issues institution tokens, each one another, and counts them.
#[derive(Clone, Default)]
struct Nice {
    issued: Arc<AtomicUsize>,
    down: Arc<AtomicBool>,
    /// How long it takes, on top of what it always does.
    slow: Arc<Mutex<Duration>>,
    /// While it holds something, whoever asks is told and gets no answer.
    hangs: Arc<Mutex<Option<Arc<Notify>>>>,
}

impl Nice {
    /// Where it listens.
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route(path::INSTITUTION_TOKEN, post(issue))
            .with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    }

    fn issued(&self) -> usize {
        self.issued.load(Ordering::SeqCst)
    }
}

async fn issue(State(nice): State<Nice>) -> Result<Json<Value>, StatusCode> {
    let hangs = nice.hangs.lock().unwrap().clone();
    if let Some(asked) = hangs {
        asked.notify_one();
        return std::future::pending().await;
    }
    let slow = *nice.slow.lock().unwrap();
    sleep(Duration::from_millis(100) + slow).await;
    let number = nice.issued.fetch_add(1, Ordering::SeqCst);
    if nice.down.load(Ordering::SeqCst) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    Ok(Json(json!({
        "dataHeader": {"GW_RSLT_CD": "1200"},
        "dataBody": {
            "access_token": format!("token-{number}"), "token_type": "bearer",
            "expires_in": 1.5768e9, "scope": "default"
        }
    })))
}

/// An instance of the service, as far as this test goes.
fn instance(nice: &str, store: &Store, configured: Option<&str>) -> Arc<InstitutionTokens> {
    patient_instance(nice, store, configured, Duration::from_secs(4))
}

/// The same with another `NICE_CALL_TIMEOUT`.
fn patient_instance(
    nice: &str,
    store: &Store,
    configured: Option<&str>,
    call_timeout: Duration,
) -> Arc<InstitutionTokens> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = NiceSettings {
        base_url: nice.parse().unwrap(),
        proxy: None,
        authorities: None,
        connect_timeout: Duration::from_secs(2),
        call_timeout,
        concurrency: 4,
    };
    let credentials = Credentials {
        client_id: "client".to_owned(),
        client_secret: Secret::new("secret".to_owned()),
        product_id: "2101979031".to_owned(),
    };
    let clock = Clock::manual(Timestamp::UNIX_EPOCH);
    let client = NiceClient::new(&settings, credentials, clock, Arc::default());
    Arc::new(InstitutionTokens::new(
        Arc::new(client.unwrap()),
        configured.map(|token| Secret::new(token.to_owned())),
        store.shared_token(LABEL),
    ))
}

async fn token_of(instance: &InstitutionTokens) -> String {
    let held = instance.get().await.unwrap();
    held.access_token().expose().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_instances_that_start_at_once_issue_once() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let store = redis_store(&server, &[1]);
        let instance = instance(&address, &store, None);
        for _ in 0..4 {
            let instance = Arc::clone(&instance);
            tasks.push(tokio::spawn(async move { token_of(&instance).await }));
        }
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-0");
    }
    assert_eq!(nice.issued(), 1);
    assert_eq!(server.keys().await.len(), 1, "the lease was given back");
}

#[tokio::test]
async fn a_later_instance_takes_over_what_lives_yet() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let first = instance(&address, &redis_store(&server, &[1]), None);
    assert_eq!(token_of(&first).await, "token-0");
    drop(first);
    let second = instance(&address, &redis_store(&server, &[2, 1]), None);
    assert_eq!(token_of(&second).await, "token-0");
    assert_eq!(nice.issued(), 1);
    let name = server.keys().await.remove(0);
    let left: i64 = server.ask(&["TTL", &name]).await;
    assert!(left > 1_576_000_000, "{left}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_is_refused_everywhere_is_replaced_once() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = redis_store(&server, &[1]);
        let instance = instance(&address, &store, None);
        let refused = instance.get().await.unwrap();
        assert_eq!(refused.access_token().expose(), "token-0");
        refused.mark_accepted();
        tasks.push(tokio::spawn(async move {
            let other = instance.replace(&refused).await.unwrap().unwrap();
            other.access_token().expose().to_owned()
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-1");
    }
    assert_eq!(nice.issued(), 2);
}

#[tokio::test]
async fn a_configured_token_that_is_refused_gives_way_to_the_fleets() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let store = redis_store(&server, &[1]);
    token_of(&instance(&address, &store, None)).await;
    let configured = instance(&address, &store, Some("an-old-one"));
    let refused = configured.get().await.unwrap();
    assert_eq!(refused.access_token().expose(), "an-old-one");
    let other = configured.replace(&refused).await.unwrap().unwrap();
    assert_eq!(other.access_token().expose(), "token-0");
    assert_eq!(nice.issued(), 1);
}

#[tokio::test]
async fn a_fleet_replaces_a_refused_token_once_per_instance() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let stores = [redis_store(&server, &[1]), redis_store(&server, &[1])];
    let instances = [
        instance(&address, &stores[0], None),
        instance(&address, &stores[1], None),
    ];
    for _ in 0..10 {
        for instance in &instances {
            let refused = instance.get().await.unwrap();
            let _ = instance.replace(&refused).await.unwrap();
        }
    }
    // The first one, and one replacement by each instance.
    assert_eq!(nice.issued(), 3);
}

#[tokio::test]
async fn a_failure_of_nice_gives_the_lease_back() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let instance = instance(&address, &redis_store(&server, &[1]), None);
    nice.down.store(true, Ordering::SeqCst);
    instance.get().await.unwrap_err();
    assert!(server.keys().await.is_empty());
    nice.down.store(false, Ordering::SeqCst);
    assert_eq!(token_of(&instance).await, "token-1");
}

/// Begins to issue, and is ended while NICE keeps it waiting.
async fn issue_and_die(nice: &Nice, instance: &Arc<InstitutionTokens>) {
    let asked = Arc::new(Notify::new());
    *nice.hangs.lock().unwrap() = Some(Arc::clone(&asked));
    let issuing = tokio::spawn({
        let instance = Arc::clone(instance);
        async move { token_of(&instance).await }
    });
    asked.notified().await;
    issuing.abort();
    assert!(issuing.await.unwrap_err().is_cancelled());
    *nice.hangs.lock().unwrap() = None;
}

/// Of those who have waited for its lease to end, one issues.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_instance_that_died_while_issuing_is_followed_by_one() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let soon = Duration::from_secs(1);
    let dead = patient_instance(&address, &redis_store(&server, &[1]), None, soon);
    issue_and_die(&nice, &dead).await;
    drop(dead);
    assert_eq!(server.keys().await.len(), 1, "the lease is still there");
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = redis_store(&server, &[1]);
        let instance = patient_instance(&address, &store, None, soon);
        tasks.push(tokio::spawn(async move { token_of(&instance).await }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-0");
    }
    assert_eq!(nice.issued(), 1);
}

/// An hour would pass until the lease ends by itself.
#[tokio::test]
async fn an_instance_that_was_cut_off_while_issuing_goes_on_under_its_own_lease() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    let late = Duration::from_hours(1);
    let instance = patient_instance(&address, &redis_store(&server, &[1]), None, late);
    issue_and_die(&nice, &instance).await;
    assert_eq!(token_of(&instance).await, "token-0");
    assert_eq!(server.keys().await.len(), 1, "the lease was given back");
}

/// As long as a call may take, it may be under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_nice_is_waited_for() {
    let server = Redis::start();
    let nice = Nice::default();
    let address = nice.start().await;
    *nice.slow.lock().unwrap() = Duration::from_secs(4);
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let store = redis_store(&server, &[1]);
        let instance = patient_instance(&address, &store, None, Duration::from_secs(30));
        tasks.push(tokio::spawn(async move { token_of(&instance).await }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-0");
    }
    assert_eq!(nice.issued(), 1);
}

#[tokio::test]
async fn a_lease_is_one_instances_alone() {
    let server = Redis::start();
    let store = redis_store(&server, &[1]);
    let holder = store.shared_token(LABEL).unwrap();
    let other = store.shared_token(LABEL).unwrap();
    assert!(holder.try_lease(LIFE).await.unwrap());
    assert!(!other.try_lease(LIFE).await.unwrap());
    other.release().await.unwrap();
    assert!(!other.try_lease(LIFE).await.unwrap());
    assert!(holder.try_lease(LIFE).await.unwrap());
    holder.release().await.unwrap();
    assert!(other.try_lease(LIFE).await.unwrap());
}

#[tokio::test]
async fn a_redis_that_fails_never_blocks_issuing() {
    let nice = Nice::default();
    let address = nice.start().await;
    let url = Secret::new(format!("redis://127.0.0.1:{}", free_port()));
    let away = instance(&address, &redis_store_at(&url, &[1]), None);
    assert_eq!(token_of(&away).await, "token-0");

    let server = Redis::start();
    server.signal("-STOP");
    let stopped = instance(&address, &redis_store(&server, &[1]), None);
    assert_eq!(token_of(&stopped).await, "token-1");
}
