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
};

/// NICE refused the very token that replaced a refused one: yet another
/// won't help, so none is issued for this long, or it would be a loop.
const REISSUE_PAUSE: Duration = Duration::from_secs(30);

/// An institution token in use.
#[derive(Debug)]
pub struct HeldToken {
    access_token: Secret,
    expires_at: Option<Instant>,
    /// When it was issued in place of one that NICE refused.
    replacement_since: Option<Instant>,
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

    fn is_alive(&self) -> bool {
        self.expires_at.is_none_or(|end| Instant::now() < end)
    }

    /// Whether a refusal says something about this one token, rather than
    /// about whatever we would issue.
    fn is_worth_replacing(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
            || self
                .replacement_since
                .is_none_or(|since| since.elapsed() > REISSUE_PAUSE)
    }
}

/// Keeps the institution token; issues it when there is none.
#[derive(Debug)]
pub struct InstitutionTokens {
    client: Arc<NiceClient>,
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
    /// Starts with `configured` (`NICE_ACCESS_TOKEN`), if there is one.
    #[must_use]
    pub fn new(client: Arc<NiceClient>, configured: Option<Secret>) -> Self {
        let since = configured.is_some().then(Instant::now);
        let token = configured.map(|access_token| {
            Arc::new(HeldToken {
                access_token,
                expires_at: None,
                replacement_since: None,
                accepted: AtomicBool::new(false),
            })
        });
        Self {
            client,
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
        let since = Some(Instant::now());
        self.issue(&mut kept, seen, since).await.map(Some)
    }

    async fn issue(
        &self,
        kept: &mut Kept,
        seen: u64,
        replacement_since: Option<Instant>,
    ) -> Result<Arc<HeldToken>, NiceError> {
        if let Some(failure) = &kept.failure
            && self.attempts.load(Ordering::Acquire) != seen
        {
            // Somebody tried while this caller waited for the lock.
            return Err(failure.clone());
        }
        let outcome = self.client.issue_institution_token().await;
        self.attempts.fetch_add(1, Ordering::Release);
        match outcome {
            Ok(issued) => {
                let now = Instant::now();
                let token = Arc::new(HeldToken {
                    access_token: issued.access_token,
                    expires_at: now.checked_add(issued.expires_in),
                    replacement_since,
                    accepted: AtomicBool::new(false),
                });
                tracing::info!(
                    expires_in_s = issued.expires_in.as_secs(),
                    "institution token issued"
                );
                kept.token = Some(Arc::clone(&token));
                *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
                kept.failure = None;
                Ok(token)
            }
            Err(error) => {
                kept.failure = Some(error.clone());
                Err(error)
            }
        }
    }
}
