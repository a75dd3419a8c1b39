//! The access token: issued once for everybody, replaced in time and once.

use std::time::Duration;

use member_verification::nice::{Outcome, integrated::path};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{
    integrated_stub::{IntegratedClient, IntegratedStub, PLAIN, refusal},
    parallel::{futures_in_order, until},
    redis::Redis,
};

fn issued(nice: &IntegratedStub) -> usize {
    nice.calls(path::TOKEN).len()
}

#[tokio::test]
async fn sixty_four_first_windows_lead_to_one_token() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    futures_in_order((0..64).map(|_| client.window())).await;
    assert_eq!(nice.counts(), [1, 64, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fleet_of_two_has_one_token_a_day() {
    let nice = IntegratedStub::start().await;
    let redis = Redis::start();
    let fleet: Vec<_> = (0..2)
        .map(|_| IntegratedClient::with(nice.address, |_| {}, Some(redis.config())))
        .collect();
    let windows = futures_in_order((0..64).map(|at| fleet[at % 2].window())).await;
    assert_eq!(nice.counts(), [1, 64, 0]);
    // Ticket and rounds came along: either instance opens what either began.
    for (at, window) in windows.iter().enumerate() {
        let other = &fleet[(at + 1) % 2];
        assert_eq!(other.result(window).await.unwrap(), PLAIN);
    }
    assert_eq!(nice.counts(), [1, 64, 64]);
    // A third instance, later.
    let late = IntegratedClient::with(nice.address, |_| {}, Some(redis.config()));
    late.window().await;
    assert_eq!(issued(&nice), 1);
}

/// Each instance knows the same end of it, and one of them replaces it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fleet_renews_its_token_once() {
    let nice = IntegratedStub::start().await;
    let redis = Redis::start();
    // Half of it is kept in reserve.
    nice.expire(json!(2));
    let fleet: Vec<_> = (0..2)
        .map(|_| IntegratedClient::with(nice.address, |_| {}, Some(redis.config())))
        .collect();
    fleet[0].window().await;
    nice.expire(json!(86_400));
    for client in &fleet {
        let tokens = client.transactions.tokens().clone();
        tokio::spawn(async move { tokens.keep_fresh().await });
    }
    until(|| issued(&nice) == 2).await;
    for client in &fleet {
        let uses_the_new_one = async {
            loop {
                client.window().await;
                let call = nice.calls(path::URL).pop().unwrap();
                if call.header("authorization") == "Bearer token.1" {
                    break;
                }
            }
        };
        timeout(Duration::from_mins(1), uses_the_new_one)
            .await
            .unwrap();
    }
    assert_eq!(issued(&nice), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fleet_replaces_a_refused_token_once() {
    let nice = IntegratedStub::start().await;
    let redis = Redis::start();
    let fleet: Vec<_> = (0..2)
        .map(|_| IntegratedClient::with(nice.address, |_| {}, Some(redis.config())))
        .collect();
    for client in &fleet {
        client.window().await;
    }
    for client in &fleet {
        nice.queue(path::URL, refusal("3043"));
        client.window().await;
    }
    assert_eq!(issued(&nice), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_fifteen_minutes_before_its_end() {
    let nice = IntegratedStub::start().await;
    nice.expire(json!(86_400));
    let client = IntegratedClient::new(nice.address);
    let tokens = client.transactions.tokens().clone();
    tokio::spawn(async move { tokens.keep_fresh().await });
    until(|| issued(&nice) == 1).await;
    let minutes = 24 * 60 - 15;
    tokio::time::sleep(Duration::from_mins(minutes - 1)).await;
    assert_eq!(issued(&nice), 1);
    tokio::time::sleep(Duration::from_mins(2)).await;
    until(|| issued(&nice) == 2).await;
}

#[tokio::test(start_paused = true)]
async fn tokens_that_end_at_once_are_not_issued_in_a_loop() {
    let nice = IntegratedStub::start().await;
    nice.expire(json!(1));
    let client = IntegratedClient::new(nice.address);
    let tokens = client.transactions.tokens().clone();
    tokio::spawn(async move { tokens.keep_fresh().await });
    for _ in 0..60 {
        client.window().await;
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    let issued = issued(&nice);
    assert!((60..=130).contains(&issued), "{issued}");
}

#[tokio::test(start_paused = true)]
async fn the_old_token_serves_while_a_new_one_can_not_be_had() {
    let nice = IntegratedStub::start().await;
    nice.expire(json!(86_400));
    let client = IntegratedClient::new(nice.address);
    let tokens = client.transactions.tokens().clone();
    client.window().await;
    for _ in 0..100 {
        nice.queue(path::TOKEN, refusal("2001"));
    }
    tokio::spawn(async move { tokens.keep_fresh().await });
    tokio::time::sleep(Duration::from_mins(24 * 60 - 10)).await;
    until(|| issued(&nice) > 1).await;
    client.window().await;
    let calls = nice.calls(path::URL);
    assert_eq!(calls[1].header("authorization"), "Bearer token.0");
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_a_call() {
    for code in [
        "1003", "1004", "1012", "1013", "3031", "3041", "3042", "3043", "3044", "3045", "3046",
    ] {
        let nice = IntegratedStub::start().await;
        let client = IntegratedClient::new(nice.address);
        nice.queue(path::URL, refusal(code));
        let window = client.window().await;
        assert_eq!(nice.counts(), [2, 2, 0], "{code}");
        nice.queue(path::RESULT, refusal(code));
        assert_eq!(client.result(&window).await.unwrap(), PLAIN, "{code}");
        assert_eq!(nice.counts(), [3, 2, 2], "{code}");
        let calls = nice.calls(path::RESULT);
        assert_eq!(calls[1].header("authorization"), "Bearer token.2", "{code}");
    }
}

#[tokio::test]
async fn tokens_that_are_all_refused_are_not_issued_in_a_loop() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    for _ in 0..100 {
        nice.queue(path::URL, refusal("1004"));
    }
    for _ in 0..20 {
        assert!(client.try_window().await.is_err());
    }
    assert_eq!(issued(&nice), 2);
}

#[tokio::test]
async fn a_method_outside_the_contract_costs_one_token() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    // The fresh token is refused too: then it is the contract's.
    nice.queue(path::URL, refusal("1012"));
    for _ in 0..20 {
        nice.queue(path::URL, refusal("1012"));
        let error = client.try_window().await.unwrap_err();
        assert!(matches!(error.outcome(), Outcome::Refused(_)));
        // Other methods work meanwhile.
        client.window().await;
    }
    assert_eq!(issued(&nice), 2);
}
