//! Lets the shop's own server in, by its key.

use axum::http::{Extensions, HeaderMap};

use super::{
    api_key::{ResultAccess, SentKey},
    app::{App, Results},
    envelope,
    failure::Failure,
    reason::Reason,
    request_id::RequestId,
};
use crate::audit::{AuditError, Entry, Event};

impl App {
    /// What opens results, for a caller with the key. The audit trail knows of
    /// each key that came before anything is done under it.
    pub(super) async fn admit_shop(
        &self,
        route: &'static str,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<&Results, Failure> {
        let Some(results) = &self.results else {
            return Err(Reason::Unauthorized(SentKey::Unset).into());
        };
        let key = results.access.key_of(headers);
        if let ResultAccess::Keys(_) = results.access {
            let id = extensions.get().map_or("", RequestId::as_str);
            let written = self.record_key(route, id, key).await;
            if key.is_some() && self.audit.is_strict() {
                written?;
            }
        }
        key.map(|_| results)
            .ok_or_else(|| Reason::Unauthorized(ResultAccess::sent(headers)).into())
    }

    async fn record_key(
        &self,
        route: &'static str,
        request_id: &str,
        key: Option<usize>,
    ) -> Result<(), AuditError> {
        let event = if key.is_some() {
            Event::KeyUsed
        } else {
            Event::KeyRefused
        };
        tracing::info!(
            target: "member_verification::audit",
            audit = event.name(),
            request_id,
            "key"
        );
        let entry = Entry {
            time: &envelope::timestamp(self.clock.now()),
            event: event.name(),
            req_no_hash: None,
            request_id,
            route,
            status: None,
            reason: None,
            check: None,
            resultcode: None,
            hint: None,
            key,
        };
        self.audit.write(&entry).await
    }
}
