//! What the sandbox remembers.

use std::{
    fmt::Write,
    future::Future,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::HeaderValue;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};
use nice_crypto::{clock::Clock, random::Random, secret::Secret};
use sha2::{Digest, Sha256};

use super::{SandboxSettings, faults::Active, tokens::Tokens};

/// The `site_code` of every crypto token.
pub(super) const SITE_CODE: &str = "SANDBOX00001";

tokio::task_local! {
    /// How far NICE's clock is ahead while one call is answered.
    static AHEAD: SignedDuration;
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: SandboxSettings,
    pub(super) clock: Clock,
    pub(super) random: Random,
    tokens: Mutex<Tokens>,
    /// Institution tokens that were revoked since the start.
    revoked: AtomicU64,
    faults: Mutex<Active>,
}

impl State {
    pub(super) fn new(settings: SandboxSettings, clock: Clock, random: Random) -> Self {
        Self {
            settings,
            clock,
            random,
            tokens: Mutex::default(),
            revoked: AtomicU64::new(0),
            faults: Mutex::default(),
        }
    }

    /// Shaped like a UUID, as NICE's. Made from the credentials, so that it
    /// is the same after each start; revoking it makes way for another.
    pub(super) fn institution_token(&self) -> Secret {
        let digest = Sha256::new()
            .chain_update("SANDBOX institution token\0")
            .chain_update(&self.settings.client_id)
            .chain_update("\0")
            .chain_update(self.settings.client_secret.expose())
            .chain_update(self.revoked.load(Ordering::Relaxed).to_be_bytes())
            .finalize();
        let mut text = String::with_capacity(36);
        for (index, byte) in digest[..16].iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            let _ = write!(text, "{byte:02x}");
        }
        Secret::new(text)
    }

    pub(super) fn revoke_institution_token(&self) {
        self.revoked.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Active> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time by which NICE judges a caller's clock.
    pub(super) fn nice_now(&self) -> Timestamp {
        let ahead = AHEAD.try_get().unwrap_or_default();
        self.clock.now() + ahead
    }

    /// The `Date` header, from the sandbox's own clock, so that a clock that
    /// is off can be tried.
    pub(super) fn date(&self) -> Option<HeaderValue> {
        let text = DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&self.nice_now())
            .ok()?;
        HeaderValue::try_from(text).ok()
    }

    /// Answers a call with NICE's clock ahead.
    pub(super) fn ahead<F: Future>(
        by: SignedDuration,
        answer: F,
    ) -> impl Future<Output = F::Output> {
        AHEAD.scope(by, answer)
    }
}
