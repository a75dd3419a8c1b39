//! Wires the floors together, for `serve` and for the tests alike.

use std::{net::SocketAddr, sync::Arc};

use thiserror::Error;
use tokio::task::JoinHandle;

use crate::{
    clock::Clock,
    config::{NiceConfig, RedisConfig, ServiceConfig},
    http::{App, ResultAccess},
    metrics::Metrics,
    nice::NiceClient,
    random::Random,
    store::{MemoryStore, RedisStore, Store, StoreError},
    telemetry::collector::RoomCollector,
    token::{FetchSettings, Fetcher, InstitutionTokens, TokenPool},
    verification::{Issuer, Opener},
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

/// What the machine lacks, although the settings are right.
#[derive(Debug, Error)]
pub enum AssemblyError {
    /// See [`NiceClient::new`].
    #[error("no HTTP client for NICE: {0}; are CA certificates installed on this machine?")]
    Client(#[from] reqwest::Error),
    /// See [`RedisStore::new`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Builds the rooms from the ground up and sets the token pool going; the
/// task ends only by being aborted, or with a crash.
///
/// # Errors
///
/// [`AssemblyError`].
pub fn assemble(
    nice: NiceConfig,
    service: ServiceConfig,
    surroundings: Surroundings,
) -> Result<(Arc<App>, JoinHandle<()>), AssemblyError> {
    let Surroundings {
        sandbox,
        address,
        clock,
        random,
    } = surroundings;
    let metrics = Arc::new(Metrics::new());
    let client = Arc::new(NiceClient::new(
        &nice.client,
        nice.credentials,
        clock.clone(),
        Arc::clone(&metrics),
    )?);
    let store = Arc::new(store(service.redis, service.session_max, &random)?);
    let institution = Arc::new(InstitutionTokens::new(
        Arc::clone(&client),
        nice.access_token,
    ));
    let fetch = FetchSettings {
        deadline: nice.request_deadline,
        session_ttl: service.session_ttl,
    };
    let fetcher = Fetcher::new(
        client,
        Arc::clone(&institution),
        fetch,
        clock.clone(),
        random.clone(),
    );
    let tokens = TokenPool::new(service.pool, random.clone());
    let refill = tokio::spawn(tokens.clone().run(Arc::new(fetcher)));
    // A session is kept for nobody when nobody may open its result.
    let sessions = match service.result_access {
        ResultAccess::Nobody => None,
        ResultAccess::Anybody | ResultAccess::Keys(_) => Some(store),
    };
    metrics.register(RoomCollector {
        tokens: tokens.clone(),
        institution,
        sessions: sessions.clone(),
    });
    let app = App {
        issuer: Issuer::new(
            tokens.clone(),
            sessions.clone(),
            random.clone(),
            nice.request_deadline,
        ),
        opener: sessions.map(Opener::new),
        result_access: service.result_access,
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
        metrics,
        random,
    };
    Ok((Arc::new(app), refill))
}

fn store(
    redis: Option<RedisConfig>,
    session_max: usize,
    random: &Random,
) -> Result<Store, StoreError> {
    Ok(match redis {
        Some(redis) => Store::Redis(RedisStore::new(&redis.url, redis.keys, random.clone())?),
        None => Store::Memory(MemoryStore::new(session_max)),
    })
}
