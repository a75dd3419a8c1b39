//! Wires the floors together, for `serve` and for the tests alike.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use thiserror::Error;
use tokio::task::JoinHandle;

use crate::{
    admission::Admission,
    audit::{AuditKey, AuditTrail},
    clock::Clock,
    config::{AuditConfig, IntegratedConfig, NiceApi, NiceConfig, ServiceConfig},
    http::{App, LongBodies, Results, Windows},
    metrics::{Metrics, ProcessCollector},
    nice::{NiceClient, integrated::IntegratedClient},
    random::Random,
    server::Draining,
    store::{MemoryStore, Store},
    telemetry::collector::{RoomCollector, TokenCollector},
    token::{
        AccessTokens, FetchSettings, Fetcher, InstitutionTokens, TokenPool, TokenSource,
        Transactions,
    },
    verification::{
        Issuer, KeySource, Mint, Opener, Rejection,
        facade::{Facade, FacadeSettings},
    },
};

/// What the settings don't say.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Where the embedded sandbox is mounted, if it is NICE.
    pub sandbox: Option<&'static str>,
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
    /// See [`AuditTrail::with_file`].
    #[error("AUDIT_LOG can't be written: {path}: {error}")]
    AuditLog {
        /// `AUDIT_LOG`.
        path: String,
        /// What the system says.
        error: io::Error,
    },
}

/// What every floor above may use.
#[derive(Clone, Debug)]
pub struct Foundation {
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where sessions are kept.
    pub store: Arc<Store>,
    /// What happened to each verification.
    pub audit: Arc<AuditTrail>,
}

impl Foundation {
    /// Nothing is counted yet, and nothing connected.
    ///
    /// # Errors
    ///
    /// [`AssemblyError::AuditLog`].
    pub fn new(service: &ServiceConfig, random: &Random) -> Result<Self, AssemblyError> {
        let store = match &service.redis {
            Some(redis) => redis.clone().open(random.clone()),
            None => Store::Memory(MemoryStore::new(service.session_max)),
        };
        Ok(Self {
            metrics: Arc::new(Metrics::new()),
            store: Arc::new(store),
            audit: Arc::new(audit_trail(&service.audit, random)?),
        })
    }
}

/// The audit trail, with its file open.
fn audit_trail(config: &AuditConfig, random: &Random) -> Result<AuditTrail, AssemblyError> {
    let key = config.key.clone();
    let trail = AuditTrail::without_file(key.unwrap_or_else(|| AuditKey::random(random)));
    let Some(path) = &config.path else {
        return Ok(trail);
    };
    let opened = trail.with_file(path, config.is_strict);
    opened.map_err(|error| AssemblyError::AuditLog {
        path: path.clone(),
        error,
    })
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
    environment: Environment,
) -> Result<(Arc<App>, JoinHandle<()>), AssemblyError> {
    let (clock, random) = (environment.clock.clone(), environment.random.clone());
    let foundation = Foundation::new(&service, &random)?;
    if let NiceApi::Integrated(integrated) = nice.api.clone() {
        let settings = FacadeSettings {
            svc_types: integrated.svc_types.clone(),
            call_timeout: nice.client.call_timeout,
            session_ttl: service.session_ttl,
            in_sandbox: environment.sandbox.is_some(),
        };
        let transactions = transactions(nice, integrated, &foundation, clock, &random)?;
        let fresh = {
            let tokens = Arc::clone(transactions.tokens());
            tokio::spawn(async move { tokens.keep_fresh().await })
        };
        let app = assemble_integrated(foundation, transactions, settings, service, environment);
        return Ok((app, fresh));
    }
    let contract = nice.contract();
    let client = Arc::new(NiceClient::new(
        &nice.client,
        nice.credentials,
        clock.clone(),
        Arc::clone(&foundation.metrics),
    )?);
    let institution = Arc::new(InstitutionTokens::new(
        Arc::clone(&client),
        nice.access_token,
        foundation.store.shared_token(&contract),
    ));
    foundation
        .metrics
        .register(TokenCollector(Arc::downgrade(&institution)));
    let fetch = FetchSettings {
        deadline: nice.request_deadline,
        session_ttl: service.session_ttl,
    };
    let fetcher = Fetcher::new(client, institution, fetch, clock, random);
    let deadline = nice.request_deadline;
    Ok(assemble_above(
        foundation,
        fetcher,
        deadline,
        service,
        environment,
    ))
}

