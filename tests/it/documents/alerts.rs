//! The alerts use metrics and labels that exist, and know every code of NICE
//! that an operator has to fix.

use std::{collections::BTreeSet, env, fs};

use member_verification::nice::{Cause, TABLES, Verdict};

use crate::telemetry::metrics;

const ALERTS: &str = include_str!("../../../deploy/prometheus/alerts.yml");

/// Where the closed sets are that labels come from.
const SOURCES: [&str; 4] = [
    include_str!("../../../src/http/reason.rs"),
    include_str!("../../../src/audit/mod.rs"),
    include_str!("../../../src/http/routes/mod.rs"),
    include_str!("../../../src/verification/rejection.rs"),
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

/// The alert on refusals of the institution or access token, which a new one
/// fixes as a rule; otherwise the cause is CREDENTIALS.
const TOKEN_REFUSED: &str = "MemberVerificationInstitutionTokenRefused";

/// `rule`, with the codes of its cause as in the program's tables.
fn with_codes(rule: &str) -> String {
    let parts = rule
        .split_once("code=~\"")
        .and_then(|(head, rest)| Some((head, rest.split_once('"')?.1)));
    let Some((head, tail)) = parts else {
        return rule.to_owned();
    };
    let verdicts = if rule.starts_with(TOKEN_REFUSED) {
        vec![Verdict::TokenRefused, Verdict::ScopeRefused]
    } else {
        let named = |cause: &Cause| rule.contains(&format!("cause: {}}}", cause.name()));
        vec![Verdict::Refused(
            Cause::ALL.into_iter().find(named).unwrap(),
        )]
    };
    let rows = TABLES.iter().flat_map(|table| table.rows);
    let codes: Vec<_> = rows
        .filter(|row| verdicts.contains(&row.verdict))
        .map(|row| row.code)
        .collect();
    assert!(!codes.is_empty(), "{rule}");
    format!("{head}code=~\"{}\"{tail}", codes.join("|"))
}

/// With `UPDATE=1` it writes the codes into the alerts.
#[test]
fn the_alert_of_a_cause_has_its_codes() {
    let mut rules = ALERTS.split("- alert: ");
    let mut fresh = rules.next().unwrap().to_owned();
    for rule in rules {
        fresh.push_str("- alert: ");
        fresh.push_str(&with_codes(rule));
    }
    if env::var_os("UPDATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/prometheus/alerts.yml");
        fs::write(path, fresh).unwrap();
        return;
    }
    assert_eq!(ALERTS, fresh, "UPDATE=1 cargo test --test it alerts");
    for cause in Cause::ALL {
        // A clock that is wrong shows as a refused token.
        let alerts = ALERTS.contains(&format!("cause: {}}}", cause.name()));
        assert_eq!(alerts, cause != Cause::ClockSkew, "{}", cause.name());
    }
}
