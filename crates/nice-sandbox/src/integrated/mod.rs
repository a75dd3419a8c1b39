//! The newer API: NICE 통합인증, at its paths.

mod access_token;
pub(crate) mod answer;
mod authorization;
mod diagnosis;
mod fields;
mod ids;
mod jwt;
mod notice;
pub(crate) mod path;
mod person;
mod result_call;
mod svc_type;
mod token_call;
mod transactions;
pub(crate) mod url_call;
pub(crate) mod window;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State as Shared},
    http::Uri,
    middleware::from_fn_with_state,
    response::Response,
    routing::{any, post},
};

use crate::{control, state::State};
use answer::Answer;

pub(crate) use authorization::kill_token_of;
pub(crate) use person::FIELDS;
pub use svc_type::SvcType;
pub(crate) use transactions::Memory;

/// NICE's calls and the window.
pub(crate) fn nice(state: &Arc<State>) -> Router<Arc<State>> {
    Router::new()
        .route(path::TOKEN, post(token_call::issue))
        .route(path::URL, post(url_call::open))
        .route(path::RESULT, post(result_call::hand_out))
        .route_layer(from_fn_with_state(Arc::clone(state), control::apply))
        .route("/ido/{*path}", any(unknown_service))
        .method_not_allowed_fallback(unknown_service)
        .layer(DefaultBodyLimit::max(64 * 1024))
        .merge(window::nice())
}

/// Pages' answers and the diagnosis, under `/sandbox/`.
pub(crate) fn own() -> Router<Arc<State>> {
    window::own().merge(diagnosis::routes())
}

/// A path below `/ido` that NICE doesn't serve, or another method than POST.
async fn unknown_service(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let path = uri.path();
    let fault = if [path::TOKEN, path::URL, path::RESULT].contains(&path) {
        "method_not_post"
    } else if path.contains("/digital/") {
        "path_of_the_older_api"
    } else if path.starts_with("/ido/intc/") && !path.starts_with("/ido/intc/v1.0/") {
        "version_unknown"
    } else {
        "path_unknown"
    };
    Answer::refused("1010", fault).into_response(&[], &state)
}
