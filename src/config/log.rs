//! The settings of the log.

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{Reader, Setting, setting::setting};

/// How the log is written.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Format of the log: text for people, json for machines
    #[arg(long, env, value_name = "FORMAT", default_value = "text")]
    #[arg(value_parser = setting(is_json))]
    log_format: Setting<bool>,
    /// Level of the log: error, warn, info, debug or trace; or a tracing
    /// filter
    #[arg(long, env, value_name = "FILTER", default_value = "info")]
    #[arg(value_parser = setting(filter))]
    rust_log: Setting<EnvFilter>,
}

/// How the log is written.
#[derive(Debug)]
pub struct LogConfig {
    /// `LOG_FORMAT=json`.
    pub json: bool,
    /// `RUST_LOG`.
    pub filter: EnvFilter,
}

impl LogConfig {
    /// Reads both settings.
    pub fn read(args: &LogArgs, reader: &mut Reader) -> Self {
        Self {
            json: reader.take(&args.log_format),
            filter: reader.take(&args.rust_log),
        }
    }
}

fn is_json(text: &str) -> Result<bool, String> {
    match text {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err("is neither text nor json".to_owned()),
    }
}

fn filter(text: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(text).map_err(|error| format!("is not a log filter: {error}"))
}
