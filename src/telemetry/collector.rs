//! Figures of the token pool, the session store and the institution token,
//! read for each scrape.

use std::sync::{Arc, Weak};

use tokio::runtime::Handle;

use crate::{
    audit::AuditTrail,
    metrics::{Collect, Families, float},
    store::{Finding, Health, Store},
    token::{Issuer, TokenPool, Tokens},
};

/// Reads the token pool and the session store.
#[derive(Debug)]
pub struct RoomCollector {
    /// The token pool, if there is one.
    pub tokens: Option<TokenPool>,
    /// Where sessions and the fleet's institution token are kept.
    pub store: Arc<Store>,
    /// The session store, if there is one.
    pub sessions: Option<Arc<Store>>,
    /// The audit trail.
    pub audit: Arc<AuditTrail>,
}

impl Collect for RoomCollector {
    fn collect(&self, families: &mut Families) {
        if let Some(tokens) = &self.tokens {
            pool(tokens, families);
        }
        if let Ok(runtime) = Handle::try_current() {
            families.gauge(
                "member_verification_tasks",
                "Tasks of the runtime that are alive",
                count(runtime.metrics().num_alive_tasks()),
            );
        }
        if let Some(sessions) = self.sessions.as_ref().and_then(|store| store.len()) {
            families.gauge(
                "member_verification_sessions",
                "Sessions kept in memory",
                count(sessions),
            );
        }
        if let Some(max) = self.sessions.as_ref().and_then(|store| store.capacity()) {
            families.gauge(
                "member_verification_sessions_max",
                "Maximum number of sessions in memory",
                count(max),
            );
        }
        if let Some(health) = self.store.health() {
            redis(&health, families);
        }
        families.counter(
            "member_verification_log_lines_dropped_total",
            "Lines of the log that were dropped, unread or unwritable",
            float(super::dropped_lines()),
        );
        families.counter(
            "member_verification_audit_lines_failed_total",
            "Lines of the audit trail that were not in AUDIT_LOG before their answer",
            float(self.audit.failed_lines()),
        );
        families.info(
            "member_verification_build_info",
            "The running version",
            "version",
            env!("CARGO_PKG_VERSION"),
        );
    }
}

/// Reads the age of the institution or access token. Weak, since the tokens
/// hold the client, the client holds the metrics, and the metrics hold this
/// collector.
#[derive(Debug)]
pub struct TokenCollector<I: Issuer>(pub Weak<Tokens<I>>);

impl<I: Issuer> Collect for TokenCollector<I> {
    fn collect(&self, families: &mut Families) {
        if let Some(age) = self.0.upgrade().and_then(|tokens| tokens.age()) {
            families.gauge(
                &format!(
                    "member_verification_{}_age_seconds",
                    I::NAME.replace(' ', "_")
                ),
                &format!("Time since this process got the {}", I::NAME),
                age.as_secs_f64(),
            );
        }
    }
}

fn pool(tokens: &TokenPool, families: &mut Families) {
    let pool = tokens.status();
    families.gauge(
        "member_verification_pool_ready",
        "Crypto tokens ready to be taken",
        count(pool.ready),
    );
    families.gauge(
        "member_verification_pool_target",
        "Target number of ready crypto tokens",
        count(pool.target),
    );
    families.gauge(
        "member_verification_pool_waiting",
        "Callers waiting for a crypto token",
        count(pool.waiting),
    );
    families.gauge(
        "member_verification_pool_in_flight",
        "Fetches of crypto tokens in flight",
        count(pool.in_flight),
    );
    families.counter(
        "member_verification_pool_takes_ready_total",
        "Takes that found a token ready",
        float(pool.taken_ready),
    );
    families.counter(
        "member_verification_pool_takes_waited_total",
        "Takes that had to wait",
        float(pool.taken_waited),
    );
    families.counter(
        "member_verification_pool_discarded_total",
        "Crypto tokens discarded unused",
        float(pool.discarded),
    );
    families.counter(
        "member_verification_pool_refills_total",
        "Fetches that returned a token",
        float(pool.refills),
    );
    families.counter(
        "member_verification_pool_refill_seconds_total",
        "Time spent in fetches that returned a token",
        pool.refill_time.as_secs_f64(),
    );
    families.gauge(
        "member_verification_breaker_open",
        "1 while refills pause because NICE failed",
        f64::from(u8::from(pool.breaker_open)),
    );
}

fn redis(health: &Health, families: &mut Families) {
    families.gauge(
        "member_verification_store_up",
        "1 while Redis answers, 0 after a failure until it answers again",
        f64::from(u8::from(health.is_well)),
    );
    families.counters(
        "member_verification_store_connections_replaced_total",
        "Connections to Redis that were lost, abandoned or could not be opened",
        "cause",
        health
            .replaced
            .iter()
            .map(|(cause, count)| (*cause, float(*count))),
    );
    families.gauges(
        "member_verification_store_finding",
        "1 if this was found wrong with Redis",
        "finding",
        Finding::ALL.iter().map(|finding| {
            let is_found = health.findings.contains(finding);
            (finding.label(), f64::from(u8::from(is_found)))
        }),
    );
}

fn count(value: usize) -> f64 {
    float(value as u64)
}
