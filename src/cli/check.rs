//! `check`: checks, step by step, what the service needs in production.

mod callers;
mod going_live;
mod network;
mod report;
mod tokens;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Args;

use super::{error::CliError, print};
use crate::{
    audit::AuditTrail,
    clock::Clock,
    config::{AuditConfig, Config, NiceApi, NiceConfig, Reader, RedisConfig, Settings},
    nice::{NiceClient, integrated::IntegratedClient},
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

pub(super) async fn run(args: &CheckArgs) -> Result<ExitCode, CliError> {
    let mut report = Report::default();
    let mut reader = Reader::default();
    let config = args.settings.read(None, &mut reader);
    let going_live = going_live::list(&config.nice.api);
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
            try_audit(&mut report, &service.audit);
            let fleet = try_store(&mut report, service.redis, &nice).await;
            try_nice(&mut report, nice, fleet, service.session_ttl).await;
        }
        Err(mistakes) => {
            for line in mistakes.lines() {
                report.wrong("settings", line);
            }
        }
    }
    print::to_stdout(&going_live);
    Ok(if report.is_well(args.strict) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether the audit trail's file can be written.
fn try_audit(report: &mut Report, config: &AuditConfig) {
    let Some(path) = &config.path else {
        return;
    };
    match AuditTrail::probe(path) {
        Ok(()) => report::ok("audit trail", path),
        Err(error) => report.wrong(
            "audit trail",
            &format!("AUDIT_LOG can't be written: {path}: {error}"),
        ),
    }
}

/// Checks the store; returns where the fleet keeps its token.
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
    // A replica or a node refuses the commands; the cause was reported above.
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
    store.shared_token(&nice.contract())
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
    match config.api {
        NiceApi::StandardWindow => {
            let client =
                NiceClient::new(&settings, config.credentials, Clock::System, Arc::default());
            let Some(client) = built(report, client) else {
                return;
            };
            if network::answers(report, client.transport(), &settings).await {
                let limits = FetchSettings {
                    deadline: config.request_deadline,
                    session_ttl,
                };
                tokens::try_tokens(report, client, config.access_token, fleet, limits).await;
            }
        }
        NiceApi::Integrated(integrated) => {
            let client = IntegratedClient::new(
                &settings,
                config.credentials,
                integrated.window_hosts,
                Clock::System,
                Arc::default(),
            );
            let Some(client) = built(report, client) else {
                return;
            };
            if network::answers(report, client.transport(), &settings).await {
                tokens::try_access_token(report, client, fleet).await;
            }
        }
    }
}

fn built<T>(report: &mut Report, client: Result<T, reqwest::Error>) -> Option<Arc<T>> {
    client
        .map(Arc::new)
        .map_err(|error| {
            report.wrong(
                "TLS",
                &format!("{error}; install this machine's CA certificates, or give NICE_CA_FILE"),
            );
        })
        .ok()
}
