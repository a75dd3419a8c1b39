//! What is only looked at when somebody asks for the metrics: the state of
//! the pool and of the session store.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};

use tokio::runtime::Handle;

use crate::{
    store::Store,
    token::{InstitutionTokens, TokenPool},
};

/// Reads the rooms that keep their own figures.
#[derive(Debug)]
pub struct RoomCollector {
    /// The token pool.
    pub tokens: TokenPool,
    /// The session store, if there is one.
    pub sessions: Option<Arc<Store>>,
}

impl Collector for RoomCollector {
    fn encode(&self, encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut rows = Rows(encoder);
        let pool = self.tokens.status();
        rows.gauge("pool_ready", "Crypto tokens ready to be taken", pool.ready)?;
        rows.gauge("pool_target", "Ready crypto tokens aimed at", pool.target)?;
        rows.gauge(
            "pool_waiting",
            "Callers that wait for a crypto token",
            pool.waiting,
        )?;
        rows.gauge(
            "pool_in_flight",
            "Fetches of crypto tokens under way",
            pool.in_flight,
        )?;
        rows.counter(
            "pool_takes_ready",
            "Takes that found a token ready",
            pool.taken_ready,
        )?;
        rows.counter(
            "pool_takes_waited",
            "Takes that had to wait",
            pool.taken_waited,
        )?;
        rows.counter(
            "pool_discarded",
            "Crypto tokens thrown away unused",
            pool.discarded,
        )?;
        rows.counter("pool_refills", "Fetches that brought a token", pool.refills)?;
        let refill = ConstCounter::new(pool.refill_time.as_secs_f64());
        rows.row(
            "pool_refill_seconds",
            "Time spent in fetches that brought a token",
            &refill,
        )?;
        rows.gauge(
            "breaker_open",
            "1 while refills pause because NICE failed",
            usize::from(pool.breaker_open),
        )?;
        if let Ok(runtime) = Handle::try_current() {
            let tasks = runtime.metrics().num_alive_tasks();
            rows.gauge("tasks", "Tasks of the runtime that are alive", tasks)?;
        }
        if let Some(sessions) = self.sessions.as_ref().and_then(|store| store.len()) {
            rows.gauge("sessions", "Sessions kept in memory", sessions)?;
        }
        if let Some(most) = self.sessions.as_ref().and_then(|store| store.capacity()) {
            rows.gauge("sessions_max", "Sessions that may be kept in memory", most)?;
        }
        let labels = [("version", env!("CARGO_PKG_VERSION"))];
        let info = prometheus_client::metrics::info::Info::new(labels);
        rows.row("build", "The version that runs", &info)
    }
}

/// Reads the institution token's age. Its room holds the metrics, by way of
/// the client, so the metrics must not hold the room.
#[derive(Debug)]
pub struct InstitutionCollector(pub Weak<InstitutionTokens>);

impl Collector for InstitutionCollector {
    fn encode(&self, encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let Some(age) = self.0.upgrade().and_then(|tokens| tokens.age()) else {
            return Ok(());
        };
        let age = ConstGauge::new(age.as_secs_f64());
        Rows(encoder).row(
            "institution_token_age_seconds",
            "Time since the institution token came into this process",
            &age,
        )
    }
}

pub(super) struct Rows<'a>(pub(super) DescriptorEncoder<'a>);

impl Rows<'_> {
    pub(super) fn row(
        &mut self,
        name: &str,
        help: &str,
        metric: &impl EncodeMetric,
    ) -> fmt::Result {
        let encoder = self
            .0
            .encode_descriptor(name, help, None, metric.metric_type())?;
        metric.encode(encoder)
    }

    pub(super) fn gauge(&mut self, name: &str, help: &str, value: usize) -> fmt::Result {
        self.row(
            name,
            help,
            &ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)),
        )
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.row(name, help, &ConstCounter::new(value))
    }
}
