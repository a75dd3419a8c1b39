//! How a request ended, told to the metrics and the log.

use std::time::Duration;

use axum::{http::Method, response::Response};

use super::{Note, Seen, SpeaksForNice};
use crate::{
    http::{app::App, audit::Audit, failure::Failure, reason::Reason},
    metrics::Metrics,
    trace::TraceContext,
};

/// How a request ended.
pub(super) struct Outcome<'a> {
    pub(super) status: u16,
    /// As in `payload.reason`, if it failed.
    pub(super) reason: Option<&'static str>,
    /// Whether somebody who runs the service ought to look at it.
    pub(super) is_fault: bool,
    pub(super) failure: Option<&'a Failure>,
    pub(super) note: Option<&'a Note>,
    pub(super) latency: Duration,
    /// Whether the embedded sandbox answered.
    pub(super) speaks_for_nice: bool,
}

impl<'a> Outcome<'a> {
    /// With an answer.
    pub(super) fn answered(
        response: &'a Response,
        failure: Option<&'a Failure>,
        latency: Duration,
    ) -> Self {
        Self {
            status: response.status().as_u16(),
            reason: failure.map(|failure| failure.reason.facts().name),
            // Not the answer's own, which `ERROR_STATUS` may have chosen.
            is_fault: failure
                .is_some_and(|failure| failure.reason.facts().status.is_server_error()),
            failure,
            note: response.extensions().get(),
            latency,
            speaks_for_nice: response.extensions().get::<SpeaksForNice>().is_some(),
        }
    }

    /// Tells the metrics and the log.
    pub(super) fn tell(&self, app: &App, seen: &Seen) {
        self.count(&app.metrics, &app.base_path, seen);
        self.log(seen);
    }

    fn audit(&self) -> Option<&Audit> {
        match self.failure {
            Some(failure) => failure.audit.as_ref(),
            None => self.note.map(|note| &note.audit),
        }
    }

    fn count(&self, metrics: &Metrics, base_path: &str, seen: &Seen) {
        let reason = self.reason.unwrap_or_default();
        let route = self.route_label(seen, base_path);
        metrics.request(route, self.status, reason, self.latency);
        if let Some(audit) = self.audit() {
            let reason = match self.failure.map(|failure| &failure.reason) {
                Some(Reason::ResultRejected(why)) => why.label(),
                _ => reason,
            };
            metrics.verification(audit.event.name(), reason);
        }
    }

    /// The routes that are counted apart; with and without `BASE_PATH` alike.
    fn route_label(&self, seen: &Seen, base_path: &str) -> &'static str {
        let route = seen.route();
        match route.strip_prefix(base_path).unwrap_or(route) {
            "/v1/member/getOAuthToken" => "getOAuthToken",
            "/v1/member/getVerificationResult" => "getVerificationResult",
            "/v1/member/verificationCallback" => "verificationCallback",
            "/health/live" | "/health/ready" => "health",
            "unmatched" => "unmatched",
            _ if self.speaks_for_nice => "sandbox",
            _ => "other",
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
                    reason = self.reason,
                    latency_us = micros(self.latency),
                    upstream_us = waited.map(micros),
                    request_id = seen.id.as_str(),
                    trace_id = seen.trace.as_ref().map(TraceContext::trace_id),
                    span_id = seen.trace.as_ref().map(TraceContext::span_id),
                    audit = audit.map(|audit| audit.event.name()),
                    req_no_hash = audit.map(|audit| audit.req_no_hash.as_str()),
                    hint = self.note.and_then(|note| note.hint),
                    error = self.failure.and_then(|failure| failure.detail.as_deref()),
                    "request"
                )
            };
        }
        if self.is_fault {
            line!(tracing::Level::WARN);
        } else {
            line!(tracing::Level::INFO);
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

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
