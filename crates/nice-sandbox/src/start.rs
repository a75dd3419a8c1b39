//! The page to begin at: what this is, and how to use it.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{OriginalUri, State as Shared},
    http::{HeaderMap, StatusCode, Uri},
    response::{Redirect, Response},
    routing::get,
};
use jiff::Timestamp;
use nice_crypto::clock::KST;

use crate::{
    MOUNT, address,
    browser::{
        codes::{CODES, WindowFailure},
        outcome::{self, Choice},
        pages,
    },
    history::{RefusedCall, Verification},
    integrated,
    people::{PERSONAS, Persona},
    standard_window::window::choices,
    state::State,
};

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
    root: String,
    base: String,
    base_url: String,
    is_alone: bool,
    client_id: &'a str,
    client_secret: &'a str,
    product_id: &'a str,
    integrated_id: &'a str,
    integrated_secret: &'a str,
    svc_types: String,
    institution_token: &'a str,
    period: u64,
    personas: [Persona; 9],
    outcomes: [Choice; 11],
    integrated_outcomes: [Choice; 10],
    codes: [WindowFailure; 31],
    parameters: String,
    integrated_parameters: String,
    /// The newest first.
    verifications: Vec<Verification>,
    refused: Vec<RefusedCall>,
}

impl StartPage<'_> {
    #[expect(clippy::unused_self, reason = "askama calls methods")]
    fn time(&self, at: &Timestamp) -> String {
        KST.to_datetime(*at).strftime("%H:%M:%S").to_string()
    }
}

pub(super) fn routes(mount: Mount) -> Router<Arc<State>> {
    let start =
        async move |Shared(state): Shared<Arc<State>>,
                    OriginalUri(uri): OriginalUri,
                    headers: HeaderMap| { show(&uri, mount, &state, &headers) };
    // Relative, so that it holds under any prefix.
    let to_start = get(async || Redirect::to("./sandbox/"));
    let routes = Router::new()
        .route("/sandbox/", get(start))
        .route("/sandbox", to_start.clone());
    match mount {
        Mount::Root => routes.route("/", to_start),
        Mount::Service => routes,
    }
}

fn show(uri: &Uri, mount: Mount, state: &State, headers: &HeaderMap) -> Response {
    let base = address::base(headers, uri);
    let base_url = match mount {
        Mount::Root => base.clone(),
        Mount::Service => format!("{base}{MOUNT}"),
    };
    let settings = &state.settings;
    let institution_token = state.institution_token();
    let svc_types = settings.integrated.svc_types.iter();
    let svc_types: Vec<_> = svc_types.map(|one| one.letter()).collect();
    // A statement each: two guards of one would wait for each other.
    let verifications = state.history().newest_first();
    let refused = state.history().refused_newest_first();
    let template = StartPage {
        root: address::root(uri),
        base,
        base_url,
        is_alone: mount == Mount::Root,
        client_id: &settings.credentials.client_id,
        client_secret: settings.credentials.client_secret.expose(),
        product_id: &settings.credentials.product_id,
        integrated_id: &settings.integrated.client_id,
        integrated_secret: settings.integrated.client_secret.expose(),
        svc_types: svc_types.join(", "),
        institution_token: institution_token.expose(),
        period: settings.period.as_secs(),
        personas: PERSONAS,
        outcomes: choices::CHOICES,
        integrated_outcomes: integrated::window::choices::CHOICES,
        codes: CODES,
        parameters: outcome::parameters(&choices::parameters()),
        integrated_parameters: outcome::parameters(&integrated::window::choices::parameters()),
        verifications,
        refused,
    };
    pages::page(StatusCode::OK, &template, "")
}