/// The way to 통합인증. Nothing is sent yet; the tokens want to be kept fresh.
///
/// # Errors
///
/// [`AssemblyError`].
pub fn transactions(
    nice: NiceConfig,
    integrated: IntegratedConfig,
    foundation: &Foundation,
    clock: Clock,
    random: &Random,
) -> Result<Transactions, AssemblyError> {
    let shared = foundation.store.shared_token(&nice.contract());
    let client = Arc::new(IntegratedClient::new(
        &nice.client,
        nice.credentials,
        integrated.window_hosts,
        clock,
        Arc::clone(&foundation.metrics),
    )?);
    let tokens = AccessTokens::new(Arc::clone(&client), shared, random.clone());
    let tokens = Arc::new(tokens);
    foundation
        .metrics
        .register(TokenCollector(Arc::downgrade(&tokens)));
    Ok(Transactions::new(
        client,
        tokens,
        nice.request_deadline,
        Arc::clone(&foundation.metrics),
        random.clone(),
    ))
}

/// The rooms above NICE, with tokens from any source; `deadline` is the
/// longest that a caller waits.
pub fn assemble_above<S: TokenSource>(
    foundation: Foundation,
    source: S,
    deadline: Duration,
    service: ServiceConfig,
    environment: Environment,
) -> (Arc<App>, JoinHandle<()>) {
    let tokens = TokenPool::new(service.pool, environment.random.clone());
    let refill = tokio::spawn(tokens.clone().run(Arc::new(source)));
    // Without access to results no session is kept.
    let sessions = service
        .result_access
        .is_some()
        .then(|| Arc::clone(&foundation.store));
    let issuer = Issuer::new(
        KeySource::Pool(tokens.clone()),
        sessions.clone(),
        environment.clock.clone(),
        environment.random.clone(),
        deadline,
    );
    let middle = Middle {
        issuer,
        sessions,
        tokens: Some(tokens),
        windows: None,
    };
    (top(foundation, middle, service, environment), refill)
}

/// The rooms above NICE's newer API.
#[must_use]
pub fn assemble_integrated(
    foundation: Foundation,
    nice: Transactions,
    settings: FacadeSettings,
    service: ServiceConfig,
    environment: Environment,
) -> Arc<App> {
    let (clock, random) = (environment.clock.clone(), environment.random.clone());
    let mint = Mint {
        random: random.clone(),
        session_ttl: settings.session_ttl,
        in_sandbox: settings.in_sandbox,
    };
    let store = Arc::clone(&foundation.store);
    let facade = Facade::new(
        nice,
        Arc::clone(&store),
        clock.clone(),
        random.clone(),
        settings,
    );
    let windows = Windows {
        facade: Arc::new(facade),
        public_url: service.public_url.clone(),
        admission: Admission::new(service.admission.clone()),
        carrier_ignored: AtomicBool::new(false),
    };
    let middle = Middle {
        issuer: Issuer::new(
            KeySource::Minted(mint),
            Some(Arc::clone(&store)),
            clock,
            random,
            Duration::ZERO,
        ),
        // The bridge and the return need them, wherever results are opened.
        sessions: Some(store),
        tokens: None,
        windows: Some(windows),
    };
    top(foundation, middle, service, environment)
}

/// What differs by NICE's API.
struct Middle {
    issuer: Issuer,
    sessions: Option<Arc<Store>>,
    tokens: Option<TokenPool>,
    windows: Option<Windows>,
}

fn top(
    foundation: Foundation,
    middle: Middle,
    service: ServiceConfig,
    environment: Environment,
) -> Arc<App> {
    let Environment {
        sandbox,
        address,
        clock,
        random,
    } = environment;
    let Foundation {
        metrics,
        store,
        audit,
    } = foundation;
    tokio::spawn(Store::watch(Arc::downgrade(&store)));
    let Middle {
        issuer,
        sessions,
        tokens,
        windows,
    } = middle;
    metrics.register(RoomCollector {
        tokens: tokens.clone(),
        store: Arc::clone(&store),
        sessions: sessions.clone(),
        audit: Arc::clone(&audit),
    });
    metrics.register(ProcessCollector::new());
    metrics.announce_fields(&Rejection::FIELDS);
    let results = service
        .result_access
        .zip(sessions)
        .map(|(access, store)| Results {
            opener: Opener::new(store, service.session_ttl, clock.clone())
                .with_hashes(service.results.hash_keys),
            access,
            fields: service.results.fields,
        });
    Arc::new(App {
        issuer,
        results,
        audit,
        admission: Admission::new(service.admission),
        long_bodies: LongBodies::default(),
        tokens,
        windows,
        draining: Draining::default(),
        return_urls: service.return_urls,
        key_custody: service.key_custody,
        error_status: service.error_status,
        base_path: service.base_path,
        window_url: service.window_url,
        cors_origins: service.cors_origins,
        cors_headers: service.cors_headers,
        long_callback: service.long_callback,
        method_type: service.method_type,
        sandbox,
        address,
        clock,
        metrics,
        random,
    })
}
