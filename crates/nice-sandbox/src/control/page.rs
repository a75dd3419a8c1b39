//! `/sandbox/faults`: the catalogue for people.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{OriginalUri, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    address,
    browser::pages,
    faults::{self, Entry, Fault},
    state::State,
};

#[derive(Template)]
#[template(path = "faults.html")]
struct Page<'a> {
    root: String,
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

pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let active = state.faults().entries().to_vec();
    let url = format!("{}/sandbox/api/faults", address::base(&headers, &uri));
    let page = Page::of(address::root(&uri), &url, &active);
    pages::page(StatusCode::OK, &page, "")
}

impl<'a> Page<'a> {
    fn of(root: String, url: &'a str, active: &[Entry]) -> Self {
        let active = match active {
            [] => String::new(),
            active => serde_json::to_string_pretty(active).unwrap_or_default(),
        };
        let row = |fault: &'static Fault| Row {
            fault,
            command: command(url, fault),
        };
        Self {
            root,
            url,
            active,
            rows: faults::all().map(row).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_has_its_row() {
        let html = Page::of("../".to_owned(), "http://localhost/sandbox/api/faults", &[])
            .render()
            .unwrap();
        for fault in faults::all() {
            assert!(
                html.contains(&format!("<tr id=\"{}\">", fault.name)),
                "{}",
                fault.name
            );
        }
    }
}
