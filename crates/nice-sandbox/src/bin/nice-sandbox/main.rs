//! NICE's sandbox as a program of its own: NICE's API and window at NICE's own
//! paths, for a NICE client in any language.

mod args;
mod parent;
mod signals;
#[cfg(feature = "tls")]
mod tls;

use std::{
    fmt::Debug,
    io::{IsTerminal, Write},
    process::ExitCode,
};

use axum::{Router, serve::Listener};
use clap::Parser;
use nice_crypto::{clock::Clock, random::Random};
use nice_sandbox::{
    Sandbox, explain, greeting,
    listen::{from_here, listen},
};
use tracing_subscriber::EnvFilter;

use args::{Args, Command, Config, Greeting, Mistakes};
use signals::StopSignals;

/// Exit code for a mistake in the settings: `EX_USAGE` of `sysexits.h`.
const EXIT_SETTINGS: u8 = 64;

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            let code = if error.use_stderr() { EXIT_SETTINGS } else { 0 };
            return ExitCode::from(code);
        }
    };
    if let Some(Command::Explain(args)) = &args.command {
        return explain::command::run(args);
    }
    let config = match args.read() {
        Ok(config) => config,
        Err(Mistakes(mistakes)) => {
            say(&format!(
                "nice-sandbox: the settings have {} mistake(s):\n  {}",
                mistakes.len(),
                mistakes.join("\n  ")
            ));
            return ExitCode::from(EXIT_SETTINGS);
        }
    };
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&format!("nice-sandbox: {message}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), String> {
    // Before the greeting: whoever waits for it may stop the program at once.
    let stop = StopSignals::catch().map_err(|error| format!("can't catch signals: {error}"))?;
    begin_log(config.is_json, config.filter.clone());
    let sandbox = Sandbox::new(config.sandbox.clone(), Clock::System, Random::System);
    #[cfg(feature = "tls")]
    if let Some(settings) = &config.tls {
        let (listener, how_to_use) = tls::listen(settings, Clock::System.now()).await?;
        greet(&config, tls::BASE_URL, &sandbox);
        say(&how_to_use);
        return serve(&config, listener, tls::behind(sandbox.standalone()), stop).await;
    }
    let listener = listen(config.bind, "--bind", &[]).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    greet(&config, &format!("http://{}", from_here(address)), &sandbox);
    serve(&config, listener, sandbox.standalone(), stop).await
}

fn greet(config: &Config, base_url: &str, sandbox: &Sandbox) {
    let token = sandbox.institution_token();
    match config.greeting {
        Greeting::Text => say(&greeting::greeting(
            base_url,
            &config.sandbox,
            token.expose(),
        )),
        Greeting::Json => tell(&greeting::greeting_json(
            base_url,
            &config.sandbox,
            token.expose(),
        )),
    }
}

async fn serve<L>(
    config: &Config,
    listener: L,
    sandbox: Router,
    mut stop: StopSignals,
) -> Result<(), String>
where
    L: Listener<Addr: Debug>,
{
    // A fault may hold a request for ever: nothing is waited for at the end.
    tokio::select! {
        ended = axum::serve(listener, sandbox) => ended.map_err(|error| error.to_string()),
        () = stop.first() => Ok(()),
        () = parent::gone(), if config.until_stdin_closes => Ok(()),
    }
}

fn begin_log(is_json: bool, filter: EnvFilter) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_ansi(std::io::stdout().is_terminal())
        .with_target(false);
    if is_json {
        log.json().flatten_event(true).init();
    } else {
        log.init();
    }
}

/// A closed pipe is no failure.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// To the program that started this one.
fn tell(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
