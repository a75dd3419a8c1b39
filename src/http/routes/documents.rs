//! The OpenAPI documents and the Swagger UI.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{
        HeaderValue,
        header::{
            CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::map_response,
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa_swagger_ui::Config;

use crate::http::{
    app::App,
    failure::Failure,
    openapi, paths,
    static_file::{CSS, JAVASCRIPT, JSON, static_file},
};

/// The page around Swagger UI: its own has no viewport, no language, and
/// controls without a name.
const PAGE: &str = include_str!("../docs_page/index.html");
const INITIALIZER: &str = include_str!("../docs_page/swagger-initializer.js");
const STYLE: &str = include_str!("../docs_page/docs.css");

/// `/openapi.json`, `/openapi-3.0.json`, `/openapi-contract.json` and the
/// Swagger UI under `/docs/`, whose files are in the binary.
pub(in crate::http) fn routes(base_path: &str) -> Router<Arc<App>> {
    let current = Bytes::from(openapi::print(base_path, openapi::Version::V3_1));
    let older = Bytes::from(openapi::print(base_path, openapi::Version::V3_0));
    let contract = Bytes::from_static(openapi::CONTRACT);
    let to_try = Bytes::from(openapi::print_to_try(base_path));
    let ui = Router::new()
        // Relative, so that it holds behind a prefix.
        .route("/docs", get(async || Redirect::to("./docs/")))
        .route("/docs/", get(async || Html(PAGE)))
        .route("/docs/index.html", get(async || Html(PAGE)))
        .route(
            "/docs/swagger-initializer.js",
            get(async || static_file(JAVASCRIPT, INITIALIZER)),
        )
        .route("/docs/docs.css", get(async || static_file(CSS, STYLE)))
        .route("/docs/openapi.json", get(|| async { json(to_try) }))
        .route("/docs/{*file}", get(swagger_ui));
    Router::new()
        .route("/openapi.json", get(|| async { json(current) }))
        .route("/openapi-3.0.json", get(|| async { json(older) }))
        .route("/openapi-contract.json", get(|| async { json(contract) }))
        .merge(ui.layer(map_response(guard)))
}

/// A file of Swagger UI. They are in the binary packed, and are sent so; every
/// browser unpacks them.
async fn swagger_ui(Path(file): Path<String>) -> Result<Response, Failure> {
    let found = utoipa_swagger_ui::serve(&file, Arc::new(Config::default()));
    let Ok(Some(found)) = found else {
        return Err(paths::unknown());
    };
    let kind = match file.rsplit_once('.') {
        Some((_, "js")) => JAVASCRIPT,
        Some((_, "css")) => CSS,
        _ => "application/octet-stream",
    };
    // Not copied: a client that doesn't read holds its answer.
    let bytes = match found.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if found.gzpipped {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
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

fn json(document: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, HeaderValue::from_static(JSON))], document)
}
