//! The settings that limit how often callers may call.

use std::net::IpAddr;

use clap::Args;
use ipnet::IpNet;

use super::{
    Reader, Setting,
    setting::{list, optional},
    values::rate,
};
use crate::admission::{AdmissionSettings, Rate, TrustedProxies};

/// The limits on the call that costs a token.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Callers")]
pub struct AdmissionArgs {
    /// Maximum rate of new verifications from one client address, such as
    /// 20/s or 100/m; IPv6 addresses count per /64 [default: no limit]
    #[arg(long, env, value_name = "RATE", default_value = "")]
    #[arg(value_parser = optional(rate))]
    rate_limit: Setting<Option<Rate>>,
    /// Maximum rate of new verifications from all clients, in this process
    /// [default: no limit]
    #[arg(long, env, value_name = "RATE", default_value = "")]
    #[arg(value_parser = optional(rate))]
    rate_limit_total: Setting<Option<Rate>>,
    /// Networks of your own proxies, separated by commas, such as
    /// 10.0.0.0/8: the client is the rightmost address in X-Forwarded-For
    /// outside of them [default: none, the client is the peer]
    #[arg(long, env, value_name = "CIDRS", default_value = "")]
    #[arg(value_parser = list(network))]
    trusted_proxies: Setting<Vec<IpNet>>,
}

impl AdmissionArgs {
    /// Reads all of it.
    pub fn read(&self, reader: &mut Reader) -> AdmissionSettings {
        AdmissionSettings {
            per_client: reader.take(&self.rate_limit),
            total: reader.take(&self.rate_limit_total),
            proxies: TrustedProxies::new(reader.take(&self.trusted_proxies)),
        }
    }
}

/// A single address is a network of one.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse().map(|address: IpAddr| address.into()))
        .map_err(|_| "is not a network; write it like 10.0.0.0/8 or fd00::/8".to_owned())
}
