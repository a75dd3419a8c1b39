//! Two instances, one Redis.

use member_verification::{nice::path, random::Random};
use serde_json::json;

use crate::{
    open::opening::{MISSING, Session, USED, check_refused, open},
    support::app::{Setup, TestApp, check_envelope, json, start_with},
    support::nice_stub::{ACCESS_TOKEN, NiceStub, SITE_CODE, TOKEN_VAL},
    support::parallel::futures_in_order,
    support::redis::{Redis, store_keys},
};

pub(crate) async fn instance(nice: &NiceStub, redis: &Redis) -> TestApp {
    instance_with(nice, redis, |_| {}).await
}

pub(crate) async fn instance_with(
    nice: &NiceStub,
    redis: &Redis,
    change: impl FnOnce(&mut Setup),
) -> TestApp {
    start_with(nice.clone(), |setup| {
        setup.service.redis = Some(redis.config());
        // By it the instances tell their leases apart.
        setup.random = Random::System;
        change(setup);
    })
    .await
}

#[tokio::test]
async fn what_one_instance_began_another_opens_once() {
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let (one, other) = (instance(&nice, &redis).await, instance(&nice, &redis).await);
    let session = Session::begin(&one, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    let tries = (0..50).map(|number| open(if number % 2 == 0 { &one } else { &other }, &call));
    let answers = futures_in_order(tries).await;
    let with = |status: u16| answers.iter().filter(|a| a.status() == status).count();
    assert_eq!((with(200), with(409)), (1, 49));
    // An instance that starts later knows it too.
    let third = instance(&nice, &redis).await;
    check_refused(&third, &call, USED).await;
}

#[tokio::test]
async fn a_fleet_issues_one_institution_token() {
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let instances = futures_in_order((0..4).map(|_| instance(&nice, &redis))).await;
    let requests = instances
        .iter()
        .flat_map(|app| (0..4).map(|_| app.issue("{}")));
    for answer in futures_in_order(requests).await {
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(nice.calls(path::INSTITUTION_TOKEN).len(), 1);
}

#[tokio::test]
async fn redis_holds_nothing_in_clear() {
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let app = instance(&nice, &redis).await;
    let session = Session::begin(&app, &json!({"requestno": "order-77"})).await;
    let dump = redis.dump().await;
    assert!(dump.contains("mv:"), "{dump}");
    let key = session.answer["key"].as_str().unwrap();
    let id = session.answer["token_version_id"].as_str().unwrap();
    for secret in [key, id, "order-77", SITE_CODE, TOKEN_VAL, ACCESS_TOKEN] {
        assert!(!dump.contains(secret), "{secret} in {dump}");
    }
}

#[tokio::test]
async fn a_redis_that_hangs_is_a_clear_503_and_passes() {
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let app = instance(&nice, &redis).await;
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    redis.signal("-STOP");
    for answer in [app.issue("{}").await, open(&app, &call).await] {
        let status = answer.status();
        check_envelope(status, &json(answer).await, (503, "STORE_UNAVAILABLE"));
    }
    // Nobody was refused, and the session may yet be opened.
    let metrics = app.app.metrics.print();
    assert!(
        metrics.contains(r#"{event="undecided",reason="STORE_UNAVAILABLE"} 1"#)
            && !metrics.contains(r#"event="refused""#),
        "{metrics}"
    );
    redis.signal("-CONT");
    let mut answer = open(&app, &call).await;
    while answer.status() == 503 {
        answer = open(&app, &call).await;
    }
    assert_eq!(answer.status(), 200);
    assert_eq!(app.issue("{}").await.status(), 200);
}

#[tokio::test]
async fn sessions_of_another_store_key_are_unknown() {
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let app = instance(&nice, &redis).await;
    let session = Session::begin(&app, &json!({})).await;
    let call = session.call(&session.seal(&session.result(&json!({}))));
    let stranger = start_with(nice.clone(), |setup| {
        let mut config = redis.config();
        config.keys = store_keys(&[8]);
        setup.service.redis = Some(config);
    })
    .await;
    check_refused(&stranger, &call, MISSING).await;
    assert_eq!(open(&app, &call).await.status(), 200);
}
