//! `check`: tries, from the ground up, what the service needs to run live.

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use tokio::net::{TcpStream, lookup_host};
use url::Url;

use super::{error::CliError, print};
use crate::{
    clock::Clock,
    config::{
        ListenArgs, LogArgs, LogConfig, NiceArgs, NiceConfig, Reader, ServiceArgs, ServiceConfig,
        socket_address,
    },
    nice::{NiceClient, NiceError, NiceSettings, Outcome},
    random::Random,
    secret::Secret,
    token::{FetchSettings, Fetcher, InstitutionTokens, TokenSource},
};

#[derive(Args, Debug)]
#[command(after_help = "Exit code 0 when all is well, 1 otherwise.")]
pub(super) struct CheckArgs {
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    nice: NiceArgs,
    #[command(flatten)]
    log: LogArgs,
}

const GOING_LIVE: &str = "
Before going live:
  - the egress address of each server is registered in NICE's console (마이 앱 → 허용 IP)
  - the firewall lets the service out to svc.niceapi.co.kr, port 22001
  - NICE_PRODUCT_ID is the product that the contract names
  - each of RETURN_URLS is on the origin of the page that opens the window
  - the clock is kept in step (NTP)
  - the shop refuses results whose values begin with SANDBOX

Not tested here, since only a person with a phone can: NICE's standard window,
and whether NICE returns to each of RETURN_URLS.";

pub(super) async fn run(args: &CheckArgs) -> Result<ExitCode, CliError> {
    let mut report = Report { failures: 0 };
    match read(args) {
        Ok((config, session_ttl)) => {
            report.ok("settings", "complete");
            try_nice(&mut report, config, session_ttl).await;
        }
        Err(CliError::Settings(mistakes)) => {
            for line in mistakes.lines() {
                report.wrong("settings", line);
            }
        }
        Err(error) => return Err(error),
    }
    print::to_stdout(GOING_LIVE);
    Ok(if report.failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(args: &CheckArgs) -> Result<(NiceConfig, std::time::Duration), CliError> {
    let mut reader = Reader::default();
    reader.value(
        "BIND",
        args.listen.bind.as_ref(),
        "127.0.0.1:8080",
        socket_address,
    );
    let nice = NiceConfig::read(&args.nice, &mut reader);
    let service = ServiceConfig::read(&args.service, false, nice.client.concurrency, &mut reader);
    LogConfig::read(&args.log, &mut reader);
    Ok(reader.finish((nice, service.session_ttl))?)
}

/// Each step needs the one before it: the first failure ends the row.
async fn try_nice(report: &mut Report, config: NiceConfig, session_ttl: std::time::Duration) {
    if !network(report, &config.client).await {
        return;
    }
    let client = match NiceClient::new(&config.client, config.credentials, Clock::System) {
        Ok(client) => Arc::new(client),
        Err(error) => {
            report.wrong(
                "TLS",
                &format!("{error}; install this machine's CA certificates"),
            );
            return;
        }
    };
    if !answers(report, &client).await {
        return;
    }
    tokens(
        report,
        client,
        config.access_token,
        config.request_deadline,
        session_ttl,
    )
    .await;
}

async fn network(report: &mut Report, settings: &NiceSettings) -> bool {
    let Some((host, port)) = first_hop(settings) else {
        report.wrong(
            "DNS",
            "the address names no host; check NICE_BASE_URL and NICE_PROXY",
        );
        return false;
    };
    let addresses: Vec<_> = match lookup_host((host.as_str(), port)).await {
        Ok(addresses) => addresses.collect(),
        Err(error) => {
            report.wrong(
                "DNS",
                &format!("{host}: {error}; check this machine's resolver"),
            );
            return false;
        }
    };
    report.ok(
        "DNS",
        &format!("{host} has {} address(es)", addresses.len()),
    );
    let connecting = TcpStream::connect(addresses.as_slice());
    match tokio::time::timeout(settings.connect_timeout, connecting).await {
        Ok(Ok(_)) => {
            report.ok("TCP", &format!("{host}:{port} takes connections"));
            true
        }
        Ok(Err(error)) => {
            report.wrong(
                "TCP",
                &format!("{host}:{port}: {error}; let it through the firewall"),
            );
            false
        }
        Err(_) => {
            report.wrong(
                "TCP",
                &format!("{host}:{port} does not answer; let it through the firewall"),
            );
            false
        }
    }
}

/// The host that this machine itself connects to: NICE, or the proxy.
fn first_hop(settings: &NiceSettings) -> Option<(String, u16)> {
    let url: Url = match &settings.proxy {
        Some(proxy) => proxy.expose().parse().ok()?,
        None => settings.base_url.clone(),
    };
    Some((
        url.host_str()?.trim_matches(['[', ']']).to_owned(),
        url.port_or_known_default()?,
    ))
}

async fn answers(report: &mut Report, client: &NiceClient) -> bool {
    match client.probe().await {
        Ok(skew) => {
            report.ok("TLS", "NICE's server answers");
            match skew.map(|skew| skew.as_secs()) {
                Some(seconds) if seconds.abs() > 120 => report.wrong(
                    "clock",
                    &format!("NICE's clock is {seconds} s ahead of this one; mend the time synchronisation (NTP)"),
                ),
                Some(seconds) => report.ok("clock", &format!("{seconds} s from NICE's")),
                None => report.ok("clock", "NICE sent no Date to compare with"),
            }
            true
        }
        Err(error) => {
            report.wrong(
                "TLS",
                &format!("{error}; check certificates, proxy and NICE_BASE_URL"),
            );
            false
        }
    }
}

async fn tokens(
    report: &mut Report,
    client: Arc<NiceClient>,
    stored: Option<Secret>,
    deadline: std::time::Duration,
    session_ttl: std::time::Duration,
) {
    let origin = if stored.is_some() {
        "the stored one (NICE_ACCESS_TOKEN) is used; none was issued"
    } else {
        "there was none stored: one was issued by this check"
    };
    let institution = Arc::new(InstitutionTokens::new(Arc::clone(&client), stored, None));
    match institution.get().await {
        Ok(_) => report.ok("institution token", origin),
        Err(error) => return report.refused("institution token", &error),
    }
    let settings = FetchSettings {
        deadline,
        session_ttl,
    };
    let fetcher = Fetcher::new(client, institution, settings, Clock::System, Random::System);
    match fetcher.fetch(true).await {
        Ok(token) => report.ok(
            "crypto token",
            &format!("issued for site {}", token.site_code),
        ),
        Err(error) => report.refused("crypto token", &error),
    }
}

struct Report {
    failures: usize,
}

impl Report {
    fn ok(&self, what: &str, detail: &str) {
        let _ = self;
        print::to_stdout(&format!("ok     {what:<18} {detail}"));
    }

    fn wrong(&mut self, what: &str, detail: &str) {
        self.failures += 1;
        print::to_stdout(&format!("WRONG  {what:<18} {detail}"));
    }

    fn refused(&mut self, what: &str, error: &NiceError) {
        let remedy = match error.outcome() {
            Outcome::Refused(cause) => cause.remedy().en,
            Outcome::Unavailable | Outcome::TimedOut => "Try again shortly.",
        };
        self.wrong(what, &format!("{error}. {remedy}"));
    }
}
