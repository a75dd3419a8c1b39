//! The OpenAPI documents and the Swagger UI.

use std::sync::Arc;

use axum::{
    Router,
    http::{
        HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::http::{app::App, openapi, static_file::JSON};

/// `/openapi.json`, `/openapi-3.0.json`, `/openapi-contract.json` and the
/// Swagger UI under `/docs/`, whose files are in the binary.
pub(in crate::http) fn routes(base_path: &str) -> Router<Arc<App>> {
    let current = axum::body::Bytes::from(openapi::print(base_path, openapi::Version::V3_1));
    let older = axum::body::Bytes::from(openapi::print(base_path, openapi::Version::V3_0));
    let contract = axum::body::Bytes::from_static(openapi::CONTRACT);
    let to_try = axum::body::Bytes::from(openapi::print_to_try(base_path));
    let ui = Router::from(SwaggerUi::new("/docs").config(Config::from("/docs/openapi.json")))
        .route("/docs/openapi.json", get(|| async { json(to_try) }));
    Router::new()
        .route("/openapi.json", get(|| async { json(current) }))
        .route("/openapi-3.0.json", get(|| async { json(older) }))
        .route("/openapi-contract.json", get(|| async { json(contract) }))
        .merge(ui.layer(map_response(guard)))
}

/// No framing: the page can send calls, so it must not be clickjacked.
async fn guard(mut response: Response) -> Response {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

fn json(document: axum::body::Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, HeaderValue::from_static(JSON))], document)
}
