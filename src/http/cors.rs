//! Which pages may call the API from a browser.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    routing::Route,
};
use tower::{Layer, Service, layer::layer_fn, service_fn};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};
use url::{Host, Url};

use super::{
    app::{App, CorsOrigins},
    body::X_UNKNOWN_FIELDS,
    request_id::X_REQUEST_ID,
};

/// The window's URL; CORS must expose it to pages.
pub(super) const X_NICE_WINDOW_URL: HeaderName = HeaderName::from_static("x-nice-window-url");

/// The origin that this verification returns to: a page elsewhere would hear
/// nothing of it.
pub(super) const X_RETURN_ORIGIN: HeaderName = HeaderName::from_static("x-return-origin");

/// How long the address of the callback may get, if that is a lot.
pub(super) const X_CALLBACK_BYTES: HeaderName = HeaderName::from_static("x-callback-bytes");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The request headers that the API itself reads.
const OWN: [HeaderName; 3] = [header::CONTENT_TYPE, header::AUTHORIZATION, X_REQUEST_ID];

/// Why a browser will not send the call that a preflight asks for. It tells the
/// page nothing, so the log has to.
#[derive(Clone, Copy, Debug)]
pub(super) enum PreflightRefused {
    Origin,
    Header,
}

impl PreflightRefused {
    pub(super) const fn hint(self) -> &'static str {
        match self {
            Self::Origin => "the page's origin is not in CORS_ORIGINS",
            Self::Header => "a header that the page sends is not in CORS_HEADERS",
        }
    }
}

/// Judges a preflight, which the library then answers.
fn judge(app: &App, request: &mut Request) -> Option<PreflightRefused> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let headers = request.headers_mut();
    let is_permitted = headers
        .get(header::ORIGIN)
        .is_none_or(|origin| is_permitted(origin, &app.cors_origins));
    let are_all_sent = narrow(headers, &app.cors_headers);
    match (is_permitted, are_all_sent) {
        (false, _) => Some(PreflightRefused::Origin),
        (true, false) => Some(PreflightRefused::Header),
        (true, true) => None,
    }
}

/// Leaves those of a preflight's headers that may be sent; whether all may.
fn narrow(headers: &mut HeaderMap, listed: &[String]) -> bool {
    let Some(asked) = headers.remove(header::ACCESS_CONTROL_REQUEST_HEADERS) else {
        return true;
    };
    let asked = asked.to_str().unwrap_or_default().to_ascii_lowercase();
    let names = asked.split(',').map(str::trim);
    let (permitted, refused): (Vec<_>, Vec<_>) = names.partition(|name| may_be_sent(name, listed));
    if let Ok(value) = HeaderValue::try_from(permitted.join(",")) {
        headers.insert(header::ACCESS_CONTROL_REQUEST_HEADERS, value);
    }
    refused.iter().all(|name| name.is_empty())
}

fn may_be_sent(name: &str, listed: &[String]) -> bool {
    OWN.iter().any(|own| own == name)
        || listed.iter().any(|listed| match listed.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == listed,
        })
}

/// Never with credentials: the API uses no cookies.
pub(super) fn layer<S: Clone + Send + Sync + 'static>(app: &Arc<App>, api: Router<S>) -> Router<S> {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate({
            let app = Arc::clone(app);
            move |origin, _| is_permitted(origin, &app.cors_origins)
        }))
        .allow_methods([Method::POST])
        // What is left of the headers that the preflight asks for.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            X_REQUEST_ID,
            header::RETRY_AFTER,
            X_NICE_WINDOW_URL,
            X_RETURN_ORIGIN,
            X_UNKNOWN_FIELDS,
            X_CALLBACK_BYTES,
        ]);
    // Shared, since a router clones its layers more than once for each request.
    let (app, cors) = (Arc::clone(app), Arc::new(cors));
    api.layer(layer_fn(move |route: Route| {
        let (app, cors) = (Arc::clone(&app), Arc::clone(&cors));
        // Not axum's `from_fn`, which boxes what it surrounds for each request.
        service_fn(move |mut request: Request| {
            let refused = judge(&app, &mut request);
            let answer = cors.layer(route.clone()).call(request);
            async move {
                let mut answer = answer.await?;
                if let Some(refused) = refused {
                    answer.extensions_mut().insert(refused);
                }
                Ok::<_, Infallible>(answer)
            }
        })
    }))
}

/// Whether the page that sent this request, if it was a page, may send a form.
/// Browsers send forms across origins without a preflight.
pub(super) fn may_send_forms(headers: &HeaderMap, origins: &CorsOrigins) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    let is_cross_site = sites.any(|site| site == "cross-site");
    let mut sent = headers.get_all(header::ORIGIN).iter();
    !is_cross_site && sent.all(|origin| is_permitted(origin, origins))
}

/// The origin that the browser names, if it names one.
pub(super) fn only_origin(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut sent = headers.get_all(header::ORIGIN).iter();
    let only = sent.next()?;
    (sent.next().is_none() && only != "null").then_some(only)
}

/// Whether the browser says that a page of this very origin sent it.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let mut sent = headers.get_all(SEC_FETCH_SITE).iter();
    sent.next().is_some_and(|site| site == "same-origin") && sent.next().is_none()
}

pub(super) fn is_permitted(origin: &HeaderValue, origins: &CorsOrigins) -> bool {
    match origins {
        CorsOrigins::Listed(origins) => origins.contains(origin),
        CorsOrigins::Nearby => is_nearby(origin),
    }
}

/// The origins of pages inside an app. With `https://localhost` or
/// `http://tauri.localhost` it takes a page on this machine for its own.
const SHELLS: [&str; 4] = [
    "app://localhost",
    "capacitor://localhost",
    "ionic://localhost",
    "tauri://localhost",
];

/// Pages on this machine, in its local network (phones on the desk), and in
/// the shells of apps.
fn is_nearby(origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if SHELLS.contains(&origin) {
        return true;
    }
    let Ok(url) = Url::parse(origin) else {
        return false;
    };
    // What the parser corrects is no origin that a browser sends.
    url.origin().ascii_serialization() == origin
        && match url.host() {
            Some(Host::Domain(name)) => {
                // RFC 6761 and RFC 6762: each name below `localhost` is this machine,
                // and one below `local` is in its network.
                let top = name.rsplit('.').next().unwrap_or_default();
                top == "localhost" || (top == "local" && top != name)
            }
            Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            Some(Host::Ipv6(ip)) => {
                ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
            }
            None => false,
        }
}
