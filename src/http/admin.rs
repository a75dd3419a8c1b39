//! What operators' tools ask, on an address of its own (`ADMIN_BIND`).

use std::sync::Arc;

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};

use crate::metrics::Metrics;

/// `/metrics`, for Prometheus.
pub fn admin_router(metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", get(async move || print(&metrics)))
}

fn print(metrics: &Metrics) -> impl IntoResponse + use<> {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, format)], metrics.print())
}
