//! One crypto token, fetched with the patience that NICE's codes allow.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{
    InstitutionTokens, ReadyToken, budget::RetryBudget, pool::TokenSource, ready::Lifetime,
    repeats::RecentIds,
};
use crate::{
    clock::{Clock, KST},
    crypto::KeySet,
    nice::{CryptoToken, Garbage, NiceClient, NiceError},
    random::Random,
    secret::Secret,
};

/// Before the first retry; doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Limits of a fetch.
#[derive(Clone, Copy, Debug)]
pub struct FetchSettings {
    /// For everything, retries included: `REQUEST_DEADLINE`.
    pub deadline: Duration,
    /// `SESSION_TTL`: what a token must still have before it when it is used.
    pub session_ttl: Duration,
}

/// Fetches crypto tokens and derives their key sets.
#[derive(Debug)]
pub struct Fetcher {
    client: Arc<NiceClient>,
    institution: Arc<InstitutionTokens>,
    settings: FetchSettings,
    budget: RetryBudget,
    recent: RecentIds,
    clock: Clock,
    random: Random,
}

impl Fetcher {
    /// Nothing is sent before the first fetch.
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
            budget: RetryBudget::new(Instant::now()),
            recent: RecentIds::default(),
            clock,
            random,
        }
    }

    /// Fetches one token, trying again as often as the failure deserves
    /// (never, for a `probe`), the retry budget has room for and the
    /// deadline allows.
    async fn fetch_token(&self, probe: bool) -> Result<ReadyToken, NiceError> {
        let began = Instant::now();
        // A little less than the callers' own deadline: they are to get this
        // fetch's failure, not a time-out of their own.
        let deadline = began + self.settings.deadline.mul_f32(0.95);
        self.budget.call(began);
        let mut last = NiceError::Timeout;
        let mut tried = 0;
        let mut pause = FIRST_PAUSE;
        while let Ok(outcome) = timeout_at(deadline, self.attempt()).await {
            let error = match outcome {
                Ok(token) => return Ok(token),
                Err(error) => error,
            };
            let now = Instant::now();
            let again = now + pause.mul_f64(0.5 + self.random.fraction() / 2.0);
            let worth_it = !probe && tried < error.retries() && again < deadline;
            if !worth_it || !self.budget.retry(now) {
                return Err(error);
            }
            last = error;
            tried += 1;
            pause *= 2;
            sleep_until(again).await;
        }
        Err(last)
    }

    /// One try; two when NICE refuses the institution token and there is
    /// another to be had.
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

    /// One try with this institution token, whatever becomes of it.
    ///
    /// # Errors
    ///
    /// [`NiceError`].
    pub async fn crypto_token(&self, access_token: &Secret) -> Result<ReadyToken, NiceError> {
        let req_dtim = korean_time(self.clock.now());
        // Together with token_val it is all that the keys are made of, so it
        // is drawn from the CSPRNG, never reused and never shown.
        let req_no = zeroize::Zeroizing::new(self.random.alphanumeric::<30>());
        let req_no = str::from_utf8(&*req_no)
            .unwrap_or_else(|_| unreachable!("letters and digits are UTF-8"));
        // The period runs from when NICE answers; counting from the request
        // errs on the safe side.
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
