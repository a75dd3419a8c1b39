//! What the sandbox remembers.

use std::{
    fmt::Write,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use sha2::{Digest, Sha256};

use super::{SandboxSettings, tokens::Tokens};
use crate::{clock::Clock, random::Random, secret::Secret};

/// The `site_code` of every crypto token.
pub(super) const SITE_CODE: &str = "SANDBOX00001";

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: SandboxSettings,
    pub(super) clock: Clock,
    pub(super) random: Random,
    tokens: Mutex<Tokens>,
    /// Institution tokens that were revoked since the start.
    revoked: AtomicU64,
}

impl State {
    pub(super) fn new(settings: SandboxSettings, clock: Clock, random: Random) -> Self {
        Self {
            settings,
            clock,
            random,
            tokens: Mutex::default(),
            revoked: AtomicU64::new(0),
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
}
