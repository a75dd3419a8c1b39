//! `/popup.js`: the popup kit, for pages of any origin to import.

use std::sync::Arc;

use axum::{
    Router,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::http::app::App;

const SCRIPT: &str = include_str!("../../../clients/popup/popup.js");

/// An hour without a question; then a question that is mostly answered 304.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    ),
    // A module is fetched with CORS; a page that isolates itself asks for
    // the second too.
    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    ),
];

pub(in crate::http) fn routes() -> Router<Arc<App>> {
    let etag = etag();
    Router::new().route(
        "/popup.js",
        get(async move |headers: HeaderMap| script(&headers, &etag)),
    )
}

fn script(request: &HeaderMap, etag: &HeaderValue) -> Response {
    let etag_header = [(ETAG, etag.clone())];
    if is_known(request, etag) {
        return (StatusCode::NOT_MODIFIED, HEADERS, etag_header).into_response();
    }
    let kind = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (HEADERS, etag_header, kind, SCRIPT).into_response()
}

/// Of the text itself, so that all instances of a version agree.
fn etag() -> HeaderValue {
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(SCRIPT));
    HeaderValue::try_from(format!("\"{digest}\""))
        .unwrap_or_else(|_| unreachable!("base64 is a header value"))
}

/// Whether the caller has this version already; a proxy that compresses makes
/// the tag a weak one.
fn is_known(request: &HeaderMap, etag: &HeaderValue) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}
