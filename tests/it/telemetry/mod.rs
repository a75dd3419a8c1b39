//! Logs, metrics, traces, audit events.

pub(crate) mod audit;
pub(crate) mod logs;
pub(crate) mod metrics;
pub(crate) mod secrets;
pub(crate) mod stalled;
pub(crate) mod tracing;
mod trail;
