//! `serve`: reads the settings, binds the ports, builds the service, and runs
//! it until a signal.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{
    announce,
    error::CliError,
    listen::{listen, listen_admin},
    open_files,
    signals::StopSignals,
};
use crate::{
    assembly::{Environment, assemble},
    clock::Clock,
    config::{
        Config, Mistakes, Reader, SandboxArgs, SandboxConfig, SecretSetting, ServiceConfig,
        Settings, secrets,
    },
    http::{self, App},
    random::Random,
    sandbox::{self, Sandbox},
    server::{Drained, Server, ServerSettings},
    telemetry,
};

#[derive(Args, Debug)]
#[command(after_help = secrets_help())]
pub(super) struct ServeArgs {
    /// Run against an embedded NICE sandbox; nothing is real and no setting
    /// is needed
    #[arg(long)]
    sandbox: bool,
    /// With --sandbox: complete every verification at once, as this persona
    #[arg(
        long,
        value_name = "PERSONA",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = sandbox::settings::PERSONA
    )]
    auto_approve: Option<String>,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    sandbox_settings: SandboxArgs,
}

impl ServeArgs {
    fn read(&self) -> Result<(Config, Option<SandboxConfig>), Mistakes> {
        let mut reader = Reader::default();
        let sandbox = self.sandbox.then(|| {
            let persona = self.auto_approve.clone();
            SandboxConfig::read(
                &self.sandbox_settings,
                sandbox::window_path(),
                persona,
                &mut reader,
            )
        });
        if !self.sandbox && self.auto_approve.is_some() {
            reader.mistake("--auto-approve", "works only with --sandbox");
        }
        let config = self.settings.read(sandbox.as_ref(), &mut reader);
        reader.finish((config, sandbox))
    }
}

/// The end of `--help`: the secrets, which are no flags.
fn secrets_help() -> String {
    let mut text = "Secrets, as a variable or as NAME_FILE naming a file, never both:".to_owned();
    for SecretSetting { name, help } in secrets() {
        let mut line = format!("  {name:<19}");
        for word in help.split_whitespace() {
            if line.len() + word.len() > 79 {
                text = text + "\n" + &line;
                line = " ".repeat(21);
            }
            line = line + " " + word;
        }
        text = text + "\n" + &line;
    }
    text + "\n\nTimes are written 15m, 2s or 500ms."
}

pub(super) async fn run(args: ServeArgs, signals: StopSignals) -> Result<ExitCode, CliError> {
    let (config, sandbox) = args.read()?;
    start(config, sandbox, signals).await?.until_stopped().await
}

/// A service whose ports are bound and whose token pool fills.
struct Running {
    app: Arc<App>,
    server: Server,
    listener: TcpListener,
    admin: Option<TcpListener>,
    metrics: ServerSettings,
    refill: JoinHandle<()>,
    signals: StopSignals,
}

/// Binds before it builds, so that a port in use costs no token.
async fn start(
    mut config: Config,
    sandbox: Option<SandboxConfig>,
    signals: StopSignals,
) -> Result<Running, CliError> {
    telemetry::log::begin(config.log);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let listener = listen(config.bind, "--bind", &[config.admin.bind]).await?;
    let admin = listen_admin(config.admin, config.bind).await?;
    let address = listener
        .local_addr()
        .map_err(|error| CliError::failed(error.to_string()))?;
    let sandbox = sandbox.map(|settings| {
        config.nice.speak_to_sandbox(sandbox::url(address));
        embed(&settings, &config.service.base_path, address)
    });
    warn_of_no_limit(&config.service);
    let mut metrics = metrics_server();
    open_files::provide(
        &mut config.server,
        &mut metrics,
        config.nice.client.concurrency,
    );
    let environment = Environment {
        sandbox: sandbox.is_some().then_some(sandbox::MOUNT),
        address,
        clock: Clock::System,
        random: Random::System,
    };
    let is_sandbox = sandbox.is_some();
    let proxies = config.service.admission.proxies.clone();
    let (app, refill) = assemble(config.nice, config.service, environment)
        .map_err(|error| CliError::failed(error.to_string()))?;
    let server = Server::new(
        config.server,
        http::router(Arc::clone(&app), sandbox.as_ref().map(sandbox::routes)),
        http::overloaded(Arc::clone(&app)),
    )
    .with_draining(app.draining.clone())
    .with_shares(move |peer| {
        // The service calls its own sandbox from there.
        let is_own = is_sandbox && (peer == Ipv4Addr::LOCALHOST || peer == Ipv6Addr::LOCALHOST);
        is_own || proxies.trusts(peer)
    });
    tracing::info!(%address, "listening");
    Ok(Running {
        app,
        server,
        listener,
        admin,
        metrics,
        refill,
        signals,
    })
}

impl Running {
    /// Serves until a signal and the drain that follows it. Ends early with
    /// an error at a second signal, or when a task ends that never should.
    async fn until_stopped(mut self) -> Result<ExitCode, CliError> {
        let (stop, stopped) = oneshot::channel();
        let server = self.server.serve(self.listener, async {
            // An error means that the sender is gone: then nobody can stop it.
            let _ = stopped.await;
        });
        tokio::select! {
            drained = server => match drained {
                Drained::Whole => tracing::info!("stopped"),
                Drained::CutOff(connections) => tracing::warn!(
                    connections,
                    "stopped; requests still in flight at DRAIN_DEADLINE were cut off"
                ),
            },
            ended = self.refill => {
                return Err(CliError::failed(format!("the token pool ended: {ended:?}")));
            }
            () = serve_metrics(self.admin, self.metrics, &self.app) => {
                return Err(CliError::failed("the metrics listener ended"));
            }
            () = second_signal(&mut self.signals, stop) => {
                return Err(CliError::failed("stopped at once by a second signal"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Starts the drain at the first signal; resolves at the second.
async fn second_signal(signals: &mut StopSignals, stop: oneshot::Sender<()>) {
    signals.first().await;
    tracing::info!("stopping; another signal stops at once");
    // An error means that the server has ended already.
    let _ = stop.send(());
    signals.second().await;
}

/// Never resolves, unless it fails.
async fn serve_metrics(listener: Option<TcpListener>, settings: ServerSettings, app: &App) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    if let Ok(address) = listener.local_addr() {
        tracing::info!(metrics = %address, "metrics are served");
    }
    let routes = http::admin_router(Arc::clone(&app.metrics));
    Server::new(settings, routes.clone(), routes)
        .serve(listener, std::future::pending())
        .await;
}

fn metrics_server() -> ServerSettings {
    ServerSettings {
        max_connections: 64,
        ..ServerSettings::default()
    }
}

/// Each verification costs a token, and NICE counts them.
fn warn_of_no_limit(service: &ServiceConfig) {
    if service.admission.per_client.is_none() && service.admission.total.is_none() {
        tracing::warn!(
            "neither RATE_LIMIT nor RATE_LIMIT_TOTAL is set: a flood of callers \
             can use up NICE's quota, unless something in front of this service limits them"
        );
    }
}

fn embed(config: &SandboxConfig, base_path: &str, address: SocketAddr) -> Sandbox {
    let sandbox = sandbox::new(config.settings.clone());
    announce::embedded(&sandbox, &config.settings, address, base_path);
    sandbox
}
