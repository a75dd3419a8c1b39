//! The page to begin at: what this is, and how to use it.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header::HOST},
    response::{Redirect, Response},
    routing::get,
};

use super::{
    outcome, pages,
    personas::{PERSONAS, Persona},
};
use crate::{MOUNT, state::State};

/// Where NICE's own paths begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mount {
    /// Alone: at the root.
    Root,
    /// Within the service.
    Service,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    origin: String,
    base_url: String,
    is_alone: bool,
    client_id: &'a str,
    client_secret: &'a str,
    product_id: &'a str,
    institution_token: &'a str,
    period: u64,
    personas: [Persona; 9],
    outcomes: [(&'static str, &'static str, &'static str); 10],
    parameters: String,
}

pub(super) fn routes(mount: Mount) -> Router<Arc<State>> {
    let start = async move |Shared(state): Shared<Arc<State>>, headers: HeaderMap| {
        show(mount, &state, &headers)
    };
    let to_start = get(async || Redirect::to("/sandbox/"));
    let routes = Router::new()
        .route("/sandbox/", get(start))
        .route("/sandbox", to_start.clone());
    match mount {
        Mount::Root => routes.route("/", to_start),
        Mount::Service => routes,
    }
}

fn show(mount: Mount, state: &State, headers: &HeaderMap) -> Response {
    let host = headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("localhost");
    let origin = format!("http://{host}");
    let base_url = match mount {
        Mount::Root => origin.clone(),
        Mount::Service => format!("{origin}{MOUNT}"),
    };
    let settings = &state.settings;
    let institution_token = state.institution_token();
    let template = StartPage {
        origin,
        base_url,
        is_alone: mount == Mount::Root,
        client_id: &settings.client_id,
        client_secret: settings.client_secret.expose(),
        product_id: &settings.product_id,
        institution_token: institution_token.expose(),
        period: settings.period.as_secs(),
        personas: PERSONAS,
        outcomes: outcome::OUTCOMES,
        parameters: outcome::parameters(),
    };
    pages::page(StatusCode::OK, &template, "")
}
