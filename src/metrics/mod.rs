//! What is counted, for Prometheus. Labels come from closed sets: never from
//! a caller, never from an address.

mod families;
mod process;

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use prometheus::{
    HistogramOpts, HistogramVec, IntCounterVec, Opts, TextEncoder, core::Collector,
    exponential_buckets,
};

pub use self::{
    families::{Families, float},
    process::ProcessCollector,
};

/// All names of this service's own metrics begin with it.
const PREFIX: &str = "member_verification";

/// The counters. Each application has its own.
pub struct Metrics {
    requests: IntCounterVec,
    latency: HistogramVec,
    verifications: IntCounterVec,
    refused_fields: IntCounterVec,
    nice_calls: IntCounterVec,
    nice_latency: HistogramVec,
    readings: IntCounterVec,
    unusable: IntCounterVec,
    collectors: Mutex<Vec<Box<dyn Collect>>>,
}

/// Figures that are kept elsewhere and only read for a scrape.
pub trait Collect: Send + Sync + 'static {
    /// Adds the present figures.
    fn collect(&self, families: &mut Families);
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// All counters at zero.
    #[must_use]
    pub fn new() -> Self {
        Self {
            requests: counters(
                "requests_total",
                "Requests by how they ended",
                &["route", "status", "reason"],
            ),
            // 50 µs to 13 s: from a warm request to one that waits for its deadline.
            latency: histograms(
                "request_duration_seconds",
                "Time from a request's head to its answer, or until the caller left",
                "route",
                exponential_buckets(0.000_05, 4.0, 10),
            ),
            verifications: counters(
                "verifications_total",
                "Verifications begun, opened, refused, expired and undecided",
                &["event", "reason"],
            ),
            refused_fields: counters(
                "result_fields_refused_total",
                "Results refused because of one field",
                &["field"],
            ),
            nice_calls: counters(
                "nice_calls_total",
                "Calls to NICE by NICE's code",
                &["operation", "code"],
            ),
            // 5 ms to 10 s.
            nice_latency: histograms(
                "nice_call_duration_seconds",
                "Time of a call to NICE",
                "operation",
                exponential_buckets(0.005, 2.0, 12),
            ),
            readings: counters(
                "nice_readings_total",
                "Results of 통합인증 by what opened them, where NICE's guide is ambiguous",
                &["ticket", "integrity"],
            ),
            unusable: counters(
                "nice_unusable_answers_total",
                "Answers of NICE that can't be used, by what is wrong with them",
                &["operation", "what"],
            ),
            collectors: Mutex::default(),
        }
    }

    /// Adds figures that are read for each scrape.
    pub fn register(&self, collector: impl Collect) {
        self.collectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Box::new(collector));
    }

    /// Counts an answered request; `reason` is empty for success.
    pub fn request(
        &self,
        route: &'static str,
        status: u16,
        reason: &'static str,
        latency: Duration,
    ) {
        self.requests
            .with_label_values(&[route, &status.to_string(), reason])
            .inc();
        self.latency
            .with_label_values(&[route])
            .observe(latency.as_secs_f64());
    }

    /// Counts an event of a verification; `reason` is empty for success.
    pub fn verification(&self, event: &'static str, reason: &'static str) {
        self.verifications.with_label_values(&[event, reason]).inc();
    }

    /// Begins to count these fields at zero: an alert on a rate doesn't see the
    /// first of a counter that wasn't there before.
    pub fn announce_fields(&self, fields: &[&'static str]) {
        for field in fields {
            self.refused_fields.with_label_values(&[field]);
        }
    }

    /// Counts a result that was refused for `field`.
    pub fn refused_field(&self, field: &'static str) {
        self.refused_fields.with_label_values(&[field]).inc();
    }

    /// Counts a call to NICE; `code` is NICE's code, or what failed instead.
    pub fn nice_call(&self, operation: &'static str, code: &str, took: Duration) {
        self.nice_calls.with_label_values(&[operation, code]).inc();
        self.nice_latency
            .with_label_values(&[operation])
            .observe(took.as_secs_f64());
    }

    /// Counts an opened result of 통합인증: whose ticket opened it, and what its
    /// integrity value covered.
    pub fn reading(&self, ticket: &'static str, integrity: &'static str) {
        self.readings.with_label_values(&[ticket, integrity]).inc();
    }

    /// Begins to count these at zero, as [`Metrics::announce_fields`] does.
    pub fn announce_unusable(&self, operation: &'static str, what: &[&'static str]) {
        for what in what {
            self.unusable.with_label_values(&[operation, what]);
        }
    }

    /// Counts an answer that can't be used; `what` is the field that is at
    /// fault, or what the answer is instead of NICE's.
    pub fn unusable(&self, operation: &'static str, what: &'static str) {
        self.unusable.with_label_values(&[operation, what]).inc();
    }

    /// All metrics in [`Metrics::FORMAT`].
    #[must_use]
    pub fn print(&self) -> String {
        let mut families = Families::default();
        families.extend(self.requests.collect());
        families.extend(self.latency.collect());
        families.extend(self.verifications.collect());
        families.extend(self.refused_fields.collect());
        families.extend(self.nice_calls.collect());
        families.extend(self.nice_latency.collect());
        families.extend(self.readings.collect());
        families.extend(self.unusable.collect());
        let collectors = self
            .collectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for collector in collectors.iter() {
            collector.collect(&mut families);
        }
        // Fails for a family without metrics only, and there is none.
        TextEncoder::new()
            .encode_to_string(families.as_slice())
            .unwrap_or_default()
    }

    /// The media type of Prometheus' text format. Prometheus, `promtool` and
    /// other scrapers all read it.
    pub const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
}

fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    IntCounterVec::new(Opts::new(name, help).namespace(PREFIX), labels)
        .unwrap_or_else(|error| unreachable!("{name}: {error}"))
}

fn histograms(
    name: &str,
    help: &str,
    label: &str,
    buckets: prometheus::Result<Vec<f64>>,
) -> HistogramVec {
    buckets
        .and_then(|buckets| {
            let options = HistogramOpts::new(name, help).namespace(PREFIX);
            HistogramVec::new(options.buckets(buckets), &[label])
        })
        .unwrap_or_else(|error| unreachable!("{name}: {error}"))
}
