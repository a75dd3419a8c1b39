//! `/v1/member/verificationCallback`: a `returnurl` for shops that serve this
//! service under their own origin. The page passes NICE's three values to the
//! page that opened the window. It shows nothing personal.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use crate::{
    http::{
        app::{App, CALLBACK},
        body::TypedBody,
        failure::Failure,
        static_file::{CSS, JAVASCRIPT, static_file},
    },
    verification::Field,
};

const PAGE: &str = include_str!("../../../clients/popup/callback.html");
const SCRIPT: &str = include_str!("../../../clients/popup/callback.js");
const STYLE: &str = include_str!("../../../clients/popup/callback.css");

/// No inline script, nothing from another origin, no framing. A COOP header
/// is left out on purpose: it would cut the reference to the opener.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// The page, with its script and its style sheet.
pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(CALLBACK, get(returned_by_get).post(returned_by_post))
        .route(
            "/v1/member/callback.js",
            get(async || static_file(JAVASCRIPT, SCRIPT)),
        )
        .route(
            "/v1/member/callback.css",
            get(async || static_file(CSS, STYLE)),
        )
}

/// The script reads the values from the page's address, so the page is the
/// same for all callers.
async fn returned_by_get() -> Response {
    (HEADERS, Html(PAGE)).into_response()
}

/// No script can read the request's body, so the values are written into the
/// page.
async fn returned_by_post(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Failure> {
    let body = TypedBody::form(request, &app.long_bodies).await?;
    let returned: Returned<'_> = body.read()?.fields;
    let mut page = PAGE.to_owned();
    for (attribute, field) in [
        ("data-token-version-id", returned.token_version_id),
        ("data-enc-data", returned.enc_data),
        ("data-integrity-value", returned.integrity_value),
    ] {
        if let Ok(Some(value)) = field.parse() {
            let empty = format!("{attribute}=\"\"");
            page = page.replacen(&empty, &format!("{attribute}=\"{}\"", escape(value)), 1);
        }
    }
    Ok((HEADERS, Html(page)).into_response())
}

/// What NICE's window posts. A missing or faulty value leaves its attribute
/// empty.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Returned<'a> {
    token_version_id: Field<'a>,
    enc_data: Field<'a>,
    integrity_value: Field<'a>,
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
