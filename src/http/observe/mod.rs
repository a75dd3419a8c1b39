//! Around each request: its id, its failure told in the envelope, and its
//! one line in the log.

mod outcome;
mod unanswered;

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
    failure::Failure,
    reason::Reason,
    request_id::{RequestId, X_REQUEST_ID},
};
use crate::{language::Language, trace::TraceContext};
use outcome::Outcome;
use unanswered::Unanswered;

const X_NICE_ENVIRONMENT: HeaderName = HeaderName::from_static("x-nice-environment");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const X_SANDBOX_WHY: HeaderName = HeaderName::from_static("x-sandbox-why");

/// What the log is told of a successful request; left on the answer by the
/// route that knows.
#[derive(Clone, Debug)]
pub(super) struct Note {
    /// How long it waited for NICE.
    pub(super) waited: Option<Duration>,
    /// What the caller's developers may want to mend.
    pub(super) hint: Option<&'static str>,
    pub(super) audit: Audit,
}

/// Marks an answer of the embedded sandbox: it is NICE's, so it goes out as it
/// is, whatever its status.
#[derive(Clone, Copy, Debug)]
pub struct SpeaksForNice;

/// The outermost layer of the routes.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let seen = Seen::of(&request, &app);
    let unanswered = Unanswered::new(&app, &seen, began);
    let mut response = match seen.trace {
        Some(trace) => trace.scope(next.run(request)).await,
        None => next.run(request).await,
    };
    unanswered.disarm();
    let failure = failure(&mut response);
    if let Some(failure) = &failure {
        let audience = Audience {
            language: seen.language,
            request_id: seen.id.as_str(),
            error_status: app.error_status,
            now: app.clock.now(),
        };
        envelope::fill(&mut response, &failure.reason, &audience);
    }
    Outcome::answered(&response, failure.as_ref(), began.elapsed()).tell(&app, &seen);
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
    match &failure.reason {
        Reason::ResultRejected(why) => HeaderValue::try_from(why.to_string()).ok(),
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
/// plain-text refusal stands for.
fn failure(response: &mut Response) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    if response.extensions().get::<SpeaksForNice>().is_some() {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND => Some(Reason::NotFound.into()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Reason::MethodNotAllowed.into()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Reason::BodyTooLarge.into()),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Reason::Internal.into()),
        _ => None,
    }
}
