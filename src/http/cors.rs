//! Which pages may call the API from a browser.

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{app::CorsOrigins, request_id::X_REQUEST_ID};

/// The window's URL; CORS must expose it to pages.
pub(super) const X_NICE_WINDOW_URL: HeaderName = HeaderName::from_static("x-nice-window-url");

/// Never with credentials: the API uses no cookies.
pub(super) fn layer(origins: &CorsOrigins) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(match origins {
            CorsOrigins::Listed(origins) => AllowOrigin::list(origins.clone()),
            CorsOrigins::Loopback => AllowOrigin::predicate(|origin, _| is_loopback(origin)),
        })
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION, X_REQUEST_ID])
        .expose_headers([X_REQUEST_ID, header::RETRY_AFTER, X_NICE_WINDOW_URL])
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
