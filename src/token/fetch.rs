//! Fetches one crypto token, with the retries that NICE's codes allow.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    InstitutionTokens, ReadyToken, pool::TokenSource, ready::Lifetime, repeats::RecentIds,
    retry::Retries,
};
use crate::{
    clock::{Clock, KST},
    crypto::KeySet,
    nice::{CryptoToken, Garbage, NiceClient, NiceError},
    random::Random,
    secret::Secret,
};

/// Limits of a fetch.
#[derive(Clone, Copy, Debug)]
pub struct FetchSettings {
    /// `REQUEST_DEADLINE`, retries included.
    pub deadline: Duration,
    /// `SESSION_TTL`: minimum remaining life of a token that is used.
    pub session_ttl: Duration,
}

/// Fetches crypto tokens and derives their key sets.
#[derive(Debug)]
pub struct Fetcher {
    client: Arc<NiceClient>,
    institution: Arc<InstitutionTokens>,
    settings: FetchSettings,
    retries: Retries,
    recent: RecentIds,
    /// Whether a short period has been logged.
    warned: AtomicBool,
    clock: Clock,
    random: Random,
}

impl Fetcher {
    /// Sends nothing before the first fetch.
    #[must_use]
    pub fn new(
        client: Arc<NiceClient>,
        institution: Arc<InstitutionTokens>,
        settings: FetchSettings,
        clock: Clock,
        random: Random,
    ) -> Self {
        Self {
            client,
            institution,
            settings,
            retries: Retries::new(random.clone()),
            recent: RecentIds::default(),
            warned: AtomicBool::new(false),
            clock,
            random,
        }
    }

    /// Fetches one token. Retries as long as the kind of failure, the retry
    /// budget and the deadline allow; a `probe` is never retried.
    async fn fetch_token(&self, probe: bool) -> Result<ReadyToken, NiceError> {
        // A little less than the callers' deadline, so that they get this
        // fetch's failure and not a timeout of their own.
        let deadline = Instant::now() + self.settings.deadline.mul_f32(0.95);
        let allowed = |error: &NiceError| if probe { 0 } else { error.retries() };
        self.retries
            .run(deadline, NiceError::Timeout, allowed, || self.attempt())
            .await
    }

    /// One attempt; a second one if NICE refuses the institution token and
    /// there is another.
    async fn attempt(&self) -> Result<ReadyToken, NiceError> {
        let held = self.institution.get().await?;
        match self.crypto_token(held.access_token()).await {
            Ok(token) => {
                held.mark_accepted();
                Ok(token)
            }
            Err(error) if error.token_refused() => {
                let Some(held) = self.institution.replace(&held).await? else {
                    return Err(error);
                };
                let token = self.crypto_token(held.access_token()).await?;
                held.mark_accepted();
                Ok(token)
            }
            Err(error) => Err(error),
        }
    }

    /// One call with this institution token, without retries.
    ///
    /// # Errors
    ///
    /// [`NiceError`].
    pub async fn crypto_token(&self, access_token: &Secret) -> Result<ReadyToken, NiceError> {
        let req_dtim = korean_time(self.clock.now());
        // The keys are derived from this and token_val: it comes from the
        // CSPRNG, is never reused and never shown.
        let req_no = zeroize::Zeroizing::new(self.random.alphanumeric::<30>());
        let req_no = str::from_utf8(&*req_no)
            .unwrap_or_else(|_| unreachable!("letters and digits are UTF-8"));
        // The period starts at NICE's answer; counting from the request is on
        // the safe side.
        let asked = Instant::now();
        let token = self
            .client
            .issue_crypto_token(access_token, &req_dtim, req_no)
            .await?;
        if !self.recent.is_new(&token.token_version_id) {
            return Err(NiceError::Garbage {
                status: 200,
                what: Garbage::Repeated,
            });
        }
        Ok(self.ready(&token, &req_dtim, req_no, asked))
    }

    fn ready(
        &self,
        token: &CryptoToken,
        req_dtim: &str,
        req_no: &str,
        asked: Instant,
    ) -> ReadyToken {
        let lifetime = Lifetime::of(token.period, self.settings.session_ttl);
        if lifetime.session < self.settings.session_ttl
            && !self.warned.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                period_s = token.period.as_secs(),
                session_s = lifetime.session.as_secs(),
                "NICE's crypto tokens end before SESSION_TTL, so people have less time in the \
                 window; results that come later are refused"
            );
        }
        ReadyToken {
            keys: KeySet::derive(req_dtim, req_no, token.token_val.expose()),
            token_version_id: token.token_version_id,
            site_code: token.site_code,
            session_life: lifetime.session,
            usable_until: asked + lifetime.pooled,
        }
    }
}

impl TokenSource for Fetcher {
    async fn fetch(&self, probe: bool) -> Result<ReadyToken, NiceError> {
        self.fetch_token(probe).await
    }
}

/// NICE's `req_dtim`: `YYYYMMDDHHmmss` in Korean time, on a 24-hour clock.
fn korean_time(now: Timestamp) -> String {
    KST.to_datetime(now).strftime("%Y%m%d%H%M%S").to_string()
}
