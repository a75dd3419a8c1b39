//! `serve`: reads the settings, binds the ports, builds the service, and runs
//! it until a signal.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

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
    assembly::{Surroundings, assemble},
    clock::Clock,
    config::{
        AdminArgs, ListenArgs, LogArgs, LogConfig, NiceArgs, NiceConfig, Reader, SandboxArgs,
        SandboxConfig, ServerArgs, ServiceArgs, ServiceConfig, from_here,
    },
    http::{self, App},
    random::Random,
    sandbox::{MOUNT, Sandbox, SandboxSettings},
    server::{Drained, Server, ServerSettings},
    telemetry,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Secrets, as a variable or as NAME_FILE naming a file, never both:
  NICE_CLIENT_SECRET  client secret, from NICE's console; required
  NICE_ACCESS_TOKEN   an institution token issued before; then none is issued
  RESULT_API_KEY      key that the shop's server sends in X-Api-Key to open
                      results, at least 32 characters; several with commas
                      between, to change it; without it no result is opened
  REDIS_URL           Redis for a fleet, such as redis://10.0.0.2/0 (rediss for
                      TLS); without it sessions are kept in memory
  STORE_KEY           with REDIS_URL: 32 random bytes in base64; several with
                      commas between, to change it: the first seals, all open
  NICE_PROXY          outbound proxy with a fixed egress address, such as
                      http://user:password@10.0.0.1:3128 (HTTP_PROXY and the
                      like are ignored)

Times are written 15m, 2s or 500ms.")]
pub(super) struct ServeArgs {
    /// Run against an embedded NICE sandbox; nothing is real and no setting
    /// is needed
    #[arg(long)]
    sandbox: bool,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    admin: AdminArgs,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    nice: NiceArgs,
    #[command(flatten)]
    sandbox_settings: SandboxArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// All settings of the service.
struct Config {
    bind: SocketAddr,
    /// `None`: the default address, if it is free.
    admin_bind: Option<SocketAddr>,
    server: ServerSettings,
    service: ServiceConfig,
    nice: NiceConfig,
    sandbox: Option<SandboxConfig>,
}

impl ServeArgs {
    fn read(&self) -> Result<(Config, LogConfig), CliError> {
        let mut reader = Reader::default();
        let bind = self.listen.read(&mut reader);
        let admin_bind = self.admin.read(bind, &mut reader);
        let (nice, sandbox) = if self.sandbox {
            SandboxConfig::refuse_live_settings(&self.nice, &mut reader);
            let sandbox = SandboxConfig::read(&self.sandbox_settings, &mut reader);
            let client = NiceConfig::read_client(&self.nice, &mut reader);
            let nice = NiceConfig {
                request_deadline: NiceConfig::read_deadline(&self.nice, &client, &mut reader),
                client,
                credentials: sandbox.credentials.clone(),
                access_token: None,
            };
            (nice, Some(sandbox))
        } else {
            (NiceConfig::read(&self.nice, &mut reader), None)
        };
        let concurrency = nice.client.concurrency;
        let server = self.server.read(&mut reader);
        let service = ServiceConfig::read(&self.service, self.sandbox, concurrency, &mut reader);
        let log = LogConfig::read(&self.log, &mut reader);
        let config = Config {
            bind,
            admin_bind,
            server,
            service,
            nice,
            sandbox,
        };
        Ok(reader.finish((config, log))?)
    }
}

pub(super) async fn run(args: ServeArgs) -> Result<ExitCode, CliError> {
    let (config, log) = args.read()?;
    telemetry::log::begin(log);
    start(config).await?.until_stopped().await
}

/// A service whose ports are bound and whose token pool fills.
struct Running {
    app: Arc<App>,
    server: Server,
    listener: TcpListener,
    admin: Option<TcpListener>,
    refill: JoinHandle<()>,
    signals: StopSignals,
}

/// Binds before it builds, so that a port in use costs no token.
async fn start(mut config: Config) -> Result<Running, CliError> {
    let listener = listen(config.bind, "--bind").await?;
    let admin = listen_admin(config.admin_bind, AdminArgs::default_address()).await?;
    let address = listener
        .local_addr()
        .map_err(|error| CliError::failed(error.to_string()))?;
    let sandbox = config
        .sandbox
        .take()
        .map(|settings| embed(settings, &mut config, address));
    warn_of_no_limit(&config.service);
    open_files::raise(
        config.server.most_connections()
            + metrics_server().most_connections()
            + config.nice.client.concurrency,
    );
    let surroundings = Surroundings {
        sandbox: sandbox.is_some(),
        address,
        clock: Clock::System,
        random: Random::System,
    };
    let (app, refill) = assemble(config.nice, config.service, surroundings)
        .map_err(|error| CliError::failed(error.to_string()))?;
    let server = Server::new(
        config.server,
        http::router(Arc::clone(&app), sandbox.map(|sandbox| sandbox.embedded())),
        http::overloaded(Arc::clone(&app)),
    )
    .telling(app.draining.clone());
    let signals = StopSignals::catch()
        .map_err(|error| CliError::failed(format!("can't catch signals: {error}")))?;
    tracing::info!(%address, "listening");
    Ok(Running {
        app,
        server,
        listener,
        admin,
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
            () = serve_metrics(self.admin, &self.app) => {
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
    signals.next().await;
    tracing::info!("stopping; another signal stops at once");
    // An error means that the server has ended already.
    let _ = stop.send(());
    signals.next().await;
}

/// Never resolves, unless it fails.
async fn serve_metrics(listener: Option<TcpListener>, app: &App) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    if let Ok(address) = listener.local_addr() {
        tracing::info!(metrics = %address, "metrics are served");
    }
    let routes = http::admin_router(Arc::clone(&app.metrics));
    Server::new(metrics_server(), routes.clone(), routes)
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

/// Makes the sandbox, in this process, and points the service at it: over
/// HTTP, with the client that calls NICE.
fn embed(settings: SandboxConfig, config: &mut Config, address: SocketAddr) -> Sandbox {
    let own_url = format!("http://{}{}", from_here(address), MOUNT);
    config.nice.client.base_url = own_url
        .parse()
        .unwrap_or_else(|_| unreachable!("an address makes a URL"));
    let sandbox = Sandbox::new(
        SandboxSettings {
            client_id: settings.credentials.client_id,
            client_secret: settings.credentials.client_secret,
            product_id: settings.credentials.product_id,
            period: settings.period,
            auto_approve: None,
        },
        Clock::System,
        Random::System,
    );
    let credentials = &config.nice.credentials;
    announce::embedded(&sandbox, credentials, address, &config.service.base_path);
    sandbox
}
