//! The settings of the listener.

use std::time::Duration;

use clap::Args;

use super::{
    Reader, Setting,
    setting::setting,
    values::{count, duration, duration_or_none},
};
use crate::server::ServerSettings;

/// How long connections and requests may take.
#[expect(clippy::doc_markdown, reason = "the comments are the text of --help")]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct ServerArgs {
    /// Time limit for receiving the headers of a request
    #[arg(long, env, value_name = "TIME", default_value = "10s")]
    #[arg(value_parser = setting(duration))]
    header_timeout: Setting<Duration>,
    /// Time limit for receiving the body of a request
    #[arg(long, env, value_name = "TIME", default_value = "10s")]
    #[arg(value_parser = setting(duration))]
    body_timeout: Setting<Duration>,
    /// Idle timeout of a keep-alive connection
    #[arg(long, env, value_name = "TIME", default_value = "75s")]
    #[arg(value_parser = setting(duration))]
    idle_timeout: Setting<Duration>,
    /// Maximum number of open connections; further ones get OVERLOADED, unless
    /// an address outside TRUSTED_PROXIES has more than a quarter: then its
    /// idle ones are closed
    #[arg(long, env, value_name = "COUNT", default_value = "16384")]
    #[arg(value_parser = setting(count))]
    max_connections: Setting<usize>,
    /// After the signal to stop: how long the service still accepts
    /// connections, while /health/ready already fails
    #[arg(long, env, value_name = "TIME", default_value = "0s")]
    #[arg(value_parser = setting(duration_or_none))]
    drain_delay: Setting<Duration>,
    /// After DRAIN_DELAY: how long requests in flight may take to finish
    #[arg(long, env, value_name = "TIME", default_value = "15s")]
    #[arg(value_parser = setting(duration))]
    drain_deadline: Setting<Duration>,
}

impl ServerArgs {
    /// Reads all of it.
    pub fn read(&self, reader: &mut Reader) -> ServerSettings {
        ServerSettings {
            header_timeout: reader.take(&self.header_timeout),
            body_timeout: reader.take(&self.body_timeout),
            idle_timeout: reader.take(&self.idle_timeout),
            max_connections: reader.take(&self.max_connections),
            max_turned_away: ServerSettings::default().max_turned_away,
            drain_delay: reader.take(&self.drain_delay),
            drain_deadline: reader.take(&self.drain_deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches, builder::Resettable};

    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_listener() {
        let command = ServerArgs::augment_args(Command::new("test"));
        let without_environment = command.mut_args(|arg| arg.env(Resettable::Reset));
        let matches = without_environment.get_matches_from(["test"]);
        let args = ServerArgs::from_arg_matches(&matches).unwrap();
        assert_eq!(
            format!("{:?}", args.read(&mut Reader::default())),
            format!("{:?}", ServerSettings::default()),
        );
    }
}
