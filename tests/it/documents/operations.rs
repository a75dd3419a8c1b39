//! `docs/operations.md` says what to do for each alert.

use super::read;

#[test]
fn each_alert_has_an_answer() {
    let alerts = read("deploy/prometheus/alerts.yml");
    let text = read("docs/operations.md");
    let names: Vec<&str> = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(text.contains(&format!("| `{name}` |")), "{name}");
    }
}
