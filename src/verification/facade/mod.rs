//! NICE's newer API (통합인증) behind the calls of the older: a bridge into its
//! window, a return that fetches the result once and seals it as the older API
//! does, and word of a window that was closed.
//!
//! Of a session's windows any may finish, and the first success is the
//! session's. Each step is one cell in the store, so that it holds for a fleet:
//! what the windows share (its way), a place for each of them, and the outcome.

mod bridge;
mod cells;
mod cp949;
mod earlier;
mod outcome;
mod records;
mod result;
mod returning;
mod window_id;
mod windows;

use std::{fmt, sync::Arc, time::Duration};

use sha2::{Digest, Sha256};

use self::window_id::WindowId;
pub use self::{
    bridge::{Begun, BridgeError, BridgeValues},
    records::Party,
    result::Unusable,
    returning::{HandOver, ReturnError, Returned},
};
use crate::{
    clock::Clock,
    nice::integrated::SvcType,
    random::Random,
    store::{Step, Store, StoreError},
    token::Transactions,
    verification::svc_types,
};

/// How long NICE's window and its result last.
const WINDOW: Duration = Duration::from_mins(10);

/// How long a session lives at least once its window was opened.
const OPENED_LIFE: Duration = Duration::from_mins(12);

/// Path of the bridge; callers learn it from `x-nice-window-url`.
pub const BRIDGE: &str = "/v1/member/verificationWindow";
/// Where NICE returns to: this, a slash and an id.
pub const RETURN: &str = "/v1/member/verificationReturn";
/// Where the window's close button leads: this, a slash and an id.
pub const CLOSED: &str = "/v1/member/verificationClosed";

/// The longest `PUBLIC_URL`, in bytes: NICE takes addresses of 250.
pub const LONGEST_PUBLIC_URL: usize = 250 - RETURN.len() - 1 - WindowId::TEXT;

/// How often a session's window may be opened.
const OPENINGS: u8 = 5;

/// Leads through windows of NICE's newer API.
pub struct Facade {
    nice: Transactions,
    store: Arc<Store>,
    clock: Clock,
    random: Random,
    settings: FacadeSettings,
}

/// What the façade has to know.
#[derive(Clone, Debug)]
pub struct FacadeSettings {
    /// `NICE_SVC_TYPES`.
    pub svc_types: Vec<SvcType>,
    /// `NICE_CALL_TIMEOUT`.
    pub call_timeout: Duration,
    /// `SESSION_TTL`.
    pub session_ttl: Duration,
    /// Whether NICE is the embedded sandbox.
    pub in_sandbox: bool,
}

impl Facade {
    /// For those who ask how far a verification has come. Without this note
    /// they learn less, so a store that fails now is no reason to fail.
    async fn note(&self, token_version_id: &str, step: Step) {
        let at = self.clock.now().into();
        let noted = self.store.note(token_version_id, step, at, self.life());
        if let Err(error) = noted.await {
            tracing::warn!(%error, "a step of a verification was not noted");
        }
    }

    /// Windows of `nice`, with sessions in `store`.
    #[must_use]
    pub fn new(
        nice: Transactions,
        store: Arc<Store>,
        clock: Clock,
        random: Random,
        settings: FacadeSettings,
    ) -> Self {
        Self {
            nice,
            store,
            clock,
            random,
            settings,
        }
    }

    /// The values of `authtype` that the API and the contract have.
    #[must_use]
    pub fn authtypes(&self) -> &'static [&'static str] {
        svc_types::authtypes(&self.settings.svc_types)
    }

    /// Where the sessions and their windows are kept.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How long cells live: as long as the session, or longer.
    fn life(&self) -> Duration {
        self.settings.session_ttl.max(OPENED_LIFE)
    }

    /// How long a claim lasts unless it is renewed.
    fn lease(&self) -> Duration {
        self.settings.call_timeout + Duration::from_secs(1)
    }

    /// Letters and digits, 130 bits.
    fn id(&self) -> String {
        let digits = self.random.alphanumeric::<22>();
        digits.map(char::from).iter().collect()
    }
}

impl fmt::Debug for Facade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facade")
            .field("nice", &self.nice)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Names a place among the openings of a session, in the store.
fn opening(session: &str, number: u8) -> String {
    format!("{session}/{number}")
}

/// Shows who may have the values again: SHA-256 of both, the first after its
/// length.
fn proof(attempt: &str, web_transaction_id: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(attempt.len().to_be_bytes())
        .chain_update(attempt)
        .chain_update(web_transaction_id)
        .finalize()
        .into()
}

fn malformed() -> StoreError {
    StoreError::Unavailable(
        "the record of a window is malformed, or a later release wrote it".to_owned(),
    )
}
