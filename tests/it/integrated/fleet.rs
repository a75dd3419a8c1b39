//! Two instances on one Redis.

use std::time::Duration;

use member_verification::nice::integrated::path;
use serde_json::json;
use tokio::time::timeout;

use super::bench::{Bench, location};
use crate::support::{
    integrated_stub::IntegratedStub,
    parallel::{futures_in_order, until},
    redis::Redis,
};

/// Nobody has a token yet, and all ask at once.
#[tokio::test]
async fn sixty_four_first_windows_on_two_instances_lead_to_one_token() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let held = nice.stall(path::TOKEN);
    let (a, b) = (
        Bench::in_fleet(&nice, &redis).await,
        Bench::in_fleet(&nice, &redis).await,
    );
    let benches: Vec<_> = (0..64).map(|at| [&a, &b][at % 2]).collect();
    let fields = json!({});
    let begun = futures_in_order(benches.iter().map(|bench| bench.begin(&fields))).await;
    let posted = benches.iter().zip(&begun).map(|(a, begun)| a.bridge(begun));
    let opened = futures_in_order(posted);
    let release = async {
        // All have got as far as their place, and wait for the token.
        let all = async { while redis.keys().await.len() <= 2 * 64 {} };
        timeout(Duration::from_mins(1), all).await.unwrap();
        held.add_permits(64);
    };
    let (opened, ()) = tokio::join!(opened, release);
    for told in &opened {
        location(told);
    }
    assert_eq!(nice.counts(), [1, 64, 0]);
}

/// A person waits at the bridge and at the return, so Redis has some time.
#[tokio::test]
async fn a_redis_that_is_away_for_a_moment_is_waited_for() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let bench = Bench::in_fleet(&nice, &redis).await;
    let away = async || {
        redis.signal("-STOP");
        // An operation was given up: callers of the contract learn of it.
        until(|| !bench.store().health().unwrap().is_well).await;
        redis.signal("-CONT");
    };
    let begun = bench.begin(&json!({})).await;
    let (window, ()) = tokio::join!(bench.window(&begun), away());
    // None of the five places was lost by it.
    for _ in 1..5 {
        bench.window(&begun).await;
    }
    let (values, ()) = tokio::join!(bench.values(&window), away());
    assert_eq!(bench.open(&begun, &values).await.status, 200);
    assert_eq!(nice.counts(), [1, 5, 1]);
}

#[tokio::test]
async fn fifty_returns_on_two_instances_ask_once_and_get_the_same() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let (a, b) = (
        Bench::in_fleet(&nice, &redis).await,
        Bench::in_fleet(&nice, &redis).await,
    );
    let (begun, window) = a.opened(&json!({})).await;
    let returns = (0..50).map(|number| if number % 2 == 0 { &a } else { &b });
    let told = futures_in_order(returns.map(|bench| bench.back(&window))).await;
    let values = location(&told[0]);
    for told in &told {
        assert_eq!(location(told), values);
    }
    assert_eq!(a.results(), 1);
    let opens = (0..50).map(|number| if number % 2 == 0 { &a } else { &b });
    let told = futures_in_order(opens.map(|bench| bench.open(&begun, &values))).await;
    let won = told.iter().filter(|told| told.status == 200).count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn fifty_returns_of_two_attempts_have_one_winner() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let (a, b) = (
        Bench::in_fleet(&nice, &redis).await,
        Bench::in_fleet(&nice, &redis).await,
    );
    let (begun, first) = a.opened(&json!({})).await;
    let second = b.window(&begun).await;
    let addresses = [first.with("Zmlyc3Q="), second.with("c2Vjb25k")];
    let returns = (0..50).map(|number| {
        let bench = if number % 2 == 0 { &a } else { &b };
        bench.get(&addresses[number / 2 % 2])
    });
    let told = futures_in_order(returns).await;
    let won: Vec<_> = told.iter().filter(|told| told.status == 303).collect();
    let lost = told.iter().filter(|told| told.status == 409).count();
    assert!(
        !won.is_empty() && won.len() + lost == 50,
        "{} {lost}",
        won.len()
    );
    for told in &won {
        assert_eq!(location(told), location(won[0]));
    }
    assert!(a.results() <= 2);
}

/// An instance that is killed between `auth/result` and the hand-over.
#[test]
fn what_a_dead_instance_had_asked_for_is_asked_once_more() {
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let alive = runtime();
    let redis = Redis::start();
    let nice = alive.block_on(IntegratedStub::start());
    let dying = runtime();
    let (a, window) = dying.block_on(async {
        let a = Bench::in_fleet(&nice, &redis).await;
        let (_, window) = a.opened(&json!({})).await;
        (a, window)
    });
    let held = nice.stall(path::RESULT);
    dying.spawn({
        let back = a.request("GET", &window.with(super::bench::WTID)).send();
        async move { back.await.map(drop) }
    });
    alive.block_on(until(|| nice.counts()[2] == 1));
    dying.shutdown_timeout(Duration::from_millis(10));
    held.add_permits(2);
    alive.block_on(async {
        let b = Bench::in_fleet(&nice, &redis).await;
        let values = b.values(&window).await;
        assert!(values.as_str().contains("enc_data"));
    });
    assert_eq!(nice.counts()[2], 2);
}

#[tokio::test]
async fn redis_holds_nothing_readable() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let bench = Bench::in_fleet(&nice, &redis).await;
    let (begun, window) = bench
        .opened(&json!({"receivedata": "CANARY-RECEIVEDATA"}))
        .await;
    bench.values(&window).await;
    let dump = redis.dump().await;
    let (_, id) = window.return_url.rsplit_once('/').unwrap();
    for canary in [
        "ticket-of-token",
        "transaction-",
        "CANARY",
        "shop.example",
        begun.text("token_version_id"),
        begun.text("key"),
        id,
    ] {
        assert!(!dump.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn a_session_lives_twelve_minutes_from_the_bridge() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let bench = Bench::start_with(nice.clone(), |setup| {
        setup.service.redis = Some(redis.config());
        setup.service.session_ttl = Duration::from_mins(1);
    })
    .await;
    let begun = bench.begin(&json!({})).await;
    let key = redis
        .keys()
        .await
        .into_iter()
        .find(|key| key.starts_with("mv:s:"))
        .unwrap();
    let left: i64 = redis.ask(&["PTTL", &key]).await;
    assert!(left <= 60_000, "{left}");
    bench.window(&begun).await;
    let left: i64 = redis.ask(&["PTTL", &key]).await;
    assert!((700_000..=720_000).contains(&left), "{left}");
}

/// What the windows share was kept with the first one, and has to last for the
/// last of them.
#[tokio::test]
async fn what_windows_share_lives_as_long_as_the_last_of_them() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let bench = Bench::in_fleet(&nice, &redis).await;
    let (begun, _) = bench.opened(&json!({"receivedata": "order-42"})).await;
    for key in redis.keys().await {
        if key.starts_with("mv:w:") {
            let _: i64 = redis.ask(&["PEXPIRE", &key, "2000"]).await;
        }
    }
    let last = bench.window(&begun).await;
    // What the first window alone needed has ended.
    let kept = async || {
        let keys = redis.keys().await;
        keys.iter().filter(|key| key.starts_with("mv:w:")).count()
    };
    while kept().await > 3 {}
    let values = bench.values(&last).await;
    let opened = bench.open(&begun, &values).await;
    assert_eq!(opened.json()["receivedata"], "order-42");
}
