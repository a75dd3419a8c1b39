//! Switches faults on and off, by a page and for programs, and plays them
//! around NICE's calls.

mod alter;
mod api;
mod apply;
mod broken_body;
mod form;
mod page;
mod slow_body;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use super::state::State;

pub(super) use apply::apply;

/// The programs' interface and the page, at their paths from the root.
pub(super) fn routes(state: &Arc<State>) -> Router {
    Router::new()
        .route(
            "/sandbox/api/faults",
            get(api::list).put(api::replace).delete(api::clear),
        )
        .route("/sandbox/faults", get(page::show))
        .route("/sandbox/faults/on", post(form::switch_on))
        .route("/sandbox/faults/off", post(form::switch_off))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(Arc::clone(state))
}
