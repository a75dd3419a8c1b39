//! The commands, one file each.

mod announce;
mod check;
mod error;
mod errors;
mod explain;
mod healthcheck;
mod listen;
mod open_files;
mod openapi;
mod print;
mod sandbox;
mod serve;
mod settings;
mod signals;
mod token;

use std::{process::ExitCode, time::Duration};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tokio::runtime::Runtime;

use error::CliError;
use signals::EarlySignals;

use crate::{config::with_settings, telemetry::FlushOnDrop};

/// How long the end waits for what runs in the background.
const LAST_TASKS: Duration = Duration::from_millis(500);

/// Identity verification (본인인증) of a storefront, in front of NICE평가정보.
///
/// Every setting is an environment variable; all but the secrets are also
/// flags of the same name. `member-verification serve --sandbox` needs none.
#[derive(Debug, Parser)]
#[command(name = "member-verification", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service, against NICE or (--sandbox) against itself
    Serve(Box<serve::ServeArgs>),
    /// Run the NICE sandbox alone, for any NICE client in any language
    Sandbox(Box<sandbox::StandaloneArgs>),
    /// Say what is wrong with a form, a callback, a call to NICE or keys, and how to fix it
    Explain(explain::ExplainArgs),
    /// Check settings, network, credentials and tokens; one line each
    Check(Box<check::CheckArgs>),
    /// Issue or revoke the institution token, or the access token
    Token(Box<token::TokenArgs>),
    /// Print the OpenAPI document, or a collection for Postman
    Openapi(openapi::OpenapiArgs),
    /// Print each setting of serve, as Markdown
    Settings,
    /// Print each reason, cause and code of NICE, as Markdown
    Errors(errors::ErrorsArgs),
    /// Call /health/ready of the service on this machine; for container probes
    Healthcheck(healthcheck::HealthcheckArgs),
}

/// Runs the command on the command line.
#[must_use]
pub fn main() -> ExitCode {
    let outcome = runtime().and_then(|runtime| {
        let early = EarlySignals::catch(&runtime);
        let cli = match Cli::read() {
            Ok(cli) => cli,
            Err(error) => {
                // --help and --version end here too, without a mistake.
                let code = if error.use_stderr() {
                    crate::config::EXIT_SETTINGS
                } else {
                    0
                };
                let _ = error.print();
                return Ok(ExitCode::from(code));
            }
        };
        let _flush = FlushOnDrop;
        // reqwest is built without a TLS provider, so install one. An error would
        // mean that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let outcome = runtime.block_on(cli.command.run(early));
        // A resolver that hangs must not hold the end up.
        runtime.shutdown_timeout(LAST_TASKS);
        outcome
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            print::last_words(format!("member-verification: {error}"));
            error.exit_code()
        }
    }
}

fn runtime() -> Result<Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed(format!("no runtime: {error}")))
}

impl Cli {
    fn read() -> Result<Self, clap::Error> {
        let mut command = Self::definition();
        let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    }

    fn definition() -> clap::Command {
        with_settings(Self::command())
    }
}

impl Command {
    async fn run(self, early: EarlySignals) -> Result<ExitCode, CliError> {
        match self {
            Self::Serve(args) => serve::run(*args, early.stop()?).await,
            Self::Sandbox(args) => sandbox::run(*args, early.stop()?).await,
            Self::Explain(args) => Ok(explain::run(&args)),
            Self::Check(args) => Box::pin(check::run(&args)).await,
            Self::Token(args) => token::run(*args).await,
            Self::Openapi(args) => Ok(openapi::run(&args)),
            Self::Settings => Ok(settings::run()),
            Self::Errors(args) => Ok(errors::run(&args)),
            Self::Healthcheck(args) => healthcheck::run(&args).await,
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::Cli::definition().debug_assert();
    }
}
