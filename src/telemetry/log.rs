//! The log on standard output: one line per event, as text or JSON.

use std::io::IsTerminal;

use tracing::{Level, Subscriber};
use tracing_subscriber::{
    Layer, filter::filter_fn, fmt, fmt::MakeWriter, layer::SubscriberExt, registry,
};

use super::{json::JsonLines, lines::Lines};
use crate::config::LogConfig;

/// Starts logging. Only the first call has an effect.
pub fn begin(config: LogConfig) {
    let lines = Lines::begin();
    let lines = move || lines;
    // In tests another subscriber may be installed; it stays.
    let _ = tracing::subscriber::set_global_default(subscriber(config, lines));
}

/// A subscriber that writes the log's lines to `writer`.
pub fn subscriber<W>(config: LogConfig, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    // Libraries may log headers or bodies at debug and trace. Secrets must not
    // depend on that.
    let ours_or_coarse = filter_fn(|metadata| {
        *metadata.level() <= Level::INFO || metadata.target().starts_with("member_verification")
    });
    let lines = if config.json {
        JsonLines(writer).boxed()
    } else {
        fmt::layer()
            .with_writer(writer)
            // If the disk is full, don't write elsewhere and don't panic.
            .log_internal_errors(false)
            .with_ansi(std::io::stdout().is_terminal())
            .with_target(false)
            .boxed()
    };
    registry()
        .with(lines)
        .with(ours_or_coarse)
        .with(config.filter)
}
