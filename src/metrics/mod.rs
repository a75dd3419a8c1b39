//! What is counted, in Prometheus form. Labels come from closed sets: never
//! from a caller, never from an address.

mod text_format;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use prometheus_client::{
    collector::Collector,
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

/// What the name of each metric of this service begins with.
const PREFIX: &str = "member_verification";

/// The counters. Cheap to share; each application has its own.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram, fn() -> Histogram>,
    verifications: Family<VerificationLabels, Counter>,
    nice_calls: Family<CallLabels, Counter>,
    nice_latency: Family<OperationLabels, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: u16,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerificationLabels {
    event: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    operation: &'static str,
    code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All counters at nothing.
    #[must_use]
    pub fn new() -> Self {
        let mut root = Registry::default();
        let registry = root.sub_registry_with_prefix(PREFIX);
        let requests = Family::default();
        registry.register("requests", "Requests by how they ended", requests.clone());
        let latency = Family::new_with_constructor(request_buckets as fn() -> Histogram);
        registry.register_with_unit(
            "request_duration",
            "Time from a request's head to its answer, or its caller's leaving",
            Unit::Seconds,
            latency.clone(),
        );
        let verifications = Family::default();
        registry.register(
            "verifications",
            "Verifications begun, opened, refused, expired and undecided",
            verifications.clone(),
        );
        let nice_calls = Family::default();
        registry.register(
            "nice_calls",
            "Calls to NICE by its code",
            nice_calls.clone(),
        );
        let nice_latency = Family::new_with_constructor(nice_buckets as fn() -> Histogram);
        registry.register_with_unit(
            "nice_call_duration",
            "Time of a call to NICE",
            Unit::Seconds,
            nice_latency.clone(),
        );
        Self {
            registry: Mutex::new(root),
            requests,
            latency,
            verifications,
            nice_calls,
            nice_latency,
        }
    }

    /// Adds what is only looked at when it is asked for.
    pub fn register(&self, collector: impl Collector) {
        self.registry()
            .sub_registry_with_prefix(PREFIX)
            .register_collector(Box::new(collector));
    }

    /// The same for what has names of its own, which say nothing of this service.
    pub fn register_unprefixed(&self, collector: impl Collector) {
        self.registry().register_collector(Box::new(collector));
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request was answered; `reason` is empty for success.
    pub fn request(
        &self,
        route: &'static str,
        status: u16,
        reason: &'static str,
        latency: Duration,
    ) {
        let labels = RequestLabels {
            route,
            status,
            reason,
        };
        self.requests.get_or_create(&labels).inc();
        self.latency
            .get_or_create(&RouteLabels { route })
            .observe(latency.as_secs_f64());
    }

    /// Something happened to a verification; `reason` is empty for success.
    pub fn verification(&self, event: &'static str, reason: &'static str) {
        self.verifications
            .get_or_create(&VerificationLabels { event, reason })
            .inc();
    }

    /// NICE was called; `code` is its code or what went wrong instead.
    pub fn nice_call(&self, operation: &'static str, code: &str, took: Duration) {
        let labels = CallLabels {
            operation,
            code: code.to_owned(),
        };
        self.nice_calls.get_or_create(&labels).inc();
        self.nice_latency
            .get_or_create(&OperationLabels { operation })
            .observe(took.as_secs_f64());
    }

    /// All of it, in the text format 0.0.4.
    #[must_use]
    pub fn print_text_format(&self) -> String {
        text_format::from_open_metrics(&self.print())
    }

    /// All of it, as `OpenMetrics`.
    #[must_use]
    pub fn print(&self) -> String {
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry());
        text
    }
}

/// 50 µs to 13 s: from a warm request to one that waits for its deadline.
fn request_buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.000_05, 4.0, 10))
}

/// 5 ms to 10 s.
fn nice_buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.005, 2.0, 12))
}
