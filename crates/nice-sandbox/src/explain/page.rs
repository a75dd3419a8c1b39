//! `/sandbox/explain`: the same on a page.

use std::{fmt::Write, sync::Arc};

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, State as Shared},
    http::{StatusCode, Uri},
    response::Response,
    routing::get,
};
use tokio::task::spawn_blocking;
use url::form_urlencoded;

use super::{Told, evidence::Evidence, explain, facts::Facts, nothing_to_read};
use crate::{address, browser::pages, state::State, words::Both};

const PATH: &str = "/sandbox/explain";

#[derive(Template)]
#[template(path = "explain.html")]
struct ExplainPage {
    root: String,
    told: Option<Told>,
    nothing: Both,
}

pub(crate) fn routes() -> Router<Arc<State>> {
    let form = async |OriginalUri(uri): OriginalUri| show(&uri, None);
    Router::new()
        .route(PATH, get(form).post(answer))
        .layer(DefaultBodyLimit::max(256 * 1024))
}

async fn answer(
    Shared(state): Shared<Arc<State>>,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Response {
    let text = form_urlencoded::parse(&body)
        .find(|(name, _)| name == "text")
        .map(|(_, text)| text.into_owned())
        .unwrap_or_default();
    // A search takes time: not on a thread that has others to answer.
    let told = spawn_blocking(move || {
        let issued = issued_here(&text, &state);
        explain((issued + &text).as_bytes())
    });
    let told = told.await;
    show(&uri, Some(told.unwrap_or_default()))
}

/// Calls and answers of this sandbox's own tokens, for forms that were pasted alone.
fn issued_here(text: &str, state: &State) -> String {
    let facts = Facts::of(&Evidence::read(text.as_bytes()));
    let mut issued = String::new();
    if facts.has("token_val") {
        return issued;
    }
    for id in facts.all("token_version_id") {
        if let Some(token) = state.tokens().get(id) {
            let [req_dtim, req_no, token_val] = token.made_of.parts();
            let _ = writeln!(
                issued,
                "req_dtim: {req_dtim}\nreq_no: {req_no}\ntoken_val: {token_val}\ntoken_version_id: {id}"
            );
        }
    }
    issued
}

fn show(uri: &Uri, told: Option<Told>) -> Response {
    let template = ExplainPage {
        root: address::root(uri),
        told,
        nothing: nothing_to_read(),
    };
    pages::page(StatusCode::OK, &template, "")
}
