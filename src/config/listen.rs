//! The ports that the service listens on.

use std::net::SocketAddr;

use clap::Args;

use super::{Reader, Setting, setting::setting, values::socket_address};

/// Where the API listens.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct ListenArgs {
    /// Address and port of the API
    #[arg(long, env, value_name = "IP:PORT", default_value = "127.0.0.1:8080")]
    #[arg(value_parser = setting(socket_address))]
    bind: Setting<SocketAddr>,
}

/// Where the metrics are.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct AdminArgs {
    /// Address and port of /metrics; keep it away from the public
    #[arg(long, env, value_name = "IP:PORT", default_value = "127.0.0.1:8081")]
    #[arg(value_parser = setting(socket_address))]
    admin_bind: Setting<SocketAddr>,
}

/// Where the metrics are.
#[derive(Clone, Copy, Debug)]
pub struct AdminConfig {
    /// `ADMIN_BIND`.
    pub bind: SocketAddr,
    /// Whether it was set explicitly: then the service doesn't start without
    /// it.
    pub is_required: bool,
}

impl ListenArgs {
    /// Where to listen; port 0 is any free port.
    pub fn read(&self, reader: &mut Reader) -> SocketAddr {
        reader.take(&self.bind)
    }
}

impl AdminArgs {
    /// Reads it; `api` is where the API listens: one port can't be both.
    pub fn read(&self, api: SocketAddr, reader: &mut Reader) -> AdminConfig {
        let bind = reader.take(&self.admin_bind);
        let is_required = self.admin_bind.is_given;
        if is_taken_by(api, bind) {
            let port = api.port();
            let another =
                SocketAddr::new(bind.ip(), port.checked_add(1).unwrap_or_else(|| port - 1));
            let by_default = if is_required {
                String::new()
            } else {
                format!(" (its default is {bind})")
            };
            reader.mistake(
                &self.admin_bind.name,
                format_args!(
                    "is already the address of BIND{by_default}; write another port, like {another}"
                ),
            );
        }
        AdminConfig { bind, is_required }
    }
}

/// Whether a listener on `taken` leaves no room for `wanted`. Port 0 is
/// another port each time, and an unspecified address covers all others.
fn is_taken_by(taken: SocketAddr, wanted: SocketAddr) -> bool {
    let (one, other) = (taken.ip(), wanted.ip());
    let meet = one == other
        || one.is_ipv4() == other.is_ipv4() && (one.is_unspecified() || other.is_unspecified());
    meet && taken.port() == wanted.port() && taken.port() != 0
}
