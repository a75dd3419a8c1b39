//! `serve`: settings, then the port, then the rooms from the ground up.

use std::{io::ErrorKind, net::SocketAddr, process::ExitCode, sync::Arc};

use clap::Args;
use tokio::{net::TcpListener, sync::oneshot};
use url::Url;

use super::{error::CliError, open_files, print, sandbox, signals::StopSignals};
use crate::{
    assembly::{Surroundings, assemble},
    clock::Clock,
    config::{
        AdminArgs, ListenArgs, LogArgs, LogConfig, NiceArgs, NiceConfig, Reader, SandboxArgs,
        SandboxConfig, ServerArgs, ServiceArgs, ServiceConfig, from_here,
    },
    http::{
        self, App,
        server::{Drained, Server, ServerSettings},
    },
    random::Random,
    sandbox::{MOUNT, Sandbox, SandboxSettings},
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
    let (mut config, log) = args.read()?;
    telemetry::log::begin(log);
    let listener = listen(config.bind, "--bind").await?;
    let admin = listen_admin(config.admin_bind).await?;
    let address = listener
        .local_addr()
        .map_err(|error| CliError::failed(error.to_string()))?;
    let sandbox = config
        .sandbox
        .take()
        .map(|settings| embed(settings, &mut config, address));
    if let Some(sandbox) = &sandbox {
        announce(sandbox, &config, address);
    }
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
    let mut signals = StopSignals::catch()
        .map_err(|error| CliError::failed(format!("can't catch signals: {error}")))?;
    let (stop, stopped) = oneshot::channel();
    let server = Server::new(
        config.server,
        http::router(Arc::clone(&app), sandbox.map(|sandbox| sandbox.embedded())),
        http::overloaded(Arc::clone(&app)),
    )
    .telling(app.draining.clone())
    .serve(listener, async {
        // Without a sender there is nobody who could stop it.
        let _ = stopped.await;
    });
    tracing::info!(address = %address, "listening");
    tokio::select! {
        drained = server => match drained {
            Drained::Whole => tracing::info!("stopped"),
            Drained::CutOff(connections) => tracing::warn!(
                connections,
                "stopped; requests still under way at DRAIN_DEADLINE were cut off"
            ),
        },
        ended = refill => {
            return Err(CliError::failed(format!("the token pool ended: {ended:?}")));
        }
        () = serve_metrics(admin, &app) => {
            return Err(CliError::failed("the metrics' listener ended"));
        }
        () = stop_at_once(&mut signals, stop) => {
            return Err(CliError::failed("stopped at once by a second signal"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first signal begins the drain; resolves at the second.
async fn stop_at_once(signals: &mut StopSignals, stop: oneshot::Sender<()>) {
    signals.next().await;
    tracing::info!("stopping; another signal stops at once");
    // If nobody hears it, the server has ended.
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

/// Each verification that is begun costs a token, and NICE counts them.
fn warn_of_no_limit(service: &ServiceConfig) {
    if service.admission.per_client.is_none() && service.admission.total.is_none() {
        tracing::warn!(
            "neither RATE_LIMIT nor RATE_LIMIT_TOTAL is set: a flood of callers \
             can use up NICE's quota, unless something in front of this service limits them"
        );
    }
}

/// The sandbox in this very process; the service speaks to it over HTTP,
/// with the client that speaks to NICE.
fn embed(settings: SandboxConfig, config: &mut Config, address: SocketAddr) -> Sandbox {
    config.nice.client.base_url = own_url(address);
    Sandbox::new(
        SandboxSettings {
            client_id: settings.credentials.client_id,
            client_secret: settings.credentials.client_secret,
            product_id: settings.credentials.product_id,
            period: settings.period,
            auto_approve: None,
        },
        Clock::System,
        Random::System,
    )
}

/// Where the embedded sandbox is.
fn own_url(address: SocketAddr) -> Url {
    format!("http://{}{}", from_here(address), MOUNT)
        .parse()
        .unwrap_or_else(|_| unreachable!("an address makes a URL"))
}

fn announce(sandbox: &Sandbox, config: &Config, address: SocketAddr) {
    tracing::warn!("SANDBOX: nothing here is real, NICE is never asked, everybody is verified");
    let base_path = &config.service.base_path;
    let nice = sandbox::describe(own_url(address), &config.nice.credentials, sandbox);
    let address = from_here(address);
    print::to_stderr(&format!(
        "\nSANDBOX: nothing here is real. A shop's page, to verify in the browser:\n\n  \
         http://{address}/demo\n\n\
         To begin a verification by hand, paste this into another terminal:\n\n  \
         curl -s -X POST http://{address}{base_path}/v1/member/getOAuthToken \\\n    \
         -H 'content-type: application/json' -d '{{}}'\n\n\
         The API's description, to try it from a browser: http://{address}/docs/\n\n\
         For a NICE client of your own:\n{nice}\n"
    ));
}

/// Binds the port; one that is taken is named, with one that is free.
pub(super) async fn listen(bind: SocketAddr, flag: &str) -> Result<TcpListener, CliError> {
    match TcpListener::bind(bind).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let free = free_neighbour(bind).await;
            Err(CliError::failed(format!(
                "{bind} is in use by another program; stop it, or try {flag} {free}"
            )))
        }
        Err(error) => Err(CliError::failed(format!("can't listen on {bind}: {error}"))),
    }
}

/// The metrics' own port. Without one that was asked for, a second service
/// on a developer's machine goes on without metrics rather than not at all.
async fn listen_admin(bind: Option<SocketAddr>) -> Result<Option<TcpListener>, CliError> {
    if let Some(bind) = bind {
        return listen(bind, "--admin-bind").await.map(Some);
    }
    match listen(AdminArgs::default_address(), "--admin-bind").await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) => {
            tracing::warn!(%error, "no metrics");
            Ok(None)
        }
    }
}

async fn free_neighbour(taken: SocketAddr) -> SocketAddr {
    let mut candidate = taken;
    for port in (1..=50).filter_map(|step| taken.port().checked_add(step)) {
        candidate.set_port(port);
        if TcpListener::bind(candidate).await.is_ok() {
            return candidate;
        }
    }
    // The operating system picks one.
    candidate.set_port(0);
    candidate
}
