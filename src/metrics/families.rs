//! The figures of one scrape.

use prometheus::proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType};

/// Collects figures under their full names, the service's prefix included.
#[derive(Debug, Default)]
pub struct Families(Vec<MetricFamily>);

impl Families {
    /// A figure that rises and falls.
    pub fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.push(name, help, MetricType::GAUGE, gauge(value));
    }

    /// A figure that only rises.
    pub fn counter(&mut self, name: &str, help: &str, value: f64) {
        let mut counter = Counter::default();
        counter.set_value(value);
        let mut metric = Metric::default();
        metric.set_counter(counter);
        self.push(name, help, MetricType::COUNTER, metric);
    }

    /// Figures that only rise, with a label from a closed set.
    pub fn counters(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'static str, f64)>,
    ) {
        let metrics = values.into_iter().map(|(of, value)| {
            let mut counter = Counter::default();
            counter.set_value(value);
            let mut metric = Metric::default();
            metric.set_counter(counter);
            metric.set_label(vec![pair(label, of)]);
            metric
        });
        self.push_all(name, help, MetricType::COUNTER, metrics.collect());
    }

    /// Figures that rise and fall, with a label from a closed set.
    pub fn gauges(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'static str, f64)>,
    ) {
        let metrics = values.into_iter().map(|(of, value)| {
            let mut metric = gauge(value);
            metric.set_label(vec![pair(label, of)]);
            metric
        });
        self.push_all(name, help, MetricType::GAUGE, metrics.collect());
    }

    /// A text, as the label of a gauge that is always 1.
    pub fn info(&mut self, name: &str, help: &str, label: &str, value: &str) {
        let mut metric = gauge(1.0);
        metric.set_label(vec![pair(label, value)]);
        self.push(name, help, MetricType::GAUGE, metric);
    }

    /// Adds what is not empty: counters without a sample have no line.
    pub(super) fn extend(&mut self, families: Vec<MetricFamily>) {
        let sampled = |family: &MetricFamily| !family.get_metric().is_empty();
        self.0.extend(families.into_iter().filter(sampled));
    }

    pub(super) fn as_slice(&self) -> &[MetricFamily] {
        &self.0
    }

    fn push(&mut self, name: &str, help: &str, kind: MetricType, metric: Metric) {
        self.push_all(name, help, kind, vec![metric]);
    }

    fn push_all(&mut self, name: &str, help: &str, kind: MetricType, metrics: Vec<Metric>) {
        let mut family = MetricFamily::default();
        family.set_name(name.to_owned());
        family.set_help(help.to_owned());
        family.set_field_type(kind);
        family.set_metric(metrics);
        self.0.push(family);
    }
}

fn pair(label: &str, value: &str) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name(label.to_owned());
    pair.set_value(value.to_owned());
    pair
}

fn gauge(value: f64) -> Metric {
    let mut gauge = Gauge::default();
    gauge.set_value(value);
    let mut metric = Metric::default();
    metric.set_gauge(gauge);
    metric
}

/// A count as a value of Prometheus.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "Prometheus' values are floats, exact up to 2^53"
)]
pub const fn float(count: u64) -> f64 {
    count as f64
}
