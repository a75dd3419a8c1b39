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

use super::{
    faults::Active, history::History, integrated::Memory, settings::SandboxSettings,
    standard_window::tokens::Tokens,
};

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
    /// When the institution token was first issued, since the start or since
    /// the last was revoked.
    first_issued: Mutex<Option<Timestamp>>,
    faults: Mutex<Active>,
    history: Mutex<History>,
    integrated: Mutex<Memory>,
}

impl State {
    pub(super) fn new(settings: SandboxSettings, clock: Clock, random: Random) -> Self {
        Self {
            settings,
            clock,
            random,
            tokens: Mutex::default(),
            revoked: AtomicU64::new(0),
            first_issued: Mutex::default(),
            faults: Mutex::default(),
            history: Mutex::default(),
            integrated: Mutex::default(),
        }
    }

    /// Shaped like a UUID, as NICE's. Made from the credentials, so that it
    /// is the same after each start; revoking it makes way for another.
    pub(super) fn institution_token(&self) -> Secret {
        self.institution_token_number(self.revoked.load(Ordering::Relaxed))
    }

    /// Whether it is an institution token that was revoked since the start.
    pub(super) fn was_revoked(&self, token: &str) -> bool {
        const RECENT: u64 = 100;
        let revoked = self.revoked.load(Ordering::Relaxed);
        (revoked.saturating_sub(RECENT)..revoked)
            .any(|number| self.institution_token_number(number).expose() == token)
    }

    fn institution_token_number(&self, number: u64) -> Secret {
        let credentials = &self.settings.credentials;
        let digest = Sha256::new()
            .chain_update("SANDBOX institution token\0")
            .chain_update(&credentials.client_id)
            .chain_update("\0")
            .chain_update(credentials.client_secret.expose())
            .chain_update(number.to_be_bytes())
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

    /// When the institution token was first issued; now, if it wasn't yet.
    pub(super) fn first_issued(&self) -> Timestamp {
        *lock(&self.first_issued).get_or_insert_with(|| self.clock.now())
    }

    pub(super) fn revoke_institution_token(&self) {
        self.revoked.fetch_add(1, Ordering::Relaxed);
        *lock(&self.first_issued) = None;
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Active> {
        lock(&self.faults)
    }

    pub(super) fn history(&self) -> MutexGuard<'_, History> {
        lock(&self.history)
    }

    /// Never held while another of these is taken.
    pub(super) fn integrated(&self) -> MutexGuard<'_, Memory> {
        lock(&self.integrated)
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
