//! `/popup.js`: the popup kit, a module that pages of any origin may import.

use std::sync::Arc;

use axum::{
    Router,
    http::{
        HeaderName, HeaderValue,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL},
    },
    response::{IntoResponse, Response},
    routing::get,
};

use crate::http::{
    app::App,
    static_file::{JAVASCRIPT, static_file},
};

const SCRIPT: &str = include_str!("../../../clients/popup/popup.js");

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    ),
    // Browsers fetch modules with CORS.
    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    // For pages with `Cross-Origin-Embedder-Policy`.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    ),
];

pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new().route("/popup.js", get(script))
}

async fn script() -> Response {
    (HEADERS, static_file(JAVASCRIPT, SCRIPT)).into_response()
}
