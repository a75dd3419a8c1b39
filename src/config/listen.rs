//! Where the service listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use clap::Args;

use super::{Reader, defaults, values::socket_address};

/// Where the service listens.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct ListenArgs {
    /// Address and port of the API
    #[arg(long, env = "BIND", value_name = "IP:PORT", hide_env_values = true)]
    pub bind: Option<String>,
}

/// Where operators' tools ask.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct AdminArgs {
    /// Address and port of /metrics; not for the public
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
        reader.value("BIND", self.bind.as_ref(), socket_address)
    }
}

impl AdminArgs {
    /// Where operators' tools ask when nobody says where.
    #[must_use]
    pub fn default_address() -> SocketAddr {
        defaults::value("ADMIN_BIND", socket_address)
    }

    /// Where to listen for operators' tools; `None` when nobody says so.
    /// `bind` is where the API listens: one port can't be both.
    pub fn read(&self, bind: SocketAddr, reader: &mut Reader) -> Option<SocketAddr> {
        let admin = reader.optional("ADMIN_BIND", self.admin_bind.as_ref(), socket_address)?;
        if is_taken_by(bind, admin) {
            let port = bind.port();
            let another =
                SocketAddr::new(admin.ip(), port.checked_add(1).unwrap_or_else(|| port - 1));
            reader.mistake(
                "ADMIN_BIND",
                format_args!("is where BIND listens already; write another port, like {another}"),
            );
        }
        Some(admin)
    }
}

/// Whether who listens on `taken` leaves no room for `wanted`; port 0 is
/// another one each time, and all addresses hold each single one.
fn is_taken_by(taken: SocketAddr, wanted: SocketAddr) -> bool {
    let (one, other) = (taken.ip(), wanted.ip());
    let meet = one == other
        || one.is_ipv4() == other.is_ipv4() && (one.is_unspecified() || other.is_unspecified());
    meet && taken.port() == wanted.port() && taken.port() != 0
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
