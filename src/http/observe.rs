//! Around each request: its id, its failure told in the envelope, and its
//! one line in the log.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header::ACCEPT_LANGUAGE},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;

use super::{
    app::App,
    envelope::{self, Audience},
    failure::{Failure, Kind},
    request_id::{RequestId, X_REQUEST_ID},
};
use crate::language::Language;

const X_NICE_ENVIRONMENT: HeaderName = HeaderName::from_static("x-nice-environment");

/// How long a successful request waited for NICE; left on the answer by
/// the route that knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waited(pub(super) Duration);

/// The outermost layer of the routes.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let seen = Seen::of(&request, &app);
    let mut response = next.run(request).await;
    let failure = failure(&mut response, &seen);
    if let Some(failure) = &failure {
        let audience = Audience {
            language: seen.language,
            request_id: seen.id.as_str(),
            error_status: app.error_status,
            now: app.clock.now(),
        };
        envelope::fill(&mut response, &failure.kind, &audience);
    }
    log(&seen, &response, failure.as_ref(), began.elapsed());
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, seen.id.into_header());
    if app.sandbox {
        headers.insert(X_NICE_ENVIRONMENT, HeaderValue::from_static("sandbox"));
    }
    response
}

/// What is kept of a request while the route has it.
struct Seen {
    method: Method,
    path: Option<MatchedPath>,
    id: RequestId,
    language: Language,
}

impl Seen {
    fn of(request: &Request, app: &App) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            path: request.extensions().get().cloned(),
            id: RequestId::of(headers, &app.random),
            language: headers
                .get(ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok())
                .map(Language::preferred)
                .unwrap_or_default(),
        }
    }

    /// The route's pattern, never the address itself: that may hold anything.
    fn route(&self) -> &str {
        self.path.as_ref().map_or("unmatched", MatchedPath::as_str)
    }
}

/// The failure that a route left on the answer, or that a library's own
/// plain-text refusal stands for. The sandbox's pages speak for NICE and
/// stay as they are.
fn failure(response: &mut Response, seen: &Seen) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    if seen.route().starts_with("/sandbox") {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND => Some(Kind::NotFound.into()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Kind::MethodNotAllowed.into()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Kind::BodyTooLarge.into()),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Kind::Internal.into()),
        _ => None,
    }
}

fn log(seen: &Seen, response: &Response, failure: Option<&Failure>, latency: Duration) {
    let waited = failure.map_or_else(
        || response.extensions().get::<Waited>().map(|waited| waited.0),
        |failure| failure.waited,
    );
    let reason = failure.map(|failure| failure.kind.reason());
    let error = failure.and_then(|failure| failure.detail.as_deref());
    macro_rules! line {
        ($level:expr) => {
            tracing::event!(
                $level,
                method = seen.method.as_str(),
                path = seen.route(),
                status = response.status().as_u16(),
                reason,
                latency_us = micros(latency),
                upstream_us = waited.map(micros),
                request_id = seen.id.as_str(),
                error,
                "request"
            )
        };
    }
    match failure {
        Some(failure) if failure.kind.status().is_server_error() => line!(tracing::Level::WARN),
        _ => line!(tracing::Level::INFO),
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
