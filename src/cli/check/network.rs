//! The network, from DNS to NICE's answer; each step needs the one before it.

use tokio::net::{TcpStream, lookup_host};
use url::Url;

use super::report::{self, Report};
use crate::nice::{CLOCK_TOLERANCE, NiceClient, NiceSettings};

/// Whether the first host on the way to NICE accepts connections.
pub(super) async fn reach(report: &mut Report, settings: &NiceSettings) -> bool {
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
    report::ok(
        "DNS",
        &format!("{host} has {} address(es)", addresses.len()),
    );
    let connecting = TcpStream::connect(addresses.as_slice());
    match tokio::time::timeout(settings.connect_timeout, connecting).await {
        Ok(Ok(_)) => {
            report::ok("TCP", &format!("{host}:{port} accepts connections"));
            true
        }
        Ok(Err(error)) => {
            report.wrong(
                "TCP",
                &format!("{host}:{port}: {error}; allow it in the firewall"),
            );
            false
        }
        Err(_) => {
            report.wrong(
                "TCP",
                &format!("{host}:{port} does not answer; allow it in the firewall"),
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

/// Whether NICE answers over TLS, and what time it is there.
pub(super) async fn answers(report: &mut Report, client: &NiceClient) -> bool {
    match client.probe().await {
        Ok(skew) => {
            report::ok("TLS", "NICE's server answers");
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
        Err(error) => {
            report.wrong(
                "TLS",
                &format!("{error}; check certificates, proxy and NICE_BASE_URL"),
            );
            false
        }
    }
}
