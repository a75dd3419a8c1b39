//! NICE's sandbox as a program of its own: NICE's API and window at NICE's own
//! paths, for a NICE client in any language.

use std::{
    io::{ErrorKind, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use jiff::SignedDuration;
use nice_crypto::{clock::Clock, random::Random, secret::Secret};
use nice_sandbox::{Sandbox, SandboxSettings};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// Exit code for a mistake in the arguments: `EX_USAGE` of `sysexits.h`.
const EXIT_USAGE: u8 = 64;

/// NICE 평가정보's identity verification (본인인증), for development and tests.
///
/// Nothing here is real. Every flag is an environment variable too.
#[derive(Debug, Parser)]
#[command(name = "nice-sandbox", version)]
struct Args {
    /// Address and port; 22001 is NICE's own
    #[arg(
        long,
        env = "BIND",
        value_name = "IP:PORT",
        hide_env_values = true,
        default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 22001)
    )]
    bind: SocketAddr,
    /// Answer every window at once as this persona
    #[arg(
        long,
        value_name = "PERSONA",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "hong",
        value_parser = persona
    )]
    auto_approve: Option<String>,
    /// Client id that the sandbox accepts
    #[arg(
        long,
        env = "SANDBOX_CLIENT_ID",
        value_name = "ID",
        hide_env_values = true,
        default_value = "sandbox-client"
    )]
    sandbox_client_id: String,
    /// Client secret that the sandbox accepts; guards nothing real
    #[arg(
        long,
        env = "SANDBOX_CLIENT_SECRET",
        value_name = "TEXT",
        hide_env_values = true,
        default_value = "sandbox-secret"
    )]
    sandbox_client_secret: String,
    /// Product code that the sandbox accepts
    #[arg(
        long,
        env = "SANDBOX_PRODUCT_ID",
        value_name = "CODE",
        hide_env_values = true,
        default_value = "2101979031"
    )]
    sandbox_product_id: String,
    /// Lifetime of the crypto tokens, 60s-24h
    #[arg(
        long,
        env = "SANDBOX_PERIOD",
        value_name = "TIME",
        hide_env_values = true,
        default_value = "1h",
        value_parser = period
    )]
    sandbox_period: Duration,
}

fn persona(name: &str) -> Result<String, &'static str> {
    Sandbox::knows_persona(name)
        .then(|| name.to_owned())
        .ok_or("is not a persona of the sandbox")
}

fn period(text: &str) -> Result<Duration, &'static str> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|period| Duration::try_from(period).ok())
        .filter(|period| (60..=86_400).contains(&period.as_secs()))
        .ok_or("is not a length of time from 60s to 24h")
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            let code = if error.use_stderr() { EXIT_USAGE } else { 0 };
            return ExitCode::from(code);
        }
    };
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&format!("nice-sandbox: {message}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    let bind = args.bind;
    let listener = TcpListener::bind(bind)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => {
                format!("{bind} is in use by another program; stop it, or try another --bind")
            }
            _ => format!("can't listen on {bind}: {error}"),
        })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let settings = SandboxSettings {
        client_id: args.sandbox_client_id,
        client_secret: Secret::new(args.sandbox_client_secret),
        product_id: args.sandbox_product_id,
        period: args.sandbox_period,
        auto_approve: args.auto_approve,
    };
    let sandbox = Sandbox::new(settings.clone(), Clock::System, Random::System);
    say(&format!(
        "NICE sandbox: nothing here is real.\n\n  \
           base URL           http://{address}\n  \
           client id          {}\n  \
           client secret      {}\n  \
           product            {}\n  \
           institution token  {}\n  \
           pages              http://{address}/sandbox/\n",
        settings.client_id,
        settings.client_secret.expose(),
        settings.product_id,
        sandbox.institution_token().expose(),
    ));
    let no_signals = |error| format!("can't catch signals: {error}");
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    // A fault may hold a request for ever: nothing is waited for at the end.
    tokio::select! {
        ended = axum::serve(listener, sandbox.standalone()) => ended.map_err(|error| error.to_string()),
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}

/// A closed pipe is no failure.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
