//! The settings on who may call, and how often.

use clap::Args;
use ipnet::IpNet;

use super::{Reader, values};
use crate::admission::{AdmissionSettings, TrustedProxies};

/// The limits on the call that costs a token.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Callers")]
pub struct AdmissionArgs {
    /// Verifications that one client address may begin, such as 20/s or
    /// 100/m; IPv6 counts per /64 [default: no limit]
    #[arg(long, env = "RATE_LIMIT", value_name = "RATE", hide_env_values = true)]
    pub rate_limit: Option<String>,
    /// Verifications that all clients together may begin at this process
    /// [default: no limit]
    #[arg(
        long,
        env = "RATE_LIMIT_TOTAL",
        value_name = "RATE",
        hide_env_values = true
    )]
    pub rate_limit_total: Option<String>,
    /// Networks of your own proxies, with commas between, such as
    /// 10.0.0.0/8: the client is the rightmost address in X-Forwarded-For
    /// outside them [default: none, the client is who connects]
    #[arg(
        long,
        env = "TRUSTED_PROXIES",
        value_name = "CIDRS",
        hide_env_values = true
    )]
    pub trusted_proxies: Option<String>,
}

impl AdmissionArgs {
    /// Reads all of it.
    pub fn read(&self, reader: &mut Reader) -> AdmissionSettings {
        AdmissionSettings {
            per_client: reader.optional("RATE_LIMIT", self.rate_limit.as_ref(), values::rate),
            total: reader.optional(
                "RATE_LIMIT_TOTAL",
                self.rate_limit_total.as_ref(),
                values::rate,
            ),
            proxies: proxies(self.trusted_proxies.as_deref(), reader),
        }
    }
}

fn proxies(given: Option<&str>, reader: &mut Reader) -> TrustedProxies {
    let mut networks = Vec::new();
    for entry in values::list(given.unwrap_or_default()) {
        match network(entry) {
            Some(network) => networks.push(network),
            None => reader.mistake(
                "TRUSTED_PROXIES",
                format_args!(
                    "\"{}\" is not a network; write it like 10.0.0.0/8 or fd00::/8",
                    entry.escape_debug()
                ),
            ),
        }
    }
    TrustedProxies::new(networks)
}

/// A single address is a network of one.
fn network(text: &str) -> Option<IpNet> {
    text.parse()
        .or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()))
        .ok()
}
