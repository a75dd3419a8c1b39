//! `/metrics` for Prometheus, on an address of its own (`ADMIN_BIND`).

use std::sync::Arc;

use axum::{Router, http::header::CONTENT_TYPE, routing::get};

use crate::metrics::Metrics;

/// The routes of `ADMIN_BIND`.
pub fn admin_router(metrics: Arc<Metrics>) -> Router {
    Router::new().route(
        "/metrics",
        get(async move || ([(CONTENT_TYPE, Metrics::FORMAT)], metrics.print())),
    )
}
