//! The settings that concern the log.

use tracing_subscriber::EnvFilter;

use super::{LogArgs, Reader};

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
            json: reader.value("LOG_FORMAT", args.log_format.as_ref(), |text| match text {
                "text" => Ok(false),
                "json" => Ok(true),
                _ => Err("is neither text nor json".to_owned()),
            }),
            filter: reader.value("RUST_LOG", args.rust_log.as_ref(), |text| {
                EnvFilter::try_new(text).map_err(|error| format!("is not a log filter: {error}"))
            }),
        }
    }
}
