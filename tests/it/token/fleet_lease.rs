//! One institution token for a fleet.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use member_verification::{
    clock::Clock,
    nice::{Credentials, NiceClient, NiceSettings, path},
    secret::Secret,
    store::Store,
    token::InstitutionTokens,
};
use serde_json::json;
use tokio::time::sleep;

use crate::{
    store::fixture::{LIFE, redis_store, redis_store_at},
    support::{
        nice_stub::{Answer, NiceStub},
        redis::{Redis, free_port},
    },
};

const LABEL: &str = "client 2101979031";

/// A NICE that issues institution tokens, each one another.
async fn nice() -> NiceStub {
    let nice = NiceStub::start().await;
    for number in 0..8 {
        nice.queue_institution(issue(number));
    }
    nice
}

fn issue(number: usize) -> Answer {
    Answer::crypto_token(&json!({
        "access_token": format!("token-{number}"), "token_type": "bearer",
        "expires_in": 1.5768e9, "scope": "default"
    }))
}

/// How often it was asked for one.
fn issued(nice: &NiceStub) -> usize {
    nice.calls(path::INSTITUTION_TOKEN).len()
}

/// An instance of the service, as far as this test goes.
fn instance(nice: &NiceStub, store: &Store, configured: Option<&str>) -> Arc<InstitutionTokens> {
    patient_instance(nice, store, configured, Duration::from_secs(4))
}

/// The same with another `NICE_CALL_TIMEOUT`.
fn patient_instance(
    nice: &NiceStub,
    store: &Store,
    configured: Option<&str>,
    call_timeout: Duration,
) -> Arc<InstitutionTokens> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = NiceSettings {
        base_url: format!("http://{}", nice.address).parse().unwrap(),
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
    let nice = nice().await;
    let gate = nice.stall_at(path::INSTITUTION_TOKEN);
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let store = redis_store(&server, &[1]);
        let instance = instance(&nice, &store, None);
        for _ in 0..4 {
            let instance = Arc::clone(&instance);
            tasks.push(tokio::spawn(async move { token_of(&instance).await }));
        }
    }
    nice.called(path::INSTITUTION_TOKEN).await;
    gate.close();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-0");
    }
    assert_eq!(issued(&nice), 1);
    assert_eq!(server.keys().await.len(), 1, "the lease was given back");
}

