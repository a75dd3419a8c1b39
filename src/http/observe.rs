//! Around each request: its id, its failure told in the envelope, and its
//! one line in the log.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::ACCEPT_LANGUAGE},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;

use super::{
    app::App,
    audit::Audit,
    envelope::{self, Audience},
    failure::{Failure, Kind},
    request_id::{RequestId, X_REQUEST_ID},
};
use crate::{language::Language, metrics::Metrics, trace::TraceContext};

const X_NICE_ENVIRONMENT: HeaderName = HeaderName::from_static("x-nice-environment");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const X_SANDBOX_WHY: HeaderName = HeaderName::from_static("x-sandbox-why");

/// What the log is told of a successful request; left on the answer by the
/// route that knows.
#[derive(Clone, Debug)]
pub(super) struct Note {
    /// How long it waited for NICE.
    pub(super) waited: Option<Duration>,
    pub(super) audit: Audit,
}

/// The outermost layer of the routes.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let seen = Seen::of(&request, &app);
    let mut response = match seen.trace {
        Some(trace) => trace.scope(next.run(request)).await,
        None => next.run(request).await,
    };
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
    let outcome = Outcome {
        status: response.status().as_u16(),
        failure: failure.as_ref(),
        note: response.extensions().get(),
        latency: began.elapsed(),
    };
    outcome.count(&app.metrics, &app.base_path, &seen);
    outcome.log(&seen);
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, seen.id.into_header());
    if app.sandbox {
        headers.insert(X_NICE_ENVIRONMENT, HeaderValue::from_static("sandbox"));
        if let Some(why) = failure.as_ref().and_then(why) {
            headers.insert(X_SANDBOX_WHY, why);
        }
    }
    response
}

/// The step that rejected a result: for developers, never for callers of
/// the live service.
fn why(failure: &Failure) -> Option<HeaderValue> {
    match &failure.kind {
        Kind::ResultRejected(why) => HeaderValue::try_from(why.to_string()).ok(),
        _ => None,
    }
}

/// What is kept of a request while the route has it.
struct Seen {
    method: Method,
    path: Option<MatchedPath>,
    id: RequestId,
    language: Language,
    /// The span of this request, when the caller has a trace.
    trace: Option<TraceContext>,
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
            trace: trace(headers).map(|parent| parent.child(&app.random)),
        }
    }

    /// The route's pattern, never the address itself: that may hold anything.
    fn route(&self) -> &str {
        self.path.as_ref().map_or("unmatched", MatchedPath::as_str)
    }
}

/// The caller's own span; two of them are none.
fn trace(headers: &HeaderMap) -> Option<TraceContext> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok().and_then(TraceContext::parse),
        Some(_) => None,
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

/// How a request ended.
struct Outcome<'a> {
    status: u16,
    failure: Option<&'a Failure>,
    note: Option<&'a Note>,
    latency: Duration,
}

impl Outcome<'_> {
    fn reason(&self) -> Option<&'static str> {
        self.failure.map(|failure| failure.kind.reason())
    }

    fn audit(&self) -> Option<&Audit> {
        match self.failure {
            Some(failure) => failure.audit.as_ref(),
            None => self.note.map(|note| &note.audit),
        }
    }

    fn count(&self, metrics: &Metrics, base_path: &str, seen: &Seen) {
        let reason = self.reason().unwrap_or_default();
        let route = route_label(seen.route(), base_path);
        metrics.request(route, self.status, reason, self.latency);
        if let Some(audit) = self.audit() {
            let reason = match self.failure.map(|failure| &failure.kind) {
                Some(Kind::ResultRejected(why)) => why.label(),
                _ => reason,
            };
            metrics.verification(audit.event.name(), reason);
        }
    }

    fn log(&self, seen: &Seen) {
        let waited = match self.failure {
            Some(failure) => failure.waited,
            None => self.note.and_then(|note| note.waited),
        };
        let audit = self.audit();
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    $level,
                    method = method_name(&seen.method),
                    path = seen.route(),
                    status = self.status,
                    reason = self.reason(),
                    latency_us = micros(self.latency),
                    upstream_us = waited.map(micros),
                    request_id = seen.id.as_str(),
                    trace_id = seen.trace.as_ref().map(TraceContext::trace_id),
                    span_id = seen.trace.as_ref().map(TraceContext::span_id),
                    audit = audit.map(|audit| audit.event.name()),
                    req_no_hash = audit.map(|audit| audit.req_no_hash.as_str()),
                    error = self.failure.and_then(|failure| failure.detail.as_deref()),
                    "request"
                )
            };
        }
        match self.failure {
            Some(failure) if failure.kind.status().is_server_error() => {
                line!(tracing::Level::WARN);
            }
            _ => line!(tracing::Level::INFO),
        }
    }
}

/// A method of the caller's own making may hold anything.
fn method_name(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS
        | Method::TRACE
        | Method::CONNECT => method.as_str(),
        _ => "other",
    }
}

/// The routes that are counted apart; with and without `BASE_PATH` alike.
fn route_label(route: &str, base_path: &str) -> &'static str {
    match route.strip_prefix(base_path).unwrap_or(route) {
        "/v1/member/getOAuthToken" => "getOAuthToken",
        "/v1/member/getVerificationResult" => "getVerificationResult",
        "/v1/member/verificationCallback" => "verificationCallback",
        "/health/live" | "/health/ready" => "health",
        "unmatched" => "unmatched",
        route if route.starts_with("/sandbox") => "sandbox",
        _ => "other",
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
