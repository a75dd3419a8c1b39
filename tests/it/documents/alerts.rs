//! The alerts: they ask for what is there, by names that exist, and know
//! every code of NICE that a person has to mend.

use std::collections::{BTreeMap, BTreeSet};

use crate::{nice::codes, telemetry::metrics};

const ALERTS: &str = include_str!("../../../deploy/prometheus/alerts.yml");

/// Where the closed sets are that labels come from.
const SOURCES: [&str; 4] = [
    include_str!("../../../src/http/reason.rs"),
    include_str!("../../../src/http/audit.rs"),
    include_str!("../../../src/http/routes/mod.rs"),
    include_str!("../../../src/verification/result.rs"),
];

/// The alternatives of each `label="…"` and `label=~"…"` in `text`.
fn asked_of_label<'a>(text: &'a str, label: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for sign in ["=\"", "=~\""] {
        let start = format!("{label}{sign}");
        for rest in text.split(start.as_str()).skip(1) {
            found.extend(rest.split('"').next().unwrap().split('|'));
        }
    }
    found
}

#[tokio::test]
async fn the_alerts_ask_only_for_what_is_there() {
    metrics::check_names(ALERTS, 10).await;
}

#[test]
fn labels_have_values_that_exist() {
    for (label, least) in [("reason", 15), ("event", 1), ("route", 1)] {
        let values = asked_of_label(ALERTS, label);
        assert!(values.len() >= least, "{label}: {values:?}");
        for value in values {
            let literal = format!("\"{value}\"");
            let exists = SOURCES.iter().any(|source| source.contains(&literal));
            assert!(exists, "{label}: {value}");
        }
    }
}

#[test]
fn each_code_that_a_person_has_to_mend_alerts_with_its_cause() {
    let mut alerts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for alert in ALERTS.split("- alert:").skip(1) {
        let Some((_, cause)) = alert.split_once("cause: ") else {
            continue;
        };
        let cause = cause.split('}').next().unwrap();
        let codes = asked_of_label(alert, "code");
        alerts.entry(cause).or_default().extend(codes);
    }
    // These two are the institution token's or the clock's: mended by a new
    // token, or else told as CREDENTIALS.
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> =
        BTreeMap::from([("CREDENTIALS", BTreeSet::from(["1401", "1800"]))]);
    for (codes, cause) in codes::refused() {
        wanted.entry(cause).or_default().extend(codes);
    }
    // Codes that are in no table share one label.
    wanted.insert("UNKNOWN", BTreeSet::from(["unknown"]));
    assert_eq!(alerts, wanted);
}
