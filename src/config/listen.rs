//! Where the service listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use clap::Args;

use super::{Reader, values::socket_address};

/// Where the service listens.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct ListenArgs {
    /// Address and port of the API [default: 127.0.0.1:8080]
    #[arg(long, env = "BIND", value_name = "IP:PORT", hide_env_values = true)]
    pub bind: Option<String>,
}

/// Where operators' tools ask.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct AdminArgs {
    /// Address and port of /metrics; not for the public
    /// [default: 127.0.0.1:8081]
    #[arg(
        long,
        env = "ADMIN_BIND",
        value_name = "IP:PORT",
        hide_env_values = true
    )]
    pub admin_bind: Option<String>,
}

impl ListenArgs {
    /// Where to listen; port 0 is any that is free.
    pub fn read(&self, reader: &mut Reader) -> SocketAddr {
        reader.value("BIND", self.bind.as_ref(), "127.0.0.1:8080", socket_address)
    }
}

impl AdminArgs {
    /// Where to listen for operators' tools; `None` when nobody says so.
    pub fn read(&self, reader: &mut Reader) -> Option<SocketAddr> {
        reader.optional("ADMIN_BIND", self.admin_bind.as_ref(), socket_address)
    }
}

/// How a program on this machine reaches who listens on `address`: all
/// addresses (`0.0.0.0`, `::`) are none to connect to.
#[must_use]
pub fn from_here(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}
