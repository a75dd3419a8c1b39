//! How a request ended, for the metrics and the log.

use std::{borrow::Cow, time::Duration};

use arrayvec::ArrayString;
use axum::http::Method;

use super::RequestInfo;
use crate::{
    http::{
        body::UnknownFields,
        cors::PreflightRefused,
        failure::Failure,
        note::{Audit, Note},
        reason::{Reason, UnknownPath},
    },
    trace::TraceContext,
    verification::Damage,
};

/// How a request ended.
pub(super) enum Ending<'a> {
    /// With an answer.
    Answered {
        /// Of the answer itself, which `ERROR_STATUS` may have chosen.
        status: u16,
        failure: Option<&'a Failure>,
        note: Option<&'a Note>,
        /// The names in the body that are no field.
        unknown_fields: Option<&'a UnknownFields>,
        preflight: Option<&'a PreflightRefused>,
    },
    /// Without an answer.
    Cancelled {
        /// The shutdown cut it off; otherwise the client left.
        cut_off: bool,
    },
}

impl Ending<'_> {
    /// Counts the request and logs it.
    pub(super) fn report(&self, info: &RequestInfo) {
        let latency = info.began.elapsed();
        self.count(info, latency);
        self.log(info, latency);
    }

    /// A cancelled request has a status that no caller sees.
    const fn status(&self) -> u16 {
        match self {
            Self::Answered { status, .. } => *status,
            Self::Cancelled { cut_off: true } => 503,
            // As nginx logs a client that closed the connection.
            Self::Cancelled { cut_off: false } => 499,
        }
    }

    /// As in `payload.reason`, if it failed.
    fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Answered { failure, .. } => failure.map(|failure| failure.reason.facts().name),
            Self::Cancelled { cut_off: true } => Some("CUT_OFF"),
            Self::Cancelled { cut_off: false } => Some("CALLER_LEFT"),
        }
    }

    /// Whether an operator has to look at it.
    fn is_fault(&self) -> bool {
        match self {
            Self::Answered { failure, .. } => {
                failure.is_some_and(|failure| failure.reason.facts().status.is_server_error())
            }
            Self::Cancelled { cut_off } => *cut_off,
        }
    }

    const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Answered { failure, .. } => *failure,
            Self::Cancelled { .. } => None,
        }
    }

    /// Of a request that succeeded.
    const fn note(&self) -> Option<&Note> {
        match self {
            Self::Answered {
                failure: None,
                note,
                ..
            } => *note,
            Self::Answered {
                failure: Some(_), ..
            }
            | Self::Cancelled { .. } => None,
        }
    }

    /// The route's pattern, or the one that an unknown path is near.
    fn path<'a>(&self, info: &'a RequestInfo) -> Cow<'a, str> {
        if let Some(failure) = self.failure()
            && let Reason::NotFound(UnknownPath { near, .. }) = &failure.reason
            && let Some(near) = near
        {
            return format!("near {near}").into();
        }
        info.route().into()
    }

    fn unknown_fields(&self) -> Option<&str> {
        match self {
            Self::Answered { unknown_fields, .. } => unknown_fields.map(|names| names.0.as_str()),
            Self::Cancelled { .. } => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Answered {
                preflight: Some(refused),
                ..
            } => Some(refused.hint()),
            Self::Answered { .. } | Self::Cancelled { .. } => {
                let damage = self.audit().and_then(|audit| audit.damage);
                damage
                    .map(Damage::text)
                    .or_else(|| self.note().and_then(|note| note.hint))
            }
        }
    }

    fn audit(&self) -> Option<&Audit> {
        match self.failure() {
            Some(failure) => failure.audit.as_ref(),
            None => self.note().map(|note| &note.audit),
        }
    }

    fn waited(&self) -> Option<Duration> {
        match self.failure() {
            Some(failure) => failure.waited,
            None => self.note().and_then(|note| note.waited),
        }
    }

    fn count(&self, info: &RequestInfo, latency: Duration) {
        let metrics = &info.app.metrics;
        let reason = self.reason().unwrap_or_default();
        metrics.request(info.route_label(), self.status(), reason, latency);
        if let Some(audit) = self.audit() {
            let reason = match self.failure().map(|failure| &failure.reason) {
                Some(Reason::ResultRejected(check)) => {
                    if let Some(field) = check.field() {
                        metrics.refused_field(field);
                    }
                    check.facts().name
                }
                _ => reason,
            };
            metrics.verification(audit.event.name(), reason);
        }
    }

    fn log(&self, info: &RequestInfo, latency: Duration) {
        let audit = self.audit();
        let hash = audit.map(|audit| info.app.audit.hash(audit.req_no.expose()));
        macro_rules! line {
            ($target:literal, $level:expr) => {
                tracing::event!(
                    target: $target,
                    $level,
                    method = method_name(&info.method),
                    path = &*self.path(info),
                    status = self.status(),
                    reason = self.reason(),
                    latency_us = micros(latency),
                    upstream_us = self.waited().map(micros),
                    request_id = info.id.as_str(),
                    trace_id = info.trace.as_ref().map(TraceContext::trace_id),
                    span_id = info.trace.as_ref().map(TraceContext::span_id),
                    audit = audit.map(|audit| audit.event.name()),
                    req_no_hash = hash.as_ref().map(ArrayString::as_str),
                    unknown_fields = self.unknown_fields(),
                    hint = self.hint(),
                    error = self.failure().and_then(|failure| failure.detail.as_deref()),
                    "request"
                )
            };
        }
        if self.is_fault() && audit.is_some() {
            line!("member_verification::audit", tracing::Level::WARN);
        } else if audit.is_some() {
            line!("member_verification::audit", tracing::Level::INFO);
        } else if self.is_fault() {
            line!("member_verification::http", tracing::Level::WARN);
        } else if self.status() == 200 && info.route_label() == "health" {
            // A probe asks every few seconds, and its good answer is no news.
            line!("member_verification::http", tracing::Level::DEBUG);
        } else {
            line!("member_verification::http", tracing::Level::INFO);
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
