//! Who may begin a verification, and how often.

use std::time::Duration;

use ipnet::IpNet;
use member_verification::{
    admission::{AdmissionSettings, Rate, TrustedProxies},
    nice::path,
};
use reqwest::{Response, StatusCode};

use crate::{
    support::app::{ISSUE, TestApp, check_envelope, json, start_with},
    support::nice_stub::NiceStub,
};

fn per_minute(count: u32) -> Option<Rate> {
    Rate::new(count, Duration::from_mins(1))
}

fn behind_this_machine() -> TrustedProxies {
    TrustedProxies::new(vec!["127.0.0.1/32".parse::<IpNet>().unwrap()])
}

async fn limited(admission: AdmissionSettings) -> TestApp {
    start_with(NiceStub::start().await, |setup| {
        setup.service.admission = admission;
    })
    .await
}

async fn issue_from(app: &TestApp, client: &str) -> Response {
    app.request("POST", ISSUE)
        .header("content-type", "application/json")
        .header("x-forwarded-for", client)
        .body("{}")
        .send()
        .await
        .unwrap()
}

async fn passed(app: &TestApp, client: &str, tries: usize) -> usize {
    let mut passed = 0;
    for _ in 0..tries {
        let response = issue_from(app, client).await;
        match response.status() {
            StatusCode::OK => passed += 1,
            status => {
                let wait = response.headers()["retry-after"].to_str().unwrap();
                assert!((1..=60).contains(&wait.parse::<u32>().unwrap()), "{wait}");
                let body = json(response).await;
                check_envelope(status, &body, (429, "RATE_LIMITED"));
                assert_eq!(body["payload"]["retryable"], true);
            }
        }
    }
    passed
}

#[tokio::test]
async fn a_flood_is_refused_and_costs_nice_a_bounded_number_of_calls() {
    let app = limited(AdmissionSettings {
        per_client: per_minute(5),
        ..AdmissionSettings::default()
    })
    .await;
    assert_eq!(passed(&app, "198.51.100.1", 50).await, 5);
    // Five were given out; the pool keeps no more than eight ready.
    let calls = app.nice.calls(path::CRYPTO_TOKEN).len();
    assert!(calls <= 5 + 8, "{calls}");
}

#[tokio::test]
async fn strangers_cannot_choose_their_address() {
    let app = limited(AdmissionSettings {
        per_client: per_minute(2),
        ..AdmissionSettings::default()
    })
    .await;
    let mut passed = 0;
    for client in 0..10 {
        let response = issue_from(&app, &format!("198.51.100.{client}")).await;
        passed += usize::from(response.status() == 200);
    }
    assert_eq!(passed, 2);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit() {
    let app = limited(AdmissionSettings {
        per_client: per_minute(2),
        proxies: behind_this_machine(),
        ..AdmissionSettings::default()
    })
    .await;
    assert_eq!(passed(&app, "198.51.100.1", 3).await, 2);
    assert_eq!(passed(&app, "198.51.100.2", 3).await, 2);
    // What stands left of the client is the client's own word.
    assert_eq!(passed(&app, "203.0.113.7, 198.51.100.1", 1).await, 0);
    assert_eq!(passed(&app, "2001:db8::1", 3).await, 2);
    assert_eq!(passed(&app, "2001:db8::2", 1).await, 0);
}

#[tokio::test]
async fn all_clients_together_have_a_limit_that_one_alone_cannot_use_up() {
    let app = limited(AdmissionSettings {
        per_client: per_minute(2),
        total: per_minute(5),
        proxies: behind_this_machine(),
    })
    .await;
    assert_eq!(passed(&app, "198.51.100.1", 20).await, 2);
    assert_eq!(passed(&app, "198.51.100.2", 20).await, 2);
    assert_eq!(passed(&app, "198.51.100.3", 20).await, 1);
    assert_eq!(passed(&app, "198.51.100.4", 20).await, 0);
}

#[tokio::test]
async fn only_the_call_that_costs_a_token_is_limited() {
    let app = limited(AdmissionSettings {
        total: per_minute(1),
        ..AdmissionSettings::default()
    })
    .await;
    for _ in 0..5 {
        let preflight = app
            .request("OPTIONS", ISSUE)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .send();
        assert_eq!(preflight.await.unwrap().status(), 200);
        let probe = app.request("GET", "/health/live").send();
        assert_eq!(probe.await.unwrap().status(), 200);
    }
    assert_eq!(passed(&app, "198.51.100.1", 2).await, 1);
    // A page has to be able to read how long it must wait.
    let refused = app
        .request("POST", ISSUE)
        .header("origin", "https://shop.example")
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(
        refused.headers()["access-control-allow-origin"],
        "https://shop.example"
    );
}
