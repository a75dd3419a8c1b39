//! The metrics: there, true, and what the dashboard asks for.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    support::app::ISSUE,
    support::client::client,
    support::integrated_stub::{IntegratedClient, IntegratedStub},
    support::nice_stub::NiceStub,
    support::program::Service,
};

const OPERATIONS: &str = include_str!("../../../docs/operations.md");
const DASHBOARD: &str = include_str!("../../../deploy/grafana/member-verification.json");

/// A service that was asked for something, and the NICE that it needs.
async fn busy_service() -> (Service, NiceStub) {
    let nice = NiceStub::start().await;
    let url = format!("http://{}", nice.address);
    let settings = [
        ("NICE_CLIENT_ID", "client"),
        ("NICE_CLIENT_SECRET", "secret"),
        ("NICE_BASE_URL", url.as_str()),
        ("RETURN_URLS", "https://shop.example/cb"),
        ("RESULT_API_KEY", "a-key-of-the-shop-that-is-long-enough"),
        ("ADMIN_BIND", "127.0.0.1:0"),
    ];
    let service = Service::start(&[], &settings).await;
    for (path, body) in [
        (ISSUE, "{}"),
        (ISSUE, "["),
        ("/v1/member/getVerificationResult", "{}"),
    ] {
        let request = client().post(format!("{}{path}", service.url));
        request
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
    }
    (service, nice)
}

async fn scrape() -> String {
    let (service, _nice) = busy_service().await;
    let request = client().get(service.metrics_url().await);
    request.send().await.unwrap().text().await.unwrap()
}

/// With what is counted of 통합인증 besides.
async fn scrape_of_both_apis() -> String {
    let nice = IntegratedStub::start().await;
    let integrated = IntegratedClient::new(nice.address);
    let window = integrated.window().await;
    integrated.result(&window).await.unwrap();
    scrape().await + &integrated.metrics.print()
}

/// What only a service with a Redis prints; this one is not there.
async fn scrape_of_a_store() -> String {
    let store_key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let settings = [
        ("REDIS_URL", "redis://127.0.0.1:1/"),
        ("STORE_KEY", store_key),
        ("ADMIN_BIND", "127.0.0.1:0"),
    ];
    let service = Service::start(&["--sandbox"], &settings).await;
    let begin = client().post(format!("{}{ISSUE}", service.url));
    let begin = begin.header("content-type", "application/json").body("{}");
    assert_eq!(begin.send().await.unwrap().status(), 503);
    let metrics = client().get(service.metrics_url().await).send().await;
    metrics.unwrap().text().await.unwrap()
}

/// The names of the samples that are printed.
fn names(printed: &str) -> BTreeSet<&str> {
    printed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split([' ', '{']).next())
        .collect()
}

#[tokio::test]
async fn requests_verifications_and_calls_are_counted() {
    let metrics = scrape().await;
    for line in [
        r#"requests_total{reason="",route="getOAuthToken",status="200"} 1"#,
        r#"requests_total{reason="INVALID_REQUEST",route="getOAuthToken",status="400"} 1"#,
        r#"requests_total{reason="UNAUTHORIZED",route="getVerificationResult",status="401"} 1"#,
        r#"verifications_total{event="begin",reason=""} 1"#,
        r#"nice_calls_total{code="1200",operation="institution_token"} 1"#,
        "sessions 1",
        "sessions_max 200000",
        "breaker_open 0",
    ] {
        assert!(
            metrics.contains(&format!("member_verification_{line}\n")),
            "{line}: {metrics}"
        );
    }
}

/// What each tool reads, whatever it asks for.
#[tokio::test]
async fn everybody_gets_the_text_format() {
    let (service, _nice) = busy_service().await;
    let request = client().get(service.metrics_url().await);
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    let answer = request.header("accept", accept).send().await.unwrap();
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = answer.text().await.unwrap();
    for line in [
        "# TYPE member_verification_requests_total counter",
        "# TYPE member_verification_request_duration_seconds histogram",
        "# TYPE member_verification_pool_ready gauge",
        "# TYPE member_verification_build_info gauge",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}: {text}");
    }
}

#[tokio::test]
async fn tasks_are_told() {
    let metrics = scrape().await;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("member_verification_tasks "));
    // Two listeners, the pool, and the connection that asks, at the least.
    assert!(line.unwrap().parse::<u32>().unwrap() >= 3, "{metrics}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_tells_what_it_uses() {
    let metrics = scrape().await;
    let value = |name: &str| -> f64 {
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("{name}: {metrics}"))
            .parse()
            .unwrap()
    };
    let now = Timestamp::now().as_duration().as_secs_f64();
    // It was started by this test; the kernel tells its own start in seconds.
    let age = now - value("process_start_time_seconds");
    assert!((-2.0..600.0).contains(&age), "{age}");
    assert!((0.0..600.0).contains(&value("process_cpu_seconds_total")));
    let memory = value("process_resident_memory_bytes");
    assert!((1e6..1e9).contains(&memory), "{memory}");
    // Standard input, output and error, and two listeners, at the least.
    let open = value("process_open_fds");
    assert!((5.0..=value("process_max_fds")).contains(&open), "{open}");
}

#[tokio::test]
async fn the_dashboard_asks_only_for_what_is_there() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut asked = String::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            asked.push_str(target["expr"].as_str().unwrap());
        }
    }
    check_names(&asked, 15).await;
}

#[tokio::test]
async fn the_handbook_has_each_metric_and_no_other() {
    let printed = scrape_of_both_apis().await + &scrape_of_a_store().await;
    let printed: BTreeSet<&str> = names(&printed)
        .into_iter()
        .map(|name| name.strip_prefix("member_verification_").unwrap_or(name))
        .map(|name| {
            let parts = ["_bucket", "_sum", "_count"];
            parts
                .iter()
                .find_map(|part| name.strip_suffix(part))
                .unwrap_or(name)
        })
        .collect();
    let (_, table) = OPERATIONS.split_once("| Metric | Tells |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let told: BTreeSet<&str> = table
        .lines()
        .filter_map(|row| row.strip_prefix("| `")?.split('`').next())
        .filter(|name| is_told_here(name))
        .collect();
    assert_eq!(told, printed);
}

/// The process's own are read off Linux.
fn is_told_here(name: &str) -> bool {
    cfg!(target_os = "linux") || !name.starts_with("process_")
}

/// That each metric which `text` names is printed; there are more than
/// `least`.
pub(crate) async fn check_names(text: &str, least: usize) {
    let metrics = scrape_of_both_apis().await;
    let there = names(&metrics);
    let asked: HashSet<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("member_verification_") || word.starts_with("process_"))
        .filter(|name| is_told_here(name))
        .collect();
    assert!(asked.len() > least, "{asked:?}");
    // Those of the store are told with Redis alone.
    let with_redis = include_str!("../../../src/telemetry/collector.rs");
    for name in asked {
        let is_of_redis = name.starts_with("member_verification_store_")
            && with_redis.contains(&format!("\"{name}\""));
        assert!(
            there.contains(name) || is_of_redis,
            "{name} is not there: {metrics}"
        );
    }
}