#[tokio::test]
async fn a_later_instance_takes_over_what_lives_yet() {
    let server = Redis::start();
    let nice = nice().await;
    let first = instance(&nice, &redis_store(&server, &[1]), None);
    assert_eq!(token_of(&first).await, "token-0");
    drop(first);
    let second = instance(&nice, &redis_store(&server, &[2, 1]), None);
    assert_eq!(token_of(&second).await, "token-0");
    assert_eq!(issued(&nice), 1);
    let name = server.keys().await.remove(0);
    let left: i64 = server.ask(&["TTL", &name]).await;
    assert!(left > 1_576_000_000, "{left}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_is_refused_everywhere_is_replaced_once() {
    let server = Redis::start();
    let nice = nice().await;
    let mut holders = Vec::new();
    for _ in 0..4 {
        let store = redis_store(&server, &[1]);
        let instance = instance(&nice, &store, None);
        let refused = instance.get().await.unwrap();
        assert_eq!(refused.access_token().expose(), "token-0");
        refused.mark_accepted();
        holders.push((instance, refused));
    }
    let mut tasks = Vec::new();
    for (instance, refused) in holders {
        tasks.push(tokio::spawn(async move {
            let other = instance.replace(&refused).await.unwrap().unwrap();
            other.access_token().expose().to_owned()
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-1");
    }
    assert_eq!(issued(&nice), 2);
}

#[tokio::test]
async fn a_configured_token_that_is_refused_gives_way_to_the_fleets() {
    let server = Redis::start();
    let nice = nice().await;
    let store = redis_store(&server, &[1]);
    token_of(&instance(&nice, &store, None)).await;
    let configured = instance(&nice, &store, Some("an-old-one"));
    let refused = configured.get().await.unwrap();
    assert_eq!(refused.access_token().expose(), "an-old-one");
    let other = configured.replace(&refused).await.unwrap().unwrap();
    assert_eq!(other.access_token().expose(), "token-0");
    assert_eq!(issued(&nice), 1);
}

#[tokio::test]
async fn a_fleet_replaces_a_refused_token_once_per_instance() {
    let server = Redis::start();
    let nice = nice().await;
    let stores = [redis_store(&server, &[1]), redis_store(&server, &[1])];
    let instances = [
        instance(&nice, &stores[0], None),
        instance(&nice, &stores[1], None),
    ];
    for _ in 0..10 {
        for instance in &instances {
            let refused = instance.get().await.unwrap();
            let _ = instance.replace(&refused).await.unwrap();
        }
    }
    // The first one, and one replacement by each instance.
    assert_eq!(issued(&nice), 3);
}

#[tokio::test]
async fn a_failure_of_nice_gives_the_lease_back() {
    let server = Redis::start();
    let nice = NiceStub::start().await;
    nice.queue_institution(Answer::body("").status(503));
    nice.queue_institution(issue(1));
    let instance = instance(&nice, &redis_store(&server, &[1]), None);
    instance.get().await.unwrap_err();
    assert!(server.keys().await.is_empty());
    assert_eq!(token_of(&instance).await, "token-1");
}

/// Begins to issue, and is ended while NICE keeps it waiting.
async fn issue_and_die(nice: &NiceStub, instance: &Arc<InstitutionTokens>) {
    let gate = nice.stall_at(path::INSTITUTION_TOKEN);
    let issuing = tokio::spawn({
        let instance = Arc::clone(instance);
        async move { token_of(&instance).await }
    });
    nice.called(path::INSTITUTION_TOKEN).await;
    issuing.abort();
    assert!(issuing.await.unwrap_err().is_cancelled());
    // From now on nobody waits.
    gate.close();
}

/// Of those who have waited for its lease to end, one issues.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_instance_that_died_while_issuing_is_followed_by_one() {
    let server = Redis::start();
    let nice = nice().await;
    let soon = Duration::from_secs(1);
    let dead = patient_instance(&nice, &redis_store(&server, &[1]), None, soon);
    issue_and_die(&nice, &dead).await;
    drop(dead);
    assert_eq!(server.keys().await.len(), 1, "the lease is still there");
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = redis_store(&server, &[1]);
        let instance = patient_instance(&nice, &store, None, soon);
        tasks.push(tokio::spawn(async move { token_of(&instance).await }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-1");
    }
    // The first call was never answered.
    assert_eq!(issued(&nice), 2);
}

/// An hour would pass until the lease ends by itself.
#[tokio::test]
async fn an_instance_that_was_cut_off_while_issuing_goes_on_under_its_own_lease() {
    let server = Redis::start();
    let nice = nice().await;
    let late = Duration::from_hours(1);
    let instance = patient_instance(&nice, &redis_store(&server, &[1]), None, late);
    issue_and_die(&nice, &instance).await;
    assert_eq!(token_of(&instance).await, "token-1");
    assert_eq!(server.keys().await.len(), 1, "the lease was given back");
}

/// As long as a call may take, it may be under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_nice_is_waited_for() {
    let server = Redis::start();
    let nice = nice().await;
    let gate = nice.stall_at(path::INSTITUTION_TOKEN);
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let store = redis_store(&server, &[1]);
        let instance = patient_instance(&nice, &store, None, Duration::from_secs(30));
        tasks.push(tokio::spawn(async move { token_of(&instance).await }));
    }
    nice.called(path::INSTITUTION_TOKEN).await;
    sleep(Duration::from_secs(4)).await;
    gate.close();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-0");
    }
    assert_eq!(issued(&nice), 1);
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
    let nice = nice().await;
    let url = Secret::new(format!("redis://127.0.0.1:{}", free_port()));
    let away = instance(&nice, &redis_store_at(&url, &[1]), None);
    assert_eq!(token_of(&away).await, "token-0");

    let server = Redis::start();
    server.signal("-STOP");
    let stopped = instance(&nice, &redis_store(&server, &[1]), None);
    assert_eq!(token_of(&stopped).await, "token-1");
}
