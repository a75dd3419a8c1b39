//! deploy/nginx against the program's defaults.

use super::read;

/// The ports of the one `upstream`.
fn upstreams(configuration: &str) -> Vec<&str> {
    configuration
        .lines()
        .filter_map(|line| line.trim().strip_prefix("server 127.0.0.1:"))
        .map(|server| server.split([' ', ';']).next().unwrap())
        .collect()
}

#[test]
fn its_instances_are_not_where_the_metrics_are() {
    let settings = read("docs/settings.md");
    let default = |setting: &str| -> String {
        let row = settings
            .lines()
            .find(|line| line.starts_with(&format!("| `{setting}` |")))
            .unwrap();
        let (_, port) = row.split_once("127.0.0.1:").unwrap();
        port.split('`').next().unwrap().to_owned()
    };
    let configuration = read("deploy/nginx/member-verification.conf");
    let upstreams = upstreams(&configuration);
    assert!(
        upstreams.contains(&default("BIND").as_str()),
        "{upstreams:?}"
    );
    assert!(
        !upstreams.contains(&default("ADMIN_BIND").as_str()),
        "{upstreams:?}"
    );
}
