//! `/sandbox/faults`: the catalogue for people.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State as Shared,
    http::{
        HeaderMap,
        header::{CONTENT_SECURITY_POLICY, HOST},
    },
    response::{Html, IntoResponse, Response},
};

use super::{
    super::state::State,
    catalogue::{self, Fault},
    entry::Entry,
};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "faults.html")]
struct Page<'a> {
    /// The programs' interface, for the command lines.
    url: &'a str,
    /// What is on, as JSON; empty when nothing is.
    active: String,
    rows: Vec<Row>,
}

struct Row {
    fault: &'static Fault,
    command: String,
}

pub(super) async fn show(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let active = state.faults().entries().to_vec();
    let url = format!("http://{}/sandbox/api/faults", host(&headers));
    // Writing to a string can't fail.
    let html = Page::of(&url, &active).render().unwrap_or_default();
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

impl<'a> Page<'a> {
    fn of(url: &'a str, active: &[Entry]) -> Self {
        let active = match active {
            [] => String::new(),
            active => serde_json::to_string_pretty(active).unwrap_or_default(),
        };
        let row = |fault: &'static Fault| Row {
            fault,
            command: command(url, fault),
        };
        Self {
            url,
            active,
            rows: catalogue::all().map(row).collect(),
        }
    }
}

fn command(url: &str, fault: &Fault) -> String {
    let delay = if fault.name == "delay" {
        ",\"delay\":\"2s\""
    } else {
        ""
    };
    let call = fault.calls.last().map_or("", |call| call.name());
    format!(
        "curl -X PUT {url} -d '[{{\"call\":\"{call}\",\"fault\":\"{}\"{delay},\"times\":1}}]'",
        fault.name
    )
}

/// Goes into a shell's command line, so nothing but an address gets in.
fn host(headers: &HeaderMap) -> &str {
    headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .filter(|host| {
            host.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        })
        .unwrap_or("127.0.0.1:22001")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_more_than_an_address_is_not_repeated() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "a;reboot".parse().unwrap());
        assert_eq!(host(&headers), "127.0.0.1:22001");
        headers.insert(HOST, "[::1]:22001".parse().unwrap());
        assert_eq!(host(&headers), "[::1]:22001");
    }

    #[test]
    fn each_entry_has_its_row() {
        let html = Page::of("http://localhost/sandbox/api/faults", &[])
            .render()
            .unwrap();
        for fault in catalogue::all() {
            assert!(
                html.contains(&format!("<tr id=\"{}\">", fault.name)),
                "{}",
                fault.name
            );
        }
    }
}
