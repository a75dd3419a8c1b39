//! The NICE sandbox beside the service: the only file that knows the crate.

use std::net::SocketAddr;

use axum::Router;
use url::Url;

pub use nice_sandbox::{
    IntegratedSettings, MOUNT, Sandbox, SandboxSettings, explain, greeting, listen, settings,
    stripped_prefix,
};

use crate::{clock::Clock, random::Random};

/// A sandbox with these settings.
#[must_use]
pub fn new(settings: SandboxSettings) -> Sandbox {
    Sandbox::new(settings, Clock::System, Random::System)
}

/// Its routes within the service, and `/demo`.
pub fn routes(sandbox: &Sandbox) -> Router {
    sandbox.embedded().merge(nice_sandbox::demo())
}

/// The path of its window within the service.
#[must_use]
pub fn window_path() -> String {
    nice_sandbox::window_path()
}

/// The base URL of NICE's API within the service that listens on `address`.
#[must_use]
pub fn url(address: SocketAddr) -> Url {
    format!("http://{}{}", listen::from_here(address), MOUNT)
        .parse()
        .unwrap_or_else(|_| unreachable!("an address makes a URL"))
}
