//! The settings of the listener.

use std::time::Duration;

use clap::Args;

use super::{Reader, values};
use crate::http::server::ServerSettings;

/// How long connections and requests may take.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct ServerArgs {
    /// Longest wait for a request's head [default: 10s]
    #[arg(
        long,
        env = "HEADER_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub header_timeout: Option<String>,
    /// Longest wait for a request's body [default: 10s]
    #[arg(
        long,
        env = "BODY_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub body_timeout: Option<String>,
    /// Longest silence of a connection between requests [default: 75s]
    #[arg(
        long,
        env = "IDLE_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub idle_timeout: Option<String>,
    /// Connections at once; further ones are answered OVERLOADED
    /// [default: 16384]
    #[arg(
        long,
        env = "MAX_CONNECTIONS",
        value_name = "COUNT",
        hide_env_values = true
    )]
    pub max_connections: Option<String>,
    /// After the signal to stop: how long connections are still accepted,
    /// while /health/ready says no [default: 0s]
    #[arg(long, env = "DRAIN_DELAY", value_name = "TIME", hide_env_values = true)]
    pub drain_delay: Option<String>,
    /// After that: how long requests under way may take [default: 15s]
    #[arg(
        long,
        env = "DRAIN_DEADLINE",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub drain_deadline: Option<String>,
}

impl ServerArgs {
    /// Reads all of it.
    pub fn read(&self, reader: &mut Reader) -> ServerSettings {
        let default = ServerSettings::default();
        let mut time = |name, given: &Option<String>, default: Duration| {
            reader
                .optional(name, given.as_ref(), values::duration)
                .unwrap_or(default)
        };
        ServerSettings {
            header_timeout: time(
                "HEADER_TIMEOUT",
                &self.header_timeout,
                default.header_timeout,
            ),
            body_timeout: time("BODY_TIMEOUT", &self.body_timeout, default.body_timeout),
            idle_timeout: time("IDLE_TIMEOUT", &self.idle_timeout, default.idle_timeout),
            drain_deadline: time(
                "DRAIN_DEADLINE",
                &self.drain_deadline,
                default.drain_deadline,
            ),
            drain_delay: reader
                .optional(
                    "DRAIN_DELAY",
                    self.drain_delay.as_ref(),
                    values::duration_or_none,
                )
                .unwrap_or(default.drain_delay),
            max_connections: reader
                .optional(
                    "MAX_CONNECTIONS",
                    self.max_connections.as_ref(),
                    values::count,
                )
                .unwrap_or(default.max_connections),
        }
    }
}
