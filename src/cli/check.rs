//! `check`: checks, step by step, what the service needs in production.

mod callers;
mod network;
mod report;
mod tokens;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Args;

use super::{error::CliError, print};
use crate::{
    clock::Clock,
    config::{Config, NiceConfig, Reader, RedisConfig, Settings},
    nice::NiceClient,
    random::Random,
    store::{Finding, SharedToken},
    token::FetchSettings,
};
use report::Report;

#[derive(Args, Debug)]
#[command(
    after_help = "Exit code 0 when nothing is wrong, 1 otherwise; with --strict also 1 when something is noted."
)]
pub(super) struct CheckArgs {
    /// Count what is merely noted (NOTE) as a failure
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    settings: Settings,
}

const GOING_LIVE: &str = "
Before going live:
  - the egress address of each server is registered in NICE's console (마이 앱 → 허용 IP)
  - the firewall allows connections to svc.niceapi.co.kr, port 22001
  - NICE_PRODUCT_ID is the product that the contract names
  - each of RETURN_URLS is on the origin of the page that opens the window
  - RESULT_API_KEY is known to the shop's server alone
  - RATE_LIMIT or RATE_LIMIT_TOTAL limits what a flood of callers costs at NICE
  - TRUSTED_PROXIES names the proxy in front, or all callers count as one
  - the clock is synchronised (NTP)
  - the shop refuses results whose values begin with SANDBOX

Not tested here, since only a person with a phone can: NICE's standard window,
and whether NICE returns to each of RETURN_URLS.";

pub(super) async fn run(args: &CheckArgs) -> Result<ExitCode, CliError> {
    let mut report = Report::default();
    let mut reader = Reader::default();
    let config = args.settings.read(None, &mut reader);
    match reader.finish(config) {
        Ok(Config {
            nice,
            service,
            warnings,
            ..
        }) => {
            report::ok("settings", "complete");
            for warning in &warnings {
                report.note("settings", warning);
            }
            callers::report(&mut report, &service);
            let fleet = try_store(&mut report, service.redis, &nice).await;
            try_nice(&mut report, nice, fleet, service.session_ttl).await;
        }
        Err(mistakes) => {
            for line in mistakes.lines() {
                report.wrong("settings", line);
            }
        }
    }
    print::to_stdout(GOING_LIVE);
    Ok(if report.is_well(args.strict) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Checks the store; returns where the fleet keeps its institution token.
async fn try_store(
    report: &mut Report,
    redis: Option<RedisConfig>,
    nice: &NiceConfig,
) -> Option<SharedToken> {
    let Some(redis) = redis else {
        report::ok("store", "sessions are kept in memory: one instance only");
        return None;
    };
    let store = redis.open(Random::System);
    let (mut works, mut can_be_reached) = (true, true);
    match store.inspect().await {
        Ok(findings) => {
            for finding in findings {
                if finding.is_fatal() {
                    works = false;
                    report.wrong("store", finding.text());
                } else {
                    report.note("store", finding.text());
                }
            }
        }
        Err(error) if error.is_refusal() => report.note(
            "store",
            &format!("what Redis says of itself was not checked: INFO: {error}"),
        ),
        Err(_) => can_be_reached = false,
    }
    // A replica or a node refuses the commands; why has been told.
    if works || !can_be_reached {
        if let Err(error) = store.probe().await {
            report.wrong("store", &format!("{error}; {}", error.remedy()));
            return None;
        }
        report::ok("store", "Redis answers and knows the commands");
        match store.is_key_foreign().await {
            Ok(true) => report.wrong("store", Finding::ForeignKey.text()),
            Ok(false) => {}
            Err(error) => report.wrong("store", &format!("{error}; {}", error.remedy())),
        }
    }
    store.shared_token(&nice.credentials.contract())
}

/// Each step needs the one before it: the first failure ends the check.
async fn try_nice(
    report: &mut Report,
    config: NiceConfig,
    fleet: Option<SharedToken>,
    session_ttl: Duration,
) {
    let settings = config.client;
    if !network::reach(report, &settings).await {
        return;
    }
    let client = match NiceClient::new(&settings, config.credentials, Clock::System, Arc::default())
    {
        Ok(client) => Arc::new(client),
        Err(error) => {
            report.wrong(
                "TLS",
                &format!("{error}; install this machine's CA certificates, or give NICE_CA_FILE"),
            );
            return;
        }
    };
    if !network::answers(report, client.transport(), &settings).await {
        return;
    }
    let limits = FetchSettings {
        deadline: config.request_deadline,
        session_ttl,
    };
    tokens::try_tokens(report, client, config.access_token, fleet, limits).await;
}
