//! Which pages may call the API from a browser.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{app::CorsOrigins, body::X_UNKNOWN_FIELDS, request_id::X_REQUEST_ID};

/// The window's URL; CORS must expose it to pages.
pub(super) const X_NICE_WINDOW_URL: HeaderName = HeaderName::from_static("x-nice-window-url");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Never with credentials: the API uses no cookies.
pub(super) fn layer(origins: &CorsOrigins) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(match origins {
            CorsOrigins::Listed(origins) => AllowOrigin::list(origins.clone()),
            CorsOrigins::Loopback => AllowOrigin::predicate(|origin, _| is_loopback(origin)),
        })
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION, X_REQUEST_ID])
        .expose_headers([
            X_REQUEST_ID,
            header::RETRY_AFTER,
            X_NICE_WINDOW_URL,
            X_UNKNOWN_FIELDS,
        ])
}

/// Whether the page that sent this request, if it was a page, may send a form.
/// Browsers send forms across origins without a preflight.
pub(super) fn may_send_forms(headers: &HeaderMap, origins: &CorsOrigins) -> bool {
    let is_cross_site = headers
        .get(SEC_FETCH_SITE)
        .is_some_and(|site| site == "cross-site");
    let mut sent = headers.get_all(header::ORIGIN).iter();
    !is_cross_site && sent.all(|origin| is_permitted(origin, origins))
}

fn is_permitted(origin: &HeaderValue, origins: &CorsOrigins) -> bool {
    match origins {
        CorsOrigins::Listed(origins) => origins.contains(origin),
        CorsOrigins::Loopback => is_loopback(origin),
    }
}

/// `http://localhost:*` and `http://127.0.0.1:*`.
fn is_loopback(origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    ["http://localhost", "http://127.0.0.1"].iter().any(|host| {
        origin.strip_prefix(host).is_some_and(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix(':')
                    .is_some_and(|port| port.parse::<u16>().is_ok())
        })
    })
}
