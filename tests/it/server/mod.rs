//! Connections: limits, time-outs, shutdown.

mod connections;
mod leaving;
mod overload;
mod stopping;
