//! `sandbox`: NICE alone, at NICE's own paths, for any NICE client.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use clap::Args;

use super::{announce, error::CliError, listen::listen, signals::StopSignals};
use crate::{
    config::{
        LogArgs, LogConfig, Reader, SandboxArgs, SandboxConfig, Setting, setting, socket_address,
    },
    sandbox::{self, settings},
    server::{Server, ServerSettings},
    telemetry,
};

#[derive(Args, Debug)]
pub(super) struct StandaloneArgs {
    /// Address and port; the default port is NICE's own
    #[arg(long, env, value_name = "IP:PORT", default_value = settings::BIND)]
    #[arg(value_parser = setting(socket_address))]
    bind: Setting<SocketAddr>,
    /// Complete every verification at once, as this persona
    #[arg(
        long,
        value_name = "PERSONA",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = settings::PERSONA
    )]
    auto_approve: Option<String>,
    #[command(flatten)]
    sandbox: SandboxArgs,
    #[command(flatten)]
    log: LogArgs,
}

pub(super) async fn run(
    args: StandaloneArgs,
    mut signals: StopSignals,
) -> Result<ExitCode, CliError> {
    let mut reader = Reader::default();
    let bind = reader.take(&args.bind);
    let config = SandboxConfig::read(
        &args.sandbox,
        sandbox::window_path(),
        args.auto_approve,
        &mut reader,
    );
    let log = LogConfig::read(&args.log, &mut reader);
    let (bind, config, log) = reader.finish((bind, config, log))?;
    telemetry::log::begin(log);
    let listener = listen(bind, "--bind", &[]).await?;
    let address = listener
        .local_addr()
        .map_err(|error| CliError::failed(error.to_string()))?;
    let sandbox = sandbox::new(config.settings.clone());
    announce::standalone(&sandbox, &config.settings, address);
    let routes = sandbox.standalone();
    let settings = ServerSettings {
        // A fault may hold a request without limit, and nothing is lost by
        // ending it.
        drain_deadline: Duration::ZERO,
        ..ServerSettings::default()
    };
    Server::new(settings, routes.clone(), routes)
        .serve(listener, signals.first())
        .await;
    Ok(ExitCode::SUCCESS)
}
