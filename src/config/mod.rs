//! Settings: environment variables, all but the secrets also flags, read
//! into types at once, with every mistake reported together.

mod admission;
mod args;
mod defaults;
mod listen;
mod log;
mod nice;
mod reader;
mod sandbox;
mod server;
mod service;
mod store;
mod values;

pub use admission::AdmissionArgs;
pub use args::{LogArgs, NiceArgs, SandboxArgs, ServiceArgs};
pub use defaults::told as with_defaults;
pub use listen::{AdminArgs, ListenArgs, from_here};
pub use log::LogConfig;
pub use nice::NiceConfig;
pub use reader::{Mistakes, Reader};
pub use sandbox::SandboxConfig;
pub use server::ServerArgs;
pub use service::ServiceConfig;
pub use store::RedisConfig;
pub use values::socket_address;

/// Exit code for mistakes in the settings: `EX_USAGE` of `sysexits.h`.
pub const EXIT_SETTINGS: u8 = 64;
