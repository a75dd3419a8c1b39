//! The pages and what they need, all from this very host.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    http::{
        HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use nice_crypto::clock::KST;

use super::{
    codes::WindowFailure,
    fault::{Diagnosis, Fault},
    in_json::Told,
    notice::{self, Notice},
    return_url::ReturnUrl,
};
use crate::{
    headers::{X_SANDBOX_FAULT, X_SANDBOX_NOTICE},
    state::State,
    static_file::{CSS, JAVASCRIPT, SVG, static_file},
};

/// Chrome holds `form-action` against the redirects that follow a form, too,
/// and a shop's callback may redirect to any web address: those pass.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:";

const ASSETS: [(&str, &str, &str); 5] = [
    // A browser asks for one anyway.
    ("icon.svg", SVG, include_str!("../pages/icon.svg")),
    ("sandbox.css", CSS, include_str!("../pages/sandbox.css")),
    ("window.js", JAVASCRIPT, include_str!("../pages/window.js")),
    ("copy.js", JAVASCRIPT, include_str!("../pages/copy.js")),
    (
        "way_back.js",
        JAVASCRIPT,
        include_str!("../pages/way_back.js"),
    ),
];

pub(crate) fn assets() -> Router<Arc<State>> {
    ASSETS
        .into_iter()
        .fold(Router::new(), |router, (name, kind, text)| {
            router.route(
                &format!("/sandbox/assets/{name}"),
                get(async move || static_file(kind, text)),
            )
        })
}

/// A rendered page under the policy; `more` is added to the policy.
pub(crate) fn page(status: StatusCode, template: &impl Template, more: &str) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let policy = HeaderValue::try_from(format!("{POLICY}{more}"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The query holds sealed values; the host alone may be known, so that
    // the form's `Origin` is this host and not `null`.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Tells a program what a person reads on the page.
pub(crate) fn with_notices(mut response: Response, notices: &[Notice]) -> Response {
    if !notices.is_empty()
        && let Ok(value) = HeaderValue::try_from(notice::header(notices))
    {
        response.headers_mut().insert(X_SANDBOX_NOTICE, value);
    }
    response
}

pub(crate) fn time_of_day(at: Timestamp) -> String {
    KST.to_datetime(at).strftime("%H:%M:%S").to_string()
}

/// An app's scheme, as an addition to `form-action`, the policy's last.
pub(crate) fn app_scheme(returnurl: &ReturnUrl) -> String {
    match returnurl {
        ReturnUrl::App { scheme, .. } => format!(" {scheme}:"),
        ReturnUrl::Web(_) => String::new(),
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    root: &'a str,
    code: &'static str,
    status: u16,
    diagnosis: &'a Diagnosis,
}

pub(crate) fn refusal(root: &str, fault: &Fault) -> Response {
    let template = FaultPage {
        root,
        code: fault.code,
        status: fault.status.as_u16(),
        diagnosis: &fault.diagnosis,
    };
    let mut response = page(fault.status, &template, "");
    response
        .headers_mut()
        .insert(X_SANDBOX_FAULT, HeaderValue::from_static(fault.code));
    Told::refused(fault).beside(response)
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage<'a> {
    root: &'a str,
    failure: Option<WindowFailure>,
}

/// Cancelled, or with one of the window's own failures: no callback either
/// way.
pub(crate) fn closed(root: &str, failure: Option<WindowFailure>) -> Response {
    let page = page(StatusCode::OK, &ClosedPage { root, failure }, "");
    Told::ended(failure).beside(page)
}
