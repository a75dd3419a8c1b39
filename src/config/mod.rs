//! Settings: environment variables, all but the secrets also flags, read into
//! types at once, with all mistakes reported together. A file per group.

mod admission;
mod api;
mod audit;
mod edges;
mod listen;
mod log;
mod nice;
mod reader;
mod results;
mod return_urls;
mod sandbox;
mod server;
mod service;
mod setting;
mod store;
mod values;

use std::net::SocketAddr;

use clap::Args;

use crate::server::ServerSettings;

pub use admission::AdmissionArgs;
pub use api::{ApiArgs, IntegratedConfig, NiceApi};
pub use audit::{AuditArgs, AuditConfig};
pub use listen::{AdminArgs, AdminConfig, ListenArgs};
pub use log::{LogArgs, LogConfig};
pub use nice::{NiceArgs, NiceConfig};
pub use reader::{Mistakes, Reader};
pub use results::{ResultArgs, ResultConfig};
pub use sandbox::{SandboxArgs, SandboxConfig};
pub use server::ServerArgs;
pub use service::{BASE_PATH, ServiceArgs, ServiceConfig};
pub use setting::{SecretSetting, Setting, setting, with_settings};
pub use store::{RedisConfig, StoreArgs};
pub use values::socket_address;

/// Exit code for mistakes in the settings: `EX_USAGE` of `sysexits.h`.
pub const EXIT_SETTINGS: u8 = 64;

/// All settings of the service but the secrets and the sandbox's.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    admin: AdminArgs,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    service: ServiceArgs,
    #[command(flatten)]
    nice: NiceArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// All settings of the service, read.
#[derive(Debug)]
pub struct Config {
    /// Where the API listens.
    pub bind: SocketAddr,
    /// Where the metrics are.
    pub admin: AdminConfig,
    /// Limits of the listener.
    pub server: ServerSettings,
    /// What the service answers, and to whom.
    pub service: ServiceConfig,
    /// How to reach NICE.
    pub nice: NiceConfig,
    /// How the log is written.
    pub log: LogConfig,
    /// What is worth a warning, one sentence each.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads all of it; with a sandbox in NICE's place, more is allowed and
    /// less required.
    pub fn read(&self, sandbox: Option<&SandboxConfig>, reader: &mut Reader) -> Config {
        let bind = self.listen.read(reader);
        let admin = self.admin.read(bind, reader);
        let server = self.server.read(reader);
        let nice = match sandbox {
            Some(sandbox) => NiceConfig::read_for_sandbox(&self.nice, sandbox, reader),
            None => NiceConfig::read(&self.nice, reader),
        };
        let concurrency = nice.client.concurrency;
        let mut service = ServiceConfig::read(&self.service, sandbox, concurrency, reader);
        if nice.api.is_integrated() {
            self.service.check_for_integrated(sandbox.is_some(), reader);
            service.lead_to_bridge();
        } else {
            self.service.check_for_standard_window(reader);
        }
        Config {
            bind,
            admin,
            server,
            service,
            nice,
            log: LogConfig::read(&self.log, reader),
            warnings: reader.warnings(),
        }
    }
}

/// The secrets that `serve` reads, in the order of the documentation.
pub fn secrets() -> impl Iterator<Item = &'static SecretSetting> {
    [
        nice::SECRETS,
        service::SECRETS,
        results::SECRETS,
        audit::SECRETS,
        store::SECRETS,
    ]
    .into_iter()
    .flatten()
}
