//! The institution token (기관토큰): issued once, kept, shared.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Mutex, time::Instant};

use crate::{
    nice::{NiceClient, NiceError},
    secret::Secret,
    store::SharedInstitutionToken,
};

/// NICE refused the very token that replaced a refused one: yet another
/// won't help, so none is issued for this long, or it would be a loop.
const REISSUE_PAUSE: Duration = Duration::from_secs(30);

/// How long one instance of a fleet may take to issue, while others wait.
const LEASE: Duration = Duration::from_secs(10);
/// How often, and with which pauses, the others look for what it brings:
/// about three seconds in all.
const LEASE_TRIES: u32 = 12;
const LEASE_PAUSE: Duration = Duration::from_millis(150);

/// An institution token in use.
#[derive(Debug)]
pub struct HeldToken {
    access_token: Secret,
    /// What was left of its life when it came.
    life: Duration,
    since: Instant,
    /// Whether it was issued in place of one that NICE refused.
    is_replacement: bool,
    accepted: AtomicBool,
}

impl HeldToken {
    /// The token itself.
    #[must_use]
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// NICE has answered a call that carried this token.
    pub fn mark_accepted(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    fn new(access_token: Secret, life: Duration, is_replacement: bool) -> Self {
        Self {
            access_token,
            life,
            since: Instant::now(),
            is_replacement,
            accepted: AtomicBool::new(false),
        }
    }

    fn is(&self, token: &Secret) -> bool {
        // Both are ours already: there is nobody to time this comparison.
        self.access_token.expose() == token.expose()
    }

    fn is_alive(&self) -> bool {
        self.since.elapsed() < self.life
    }

    /// Whether a refusal says something about this one token, rather than
    /// about whatever we would issue.
    fn is_worth_replacing(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
            || !self.is_replacement
            || self.since.elapsed() > REISSUE_PAUSE
    }
}

/// Keeps the institution token; issues it when there is none.
#[derive(Debug)]
pub struct InstitutionTokens {
    client: Arc<NiceClient>,
    fleet: Option<SharedInstitutionToken>,
    kept: Mutex<Kept>,
    /// Issues that have ended, well or badly; written under the lock.
    attempts: AtomicU64,
    /// When the present token came into this process.
    since: std::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<Arc<HeldToken>>,
    failure: Option<NiceError>,
}

impl InstitutionTokens {
    /// Starts with `configured` (`NICE_ACCESS_TOKEN`), if there is one;
    /// `fleet` is where other instances keep theirs.
    #[must_use]
    pub fn new(
        client: Arc<NiceClient>,
        configured: Option<Secret>,
        fleet: Option<SharedInstitutionToken>,
    ) -> Self {
        let since = configured.is_some().then(Instant::now);
        let token = configured.map(|token| Arc::new(HeldToken::new(token, Duration::MAX, false)));
        Self {
            client,
            fleet,
            kept: Mutex::new(Kept {
                token,
                failure: None,
            }),
            attempts: AtomicU64::new(0),
            since: std::sync::Mutex::new(since),
        }
    }

    /// How long the present token has been in this process.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let since = *self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| since.elapsed())
    }

    /// The token to use now. However many callers ask at once, one call
    /// goes to NICE, and all of them share its outcome.
    ///
    /// # Errors
    ///
    /// [`NiceError`] of the one call.
    pub async fn get(&self) -> Result<Arc<HeldToken>, NiceError> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.token.as_ref().filter(|token| token.is_alive()) {
            return Ok(Arc::clone(token));
        }
        self.issue(&mut kept, seen, None).await
    }

    /// A token other than `refused`, which NICE has just refused: the one
    /// that somebody else has put in its place, or else a new one. `None`
    /// when a new one would be refused too.
    ///
    /// # Errors
    ///
    /// [`NiceError`] of the call that issues.
    pub async fn replace(
        &self,
        refused: &Arc<HeldToken>,
    ) -> Result<Option<Arc<HeldToken>>, NiceError> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = &kept.token
            && !Arc::ptr_eq(token, refused)
        {
            return Ok(Some(Arc::clone(token)));
        }
        if !refused.is_worth_replacing() {
            return Ok(None);
        }
        self.issue(&mut kept, seen, Some(refused)).await.map(Some)
    }

    /// Issues a token, or takes over the one that another instance of the
    /// fleet has issued meanwhile.
    async fn issue(
        &self,
        kept: &mut Kept,
        seen: u64,
        refused: Option<&HeldToken>,
    ) -> Result<Arc<HeldToken>, NiceError> {
        if let Some(failure) = &kept.failure
            && self.attempts.load(Ordering::Acquire) != seen
        {
            // Somebody tried while this caller waited for the lock.
            return Err(failure.clone());
        }
        let outcome = match &self.fleet {
            Some(fleet) => self.issue_for_fleet(fleet, refused).await,
            None => self.issue_here(refused).await,
        };
        self.attempts.fetch_add(1, Ordering::Release);
        kept.failure = outcome.as_ref().err().cloned();
        let token = Arc::new(outcome?);
        kept.token = Some(Arc::clone(&token));
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(token)
    }

    async fn issue_here(&self, refused: Option<&HeldToken>) -> Result<HeldToken, NiceError> {
        let issued = self.client.issue_institution_token().await?;
        tracing::info!(
            expires_in_s = issued.expires_in.as_secs(),
            "institution token issued"
        );
        Ok(HeldToken::new(
            issued.access_token,
            issued.expires_in,
            refused.is_some(),
        ))
    }

    /// One instance issues at a time; the others wait a little for what it
    /// brings. That two may issue after all is harmless.
    async fn issue_for_fleet(
        &self,
        fleet: &SharedInstitutionToken,
        refused: Option<&HeldToken>,
    ) -> Result<HeldToken, NiceError> {
        let mut leased = false;
        for _ in 0..LEASE_TRIES {
            match fleet.load().await {
                Ok(Some((token, life))) if refused.is_none_or(|held| !held.is(&token)) => {
                    if leased {
                        let _ = fleet.release().await;
                    }
                    // Taken over in place of a refused one it counts as its
                    // replacement, or a fleet could issue in turns for ever.
                    return Ok(HeldToken::new(token, life, refused.is_some()));
                }
                // Looked at again under the lease: whoever had it before may
                // have brought a token since.
                Ok(_) if leased => break,
                Ok(_) => {}
                // Without the store each instance is on its own.
                Err(error) => {
                    tracing::warn!(%error, "the fleet's institution token can't be read");
                    break;
                }
            }
            match fleet.try_lease(LEASE).await {
                Ok(false) => tokio::time::sleep(fleet.jitter(LEASE_PAUSE)).await,
                Ok(true) => leased = true,
                Err(_) => break,
            }
        }
        let issued = self.issue_here(refused).await;
        if let Ok(token) = &issued
            && let Err(error) = fleet.save(&token.access_token, token.life).await
        {
            tracing::warn!(%error, "the fleet's institution token can't be kept");
        }
        // A lease that can't be given back ends by itself.
        let _ = fleet.release().await;
        issued
    }
}
