//! Around each request: its id, its failure as an envelope, its line in the
//! log and its metrics.

mod ending;
mod trail;

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::ACCEPT_LANGUAGE},
    response::{IntoResponse, Response},
};
use tokio::time::Instant;
use tower::{Service, service_fn};

use super::{
    app::App,
    body::Shown,
    envelope,
    failure::Failure,
    paths,
    reason::{Methods, Reason},
    request_id::{RequestId, X_REQUEST_ID},
    routes::{self, get_oauth_token, get_verification_result, get_verification_status},
    window_page,
};
use crate::{audit::Event, language::Language, trace::TraceContext};
use ending::Ending;

const X_NICE_ENVIRONMENT: HeaderName = HeaderName::from_static("x-nice-environment");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const X_SANDBOX_WHY: HeaderName = HeaderName::from_static("x-sandbox-why");

/// The outermost layer of the routes. Not axum's `from_fn`, which boxes what it
/// surrounds for each request.
pub(super) fn observed<S, B>(
    app: Arc<App>,
    mut routes: S,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone
where
    S: Service<Request, Response = Response<B>, Error = Infallible, Future: Send> + Clone,
    Response<B>: IntoResponse,
{
    service_fn(move |mut request: Request| {
        let mut info = RequestInfo::new(Arc::clone(&app), &request);
        request.extensions_mut().insert(info.id.clone());
        let answering = routes.call(request);
        async move {
            let response = match info.trace {
                Some(trace) => trace.scope(answering).await?,
                None => answering.await?,
            };
            let (response, failure) = info.audited(response.into_response()).await;
            info.armed = false;
            Ok(info.finish(response, failure.as_ref()))
        }
    })
}

/// What is kept of a request while its route runs. Also a drop guard: dropped
/// without an answer (the client left, or the shutdown cut it off), it writes
/// the log line.
struct RequestInfo {
    app: Arc<App>,
    began: Instant,
    method: Method,
    path: Option<MatchedPath>,
    id: RequestId,
    language: Language,
    /// The span of this request, when the caller has a trace.
    trace: Option<TraceContext>,
    /// Until the route has answered.
    armed: bool,
}

impl Drop for RequestInfo {
    fn drop(&mut self) {
        if self.armed {
            let cut_off = self.app.draining.is_over();
            Ending::Cancelled { cut_off }.report(self);
        }
    }
}

impl RequestInfo {
    fn new(app: Arc<App>, request: &Request) -> Self {
        let headers = request.headers();
        Self {
            began: Instant::now(),
            method: request.method().clone(),
            path: request.extensions().get().cloned(),
            id: RequestId::of(headers, &app.random),
            language: language(headers),
            trace: trace(headers).map(|parent| parent.child(&app.random)),
            armed: true,
            app,
        }
    }

    /// The answer once the audit trail has its event. Under `AUDIT_STRICT`
    /// nothing begins without one; what is done already stays done, and its
    /// missing line is counted.
    async fn audited(&self, mut response: Response) -> (Response, Option<Failure>) {
        let failure = self.failure(&mut response);
        let ended = trail::Ended {
            failure: failure.as_ref(),
            note: response.extensions().get(),
            status: response.status(),
        };
        let Err(error) = ended.record(self).await else {
            return (response, failure);
        };
        let begins = ended.event() == Some(Event::Begin);
        if !(begins && self.app.audit.is_strict()) {
            return (response, failure);
        }
        let failure = Failure::from(error);
        let response = failure.clone().into_response();
        (response, Some(failure))
    }

    /// The answer as it goes out: a failure in the envelope, headers, log.
    fn finish(&self, mut response: Response, failure: Option<&Failure>) -> Response {
        let app = &self.app;
        if let Some(failure) = failure {
            envelope::fill(
                &mut response,
                &failure.reason,
                self.language,
                self.id.as_str(),
                app,
            );
        }
        let ending = Ending::Answered {
            status: response.status().as_u16(),
            failure,
            note: response.extensions().get(),
            unknown_fields: response.extensions().get(),
            preflight: response.extensions().get(),
        };
        ending.report(self);
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, self.id.to_header());
        if app.sandbox.is_some() {
            headers.insert(X_NICE_ENVIRONMENT, HeaderValue::from_static("sandbox"));
            if let Some(check) = failure.and_then(failed_check) {
                headers.insert(X_SANDBOX_WHY, check);
            }
        }
        response
    }

    /// The route's pattern, never the address itself, which may hold anything.
    fn route(&self) -> &str {
        self.path.as_ref().map_or("unmatched", MatchedPath::as_str)
    }

    /// The route's label in the metrics; with and without `BASE_PATH` alike.
    fn route_label(&self) -> &'static str {
        let Some(path) = self.below_base_path() else {
            return "unmatched";
        };
        match routes::label(path) {
            Some(label) => label,
            None if self.is_of_sandbox() => "sandbox",
            None => "other",
        }
    }

    fn below_base_path(&self) -> Option<&str> {
        let path = self.path.as_ref()?.as_str();
        Some(path.strip_prefix(&self.app.base_path).unwrap_or(path))
    }

    /// Whether the embedded sandbox is asked.
    fn is_of_sandbox(&self) -> bool {
        let mounted = self.below_base_path().zip(self.app.sandbox);
        mounted
            .and_then(|(path, mount)| path.strip_prefix(mount))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// `Allow` is added further out. The calls take one method each.
    fn methods(&self) -> Methods {
        let path = self.path.as_ref().map_or("", MatchedPath::as_str);
        let calls = [
            get_oauth_token::PATH,
            get_verification_result::PATH,
            get_verification_status::PATH,
        ];
        let is_call = calls.iter().any(|call| path.ends_with(call));
        Methods {
            sent: Shown::new(self.method.as_str()),
            allowed: is_call.then_some("POST"),
        }
    }

    /// The failure that a route left on the answer, or that a library's own
    /// plain-text refusal stands for. What the sandbox answers is NICE's, and a
    /// page of the façade is for people: both go out as they are.
    fn failure(&self, response: &mut Response) -> Option<Failure> {
        if let Some(mut failure) = response.extensions_mut().remove::<Failure>() {
            if let Reason::MethodNotAllowed(methods) = &mut failure.reason {
                *methods = self.methods();
            }
            return Some(failure);
        }
        if self.is_of_sandbox() || window_page::is_own(response) {
            return None;
        }
        match response.status() {
            StatusCode::NOT_FOUND => Some(paths::unknown()),
            StatusCode::METHOD_NOT_ALLOWED => Some(Reason::MethodNotAllowed(self.methods()).into()),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Reason::BodyTooLarge.into()),
            StatusCode::INTERNAL_SERVER_ERROR => Some(Reason::Internal.into()),
            _ => None,
        }
    }
}

/// The check that a result failed: for developers in the sandbox, never for
/// callers of the live service.
fn failed_check(failure: &Failure) -> Option<HeaderValue> {
    if let Reason::ResultRejected(check) = &failure.reason {
        HeaderValue::try_from(check.to_string()).ok()
    } else {
        None
    }
}

/// Several lines are one list.
fn language(headers: &HeaderMap) -> Language {
    let mut lines = headers.get_all(ACCEPT_LANGUAGE).iter();
    let first = lines.next().map(HeaderValue::as_bytes);
    match (first, lines.next()) {
        (Some(first), Some(second)) => {
            let others = lines.map(HeaderValue::as_bytes);
            let lines: Vec<_> = [first, second.as_bytes()]
                .into_iter()
                .chain(others)
                .collect();
            Language::of_header(Some(&lines.join(&b',')))
        }
        (first, _) => Language::of_header(first),
    }
}

/// The caller's own span; two headers count as none.
fn trace(headers: &HeaderMap) -> Option<TraceContext> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok().and_then(TraceContext::parse),
        Some(_) => None,
    }
}
