//! `check`: checks, step by step, what the service needs in production.

mod network;
mod report;
mod tokens;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Args;

use super::{error::CliError, print};
use crate::{
    clock::Clock,
    config::{Config, NiceConfig, Reader, RedisConfig, ServiceConfig, Settings},
    http::ResultAccess,
    nice::NiceClient,
    random::Random,
    store::{RedisStore, SharedInstitutionToken, Store},
    token::FetchSettings,
};
use report::Report;

#[derive(Args, Debug)]
#[command(after_help = "Exit code 0 when all is well, 1 otherwise.")]
pub(super) struct CheckArgs {
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
        Ok(Config { nice, service, .. }) => {
            report::ok("settings", "complete");
            report_callers(&service);
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
    Ok(if report.is_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Settings that may be missing, and what the service does without them.
fn report_callers(service: &ServiceConfig) {
    report::ok(
        "results",
        match service.result_access {
            None => "none is opened, since RESULT_API_KEY is not set",
            Some(ResultAccess::Anybody) => "opened for anybody",
            Some(ResultAccess::Keys(_)) => "opened if the caller sends RESULT_API_KEY",
        },
    );
    let admission = &service.admission;
    let limited = admission.per_client.is_some() || admission.total.is_some();
    report::ok(
        "callers",
        match (limited, admission.proxies.is_empty()) {
            (false, _) => {
                "no limit, since neither RATE_LIMIT nor RATE_LIMIT_TOTAL is set: \
                 a flood can use up NICE's quota"
            }
            (true, true) => "limited by the connecting address, since TRUSTED_PROXIES is not set",
            (true, false) => "limited, behind TRUSTED_PROXIES",
        },
    );
}

/// Checks the store; returns where the fleet keeps its institution token.
async fn try_store(
    report: &mut Report,
    redis: Option<RedisConfig>,
    nice: &NiceConfig,
) -> Option<SharedInstitutionToken> {
    let Some(redis) = redis else {
        report::ok("store", "sessions are kept in memory: one instance only");
        return None;
    };
    let store = Store::Redis(RedisStore::new(&redis.address, redis.keys, Random::System));
    match store.probe().await {
        Ok(()) => {
            report::ok("store", "Redis answers and knows the commands");
            store.shared_institution_token(&nice.credentials.contract())
        }
        Err(error) => {
            report.wrong(
                "store",
                &format!("{error}; check REDIS_URL and the network"),
            );
            None
        }
    }
}

/// Each step needs the one before it: the first failure ends the check.
async fn try_nice(
    report: &mut Report,
    config: NiceConfig,
    fleet: Option<SharedInstitutionToken>,
    session_ttl: Duration,
) {
    if !network::reach(report, &config.client).await {
        return;
    }
    let client = match NiceClient::new(
        &config.client,
        config.credentials,
        Clock::System,
        Arc::default(),
    ) {
        Ok(client) => Arc::new(client),
        Err(error) => {
            report.wrong(
                "TLS",
                &format!("{error}; install this machine's CA certificates"),
            );
            return;
        }
    };
    if !network::answers(report, &client).await {
        return;
    }
    let limits = FetchSettings {
        deadline: config.request_deadline,
        session_ttl,
    };
    tokens::try_tokens(report, client, config.access_token, fleet, limits).await;
}
