//! What the audit trail and the metrics keep of a window.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use super::bench::Bench;
use crate::support::integrated_stub::IntegratedStub;

#[tokio::test]
async fn each_step_of_a_window_is_a_line_and_is_counted() {
    let file = std::env::temp_dir().join(format!("mv-window-{}.log", std::process::id()));
    let _ = fs::remove_file(&file);
    let bench = Bench::start_with(IntegratedStub::start().await, |setup| {
        setup.service.audit.path = Some(file.to_str().unwrap().to_owned());
    })
    .await;
    let (begun, window) = bench.opened(&json!({})).await;
    bench.get(&window.close_url).await;
    let without_an_id = bench.get(&window.return_url).await;
    assert_eq!(without_an_id.status, 400);
    let values = bench.values(&window).await;
    assert_eq!(bench.open(&begun, &values).await.status, 200);

    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let events: Vec<&str> = lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        events,
        [
            "begin",
            "window",
            "closed",
            "unfinished",
            "returned",
            "key_used",
            "opened"
        ]
    );
    let hashes: BTreeSet<&str> = lines
        .iter()
        .filter_map(|line| line["req_no_hash"].as_str())
        .collect();
    assert_eq!(hashes.len(), 1, "all of one verification: {lines:?}");
    let metrics = bench.app.metrics.print();
    for event in ["window", "closed", "unfinished", "returned", "opened"] {
        let counted = metrics
            .lines()
            .filter(|line| line.contains(&format!("verifications_total{{event=\"{event}\"")));
        assert_eq!(
            counted.filter(|line| line.ends_with(" 1")).count(),
            1,
            "{event}"
        );
    }
}
