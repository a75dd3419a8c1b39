//! `/sandbox/explain`: what was pasted goes in by a form, and the sandbox adds
//! what it has issued itself.

use std::{fmt::Write, panic::resume_unwind, sync::Arc};

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, State as Shared},
    http::StatusCode,
    response::Response,
    routing::get,
};
use tokio::task::spawn_blocking;
use url::form_urlencoded;

use super::{LONGEST, Report, evidence::Evidence, explain};
use crate::{address, browser::pages::page, state::State, words::Both};

#[derive(Template)]
#[template(path = "explain.html")]
struct ExplainPage {
    root: String,
    report: Option<Report>,
    /// If there is no finding.
    nothing: Both,
}

pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/sandbox/explain", get(ask).post(answer))
        // A form may write a byte as three.
        .layer(DefaultBodyLimit::max(3 * LONGEST + 1024))
}

async fn ask(OriginalUri(uri): OriginalUri) -> Response {
    show(address::root(&uri), None)
}

async fn answer(
    OriginalUri(uri): OriginalUri,
    Shared(state): Shared<Arc<State>>,
    body: Bytes,
) -> Response {
    let pasted = form_urlencoded::parse(&body).find(|(name, _)| name == "pasted");
    let pasted = pasted.map_or_else(String::new, |(_, text)| text.into_owned());
    // It may search for a while.
    let explained = spawn_blocking(move || {
        let known = issued_here(&pasted, &state);
        explain(&(pasted + &known))
    });
    match explained.await {
        Ok(report) => show(address::root(&uri), Some(report)),
        Err(error) => resume_unwind(error.into_panic()),
    }
}

fn show(root: String, report: Option<Report>) -> Response {
    let nothing = report
        .as_ref()
        .unwrap_or(&Report::default())
        .nothing_found();
    let template = ExplainPage {
        root,
        report,
        nothing,
    };
    page(StatusCode::OK, &template, "")
}

/// What the keys are made of, for a token of this sandbox.
fn issued_here(pasted: &str, state: &State) -> String {
    let evidence = Evidence::read(pasted);
    let mut known = String::new();
    if evidence.has("token_val") {
        return known;
    }
    for id in evidence.all("token_version_id") {
        if let Some(token) = state.tokens().get(id) {
            let [req_dtim, req_no, token_val] = token.made_of.parts();
            let _ = write!(
                known,
                "\nreq_dtim: {req_dtim}\nreq_no: {req_no}\ntoken_val: {token_val}\n"
            );
        }
    }
    known
}
