//! The network, from DNS to NICE's answer; each step needs the one before it.
//!
//! Connecting is left to the connector that the HTTP client uses, so that
//! what is well here is well there.

use std::{error::Error, io, time::Duration};

use axum::http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::{
    net::lookup_host,
    time::{Instant, timeout},
};
use tower_service::Service;

use super::report::{self, Report};
use crate::nice::{CLOCK_TOLERANCE, NiceError, NiceSettings, Obstacle, Stage, Transport};

/// How long to wait for a slow resolver before it counts as dead.
const LONGEST_LOOKUP: Duration = Duration::from_secs(10);
/// A resolver is slow from here on.
const SLOW_LOOKUP: Duration = Duration::from_millis(500);

/// The host that this machine itself connects to: NICE, or the proxy.
struct Hop {
    host: String,
    port: u16,
    setting: &'static str,
    /// As the lines name it.
    name: String,
}

impl Hop {
    fn first(settings: &NiceSettings) -> Option<Self> {
        let (host, port, setting, role) = if let Some(proxy) = &settings.proxy {
            let (host, port) = proxy.hop();
            (host, port, "NICE_PROXY", "the proxy ")
        } else {
            let url = &settings.base_url;
            let port = url.port_or_known_default()?;
            (url.host_str()?, port, "NICE_BASE_URL", "")
        };
        Some(Self {
            name: format!("{role}{host}:{port}"),
            host: host.to_owned(),
            port,
            setting,
        })
    }

    /// Without the brackets that a URL puts around an IPv6 address.
    fn bare_host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }
}

/// Whether the first host on the way to NICE accepts connections.
pub(super) async fn reach(report: &mut Report, settings: &NiceSettings) -> bool {
    let Some(hop) = Hop::first(settings) else {
        report.wrong(
            "DNS",
            "the address names no host; check NICE_BASE_URL and NICE_PROXY",
        );
        return false;
    };
    resolves(report, &hop, settings.connect_timeout).await
        && accepts(report, &hop, settings.connect_timeout).await
}

async fn resolves(report: &mut Report, hop: &Hop, limit: Duration) -> bool {
    let Hop { host, setting, .. } = hop;
    let began = Instant::now();
    let found = timeout(
        LONGEST_LOOKUP.max(limit),
        lookup_host((hop.bare_host(), hop.port)),
    )
    .await;
    let took = began.elapsed();
    let seconds = took.as_secs_f64();
    match found {
        Ok(Ok(addresses)) if took < limit => {
            let slow = if took > SLOW_LOOKUP {
                format!(", after {seconds:.1} s")
            } else {
                String::new()
            };
            let count = match addresses.count() {
                1 => "one address".to_owned(),
                count => format!("{count} addresses"),
            };
            report::ok("DNS", &format!("{host} has {count}{slow}"));
            true
        }
        Ok(Ok(_)) => {
            report.wrong(
                "DNS",
                &format!(
                    "{host}: DNS took {seconds:.1} s, longer than NICE_CONNECT_TIMEOUT; fix this \
                     machine's resolver"
                ),
            );
            false
        }
        Ok(Err(error)) => {
            report.wrong(
                "DNS",
                &format!("{host}: {error}; check this machine's resolver, and {setting}"),
            );
            false
        }
        Err(_) => {
            report.wrong(
                "DNS",
                &format!("{host}: no answer after {seconds:.0} s; fix this machine's resolver"),
            );
            false
        }
    }
}

/// Tries the addresses as the HTTP client does: both families in a race.
async fn accepts(report: &mut Report, hop: &Hop, limit: Duration) -> bool {
    let Hop {
        name,
        host,
        port,
        setting,
    } = hop;
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(limit));
    let connecting = async {
        let uri: Uri = format!("http://{host}:{port}/").parse().ok()?;
        Some(connector.call(uri).await)
    };
    let (kind, root) = match timeout(limit, connecting).await {
        Ok(Some(Ok(_))) => {
            report::ok("TCP", &format!("{name} accepts connections"));
            return true;
        }
        Ok(Some(Err(error))) => root_of(&error),
        Ok(None) => (
            io::ErrorKind::InvalidInput,
            "it is not an address".to_owned(),
        ),
        Err(_) => (io::ErrorKind::TimedOut, String::new()),
    };
    let obstacle = Obstacle::tcp(name, setting, *port, kind, &root);
    report.wrong("TCP", &format!("{obstacle}; {}", obstacle.remedy()));
    false
}

fn root_of(error: &(dyn Error + 'static)) -> (io::ErrorKind, String) {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    let kind = root.downcast_ref().map(io::Error::kind);
    (kind.unwrap_or(io::ErrorKind::Other), root.to_string())
}

/// Whether NICE answers, over TLS unless it is on this machine; and what time
/// it is there.
pub(super) async fn answers(
    report: &mut Report,
    nice: &Transport,
    settings: &NiceSettings,
) -> bool {
    let transport = match settings.base_url.scheme() {
        "http" => "HTTP",
        _ => "TLS",
    };
    match nice.probe().await {
        Ok(skew) => {
            if let Some(proxy) = &settings.proxy {
                report::ok(
                    "proxy",
                    &format!("{proxy} lets connections to NICE through"),
                );
            }
            report::ok(
                transport,
                match transport {
                    "HTTP" => "an answer, in clear text: NICE_BASE_URL is http, on this machine",
                    _ => "NICE's server answers, its certificate is verified",
                },
            );
            match skew {
                Some(skew) if skew.abs() > CLOCK_TOLERANCE => report.wrong(
                    "clock",
                    &format!(
                        "this clock is {} s {} NICE's; fix the time synchronisation (NTP)",
                        skew.as_secs().abs(),
                        if skew.is_positive() {
                            "behind"
                        } else {
                            "ahead of"
                        },
                    ),
                ),
                Some(skew) => report::ok("clock", &format!("{} s from NICE's", skew.as_secs())),
                None => report::ok("clock", "NICE sent no Date to compare with"),
            }
            true
        }
        Err(NiceError::Unreachable(obstacle)) => {
            let obstacle = told_apart(obstacle, settings, transport);
            let what = match obstacle.stage() {
                Stage::Dns => "DNS",
                Stage::Tcp => "TCP",
                Stage::Proxy => "proxy",
                Stage::Tls => "TLS",
                Stage::Connecting | Stage::Http => transport,
            };
            report.wrong(what, &format!("{obstacle}; {}", obstacle.remedy()));
            false
        }
        Err(error) => {
            report.wrong(
                transport,
                &format!(
                    "{error}; the server at {} accepts connections, but sends nothing",
                    settings.base_url
                ),
            );
            false
        }
    }
}

/// The connection was accepted a moment ago, so it is what comes after that
/// takes too long.
fn told_apart(obstacle: Obstacle, settings: &NiceSettings, transport: &str) -> Obstacle {
    if obstacle.stage() != Stage::Connecting {
        return obstacle;
    }
    match &settings.proxy {
        Some(proxy) => Obstacle::new(
            Stage::Proxy,
            format!(
                "the proxy {proxy} accepts connections, but CONNECT to {} takes longer than \
                 NICE_CONNECT_TIMEOUT",
                settings.base_url.authority()
            ),
            "check that it is an HTTP proxy and that it may connect there (firewall)",
        ),
        None => Obstacle::new(
            Stage::Http,
            format!(
                "{} accepts connections, but the {transport} handshake takes longer than \
                 NICE_CONNECT_TIMEOUT",
                settings.base_url.authority()
            ),
            "check NICE_BASE_URL, and the firewalls and proxies in between",
        ),
    }
}
