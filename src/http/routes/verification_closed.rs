//! `/v1/member/verificationClosed/{id}`: the person has closed NICE's window.
//! Nothing changes by it; the shop's page learns it at once.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use crate::{
    audit::Event,
    http::{
        app::App,
        routes::window_note,
        window_page::{self, Notice, Place},
    },
};

/// The route's pattern.
pub(in crate::http) const PATTERN: &str = "/v1/member/verificationClosed/{id}";

pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new().route(PATTERN, get(closed).post(closed))
}

async fn closed(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let party = match &app.windows {
        Some(windows) => windows.facade.closed(&id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a closed window is told to nobody");
            None
        }),
        None => None,
    };
    let page = window_page::notice(Place::Below, Notice::Closed, party.as_ref());
    match party {
        Some(party) => window_note(page, Event::Closed, None, &party),
        None => page,
    }
}
