//! Wires the floors together, for `serve` and for the tests alike.

use std::{net::SocketAddr, sync::Arc};

use tokio::task::JoinHandle;

use crate::{
    clock::Clock,
    config::{NiceConfig, ServiceConfig},
    http::App,
    nice::NiceClient,
    random::Random,
    token::{FetchSettings, Fetcher, InstitutionTokens, TokenPool},
    verification::Issuer,
};

/// What the settings don't say.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Whether NICE is the embedded sandbox.
    pub sandbox: bool,
    /// Where the service listens.
    pub address: SocketAddr,
    /// The time of day.
    pub clock: Clock,
    /// The source of random values.
    pub random: Random,
}

/// Builds the rooms from the ground up and sets the token pool going; the
/// task ends only by being aborted, or with a crash.
///
/// # Errors
///
/// When there can be no HTTP client: see [`NiceClient::new`].
pub fn assemble(
    nice: NiceConfig,
    service: ServiceConfig,
    surroundings: Surroundings,
) -> Result<(Arc<App>, JoinHandle<()>), reqwest::Error> {
    let Surroundings {
        sandbox,
        address,
        clock,
        random,
    } = surroundings;
    let client = Arc::new(NiceClient::new(
        &nice.client,
        nice.credentials,
        clock.clone(),
    )?);
    let institution = Arc::new(InstitutionTokens::new(
        Arc::clone(&client),
        nice.access_token,
        None,
    ));
    let fetch = FetchSettings {
        deadline: nice.request_deadline,
        session_ttl: service.session_ttl,
    };
    let fetcher = Fetcher::new(client, institution, fetch, clock.clone(), random.clone());
    let tokens = TokenPool::new(service.pool, random.clone());
    let refill = tokio::spawn(tokens.clone().run(Arc::new(fetcher)));
    let app = App {
        issuer: Issuer::new(tokens.clone(), random.clone(), nice.request_deadline),
        tokens,
        return_urls: service.return_urls,
        key_custody: service.key_custody,
        error_status: service.error_status,
        base_path: service.base_path,
        window_url: service.window_url,
        cors_origins: service.cors_origins,
        sandbox,
        address,
        clock,
        random,
    };
    Ok((Arc::new(app), refill))
}
