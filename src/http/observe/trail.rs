//! The line that a request adds to the audit trail.

use axum::http::StatusCode;

use super::RequestInfo;
use crate::{
    audit::{AuditError, Entry, Event},
    http::{
        envelope,
        failure::Failure,
        note::{Audit, Note},
        reason::Reason,
    },
};

/// How a request ended, before its answer is written.
pub(super) struct Ended<'a> {
    pub(super) failure: Option<&'a Failure>,
    pub(super) note: Option<&'a Note>,
    pub(super) status: StatusCode,
}

impl Ended<'_> {
    fn audit(&self) -> Option<&Audit> {
        match self.failure {
            Some(failure) => failure.audit.as_ref(),
            None => self.note.map(|note| &note.audit),
        }
    }

    pub(super) fn event(&self) -> Option<Event> {
        self.audit().map(|audit| audit.event)
    }

    /// Writes the line of a request that has an event.
    pub(super) async fn record(&self, info: &RequestInfo) -> Result<(), AuditError> {
        let Some(audit) = self.audit() else {
            return Ok(());
        };
        let trail = &info.app.audit;
        if !trail.has_file() {
            return Ok(());
        }
        let reason = self.failure.map(|failure| &failure.reason);
        let entry = Entry {
            time: &envelope::timestamp(info.app.clock.now()),
            event: audit.event.name(),
            req_no_hash: Some(&trail.hash(audit.req_no.expose())),
            request_id: info.id.as_str(),
            route: info.route_label(),
            status: Some(self.status.as_u16()),
            reason: reason.map(|reason| reason.facts().name),
            check: match reason {
                Some(Reason::ResultRejected(check)) => Some(check.facts().name),
                _ => None,
            },
            resultcode: match reason {
                Some(Reason::VerificationFailed(code)) => Some(code),
                _ => None,
            },
            hint: match self.failure {
                None => self.note.and_then(|note| note.hint),
                Some(_) => None,
            },
            key: None,
        };
        trail.write(&entry).await
    }
}
