//! The settings of the listener.

use clap::Args;

use super::{Reader, values};
use crate::server::ServerSettings;

/// How long connections and requests may take.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct ServerArgs {
    /// Longest wait for a request's head
    #[arg(
        long,
        env = "HEADER_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub header_timeout: Option<String>,
    /// Longest wait for a request's body
    #[arg(
        long,
        env = "BODY_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub body_timeout: Option<String>,
    /// Longest silence of a connection between requests
    #[arg(
        long,
        env = "IDLE_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub idle_timeout: Option<String>,
    /// Connections at once; further ones are answered OVERLOADED
    #[arg(
        long,
        env = "MAX_CONNECTIONS",
        value_name = "COUNT",
        hide_env_values = true
    )]
    pub max_connections: Option<String>,
    /// After the signal to stop: how long connections are still accepted,
    /// while /health/ready says no
    #[arg(long, env = "DRAIN_DELAY", value_name = "TIME", hide_env_values = true)]
    pub drain_delay: Option<String>,
    /// After that: how long requests under way may take
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
        ServerSettings {
            header_timeout: reader.value(
                "HEADER_TIMEOUT",
                self.header_timeout.as_ref(),
                values::duration,
            ),
            body_timeout: reader.value(
                "BODY_TIMEOUT",
                self.body_timeout.as_ref(),
                values::duration,
            ),
            idle_timeout: reader.value(
                "IDLE_TIMEOUT",
                self.idle_timeout.as_ref(),
                values::duration,
            ),
            max_connections: reader.value(
                "MAX_CONNECTIONS",
                self.max_connections.as_ref(),
                values::count,
            ),
            drain_delay: reader.value(
                "DRAIN_DELAY",
                self.drain_delay.as_ref(),
                values::duration_or_none,
            ),
            drain_deadline: reader.value(
                "DRAIN_DEADLINE",
                self.drain_deadline.as_ref(),
                values::duration,
            ),
        }
    }
}
