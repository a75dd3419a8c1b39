//! The log, on standard output: a line an event, text or JSON.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::{Layer, filter::filter_fn, fmt, layer::SubscriberExt, registry};

use crate::config::LogConfig;

/// Begins logging; only the first call has an effect.
pub fn begin(config: LogConfig) {
    // Libraries may print headers or bodies at their finer levels; that
    // nothing secret is logged must not depend on them.
    let ours_or_coarse = filter_fn(|metadata| {
        *metadata.level() <= Level::INFO || metadata.target().starts_with("member_verification")
    });
    let lines = fmt::layer()
        // A full disk is no reason to write to another one, or to panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stdout().is_terminal())
        .with_target(false);
    let lines = if config.json {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .boxed()
    } else {
        lines.boxed()
    };
    let subscriber = registry()
        .with(lines.with_filter(ours_or_coarse))
        .with(config.filter);
    // In tests somebody else may have begun already; then that one stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
