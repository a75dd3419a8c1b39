//! Probes for operators and orchestrators.

use std::sync::Arc;

use crate::{
    http::{app::App, static_file::JSON},
    token::TokenPool,
};
use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};

/// The path of the probe whether the process runs.
pub(in crate::http) const LIVE: &str = "/health/live";
/// The path of the probe whether it can serve.
pub(in crate::http) const READY: &str = "/health/ready";

/// The process runs.
pub(in crate::http) async fn live() -> impl IntoResponse {
    answer(StatusCode::OK, "ok")
}

/// The first fetch from NICE has ended, well or badly (an outage of NICE must
/// not take our instances away, since each answers with its reason), and the
/// process isn't about to stop.
pub(in crate::http) async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    let (code, status) = if app.draining.has_begun() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else if app.tokens.as_ref().is_none_or(TokenPool::has_tried) {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting")
    };
    answer(code, status)
}

fn answer(code: StatusCode, status: &str) -> impl IntoResponse {
    let body = format!("{{\"status\":\"{status}\"}}");
    (code, [(CONTENT_TYPE, JSON)], body)
}
