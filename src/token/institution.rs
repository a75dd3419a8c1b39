//! The institution token (기관토큰): issued once, then shared by all callers
//! of this process and, with Redis, by all instances of a fleet.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Mutex, time::Instant};

use super::fleet::{Decision, Fleet, Stored};
use crate::{
    nice::{NiceClient, NiceError},
    secret::Secret,
    store::SharedInstitutionToken,
};

/// Back-off between reissues while NICE refuses fresh tokens. Short at first,
/// since the fresh token may have been revoked as well; doubles each time to
/// [`LONGEST_REISSUE_PAUSE`], resets when NICE accepts a token.
const REISSUE_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_REISSUE_PAUSE: Duration = Duration::from_secs(30);

/// An institution token in use.
#[derive(Debug)]
pub struct HeldToken {
    access_token: Secret,
    expires_at: Option<Instant>,
    accepted: AtomicBool,
}

impl HeldToken {
    fn new(access_token: Secret, expires_at: Option<Instant>) -> Arc<Self> {
        Arc::new(Self {
            access_token,
            expires_at,
            accepted: AtomicBool::new(false),
        })
    }

    /// The token itself.
    #[must_use]
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// Records that NICE accepted a call with this token.
    pub fn mark_accepted(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    fn was_accepted(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
    }

    fn is_alive(&self) -> bool {
        self.expires_at.is_none_or(|end| Instant::now() < end)
    }
}

/// Holds the institution token; issues it when there is none.
#[derive(Debug)]
pub struct InstitutionTokens {
    client: Arc<NiceClient>,
    fleet: Option<Fleet>,
    kept: Mutex<Kept>,
    /// Number of issue calls that have ended, failures included. Written under
    /// the lock.
    attempts: AtomicU64,
    /// When this process got the present token.
    since: std::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<Arc<HeldToken>>,
    failure: Option<NiceError>,
    replaced: Option<Replaced>,
}

/// The last reissue by this process.
#[derive(Debug)]
struct Replaced {
    at: Instant,
    /// Back-off before the next, if NICE never accepts this one.
    pause: Duration,
}

impl Kept {
    /// Whether a new token is likely to be accepted where `refused` was not.
    fn is_worth_replacing(&self, refused: &HeldToken) -> bool {
        refused.was_accepted()
            || self
                .replaced
                .as_ref()
                .is_none_or(|replaced| replaced.at.elapsed() > replaced.pause)
    }

    /// Records a reissue after `refused`.
    fn replaced(&mut self, refused: &HeldToken) {
        let before = self.replaced.take().filter(|_| !refused.was_accepted());
        let pause = before.map_or(REISSUE_PAUSE, |before| {
            (before.pause * 2).min(LONGEST_REISSUE_PAUSE)
        });
        self.replaced = Some(Replaced {
            at: Instant::now(),
            pause,
        });
    }
}

impl InstitutionTokens {
    /// Starts with `configured` (`NICE_ACCESS_TOKEN`) if given; shares issued
    /// tokens with the fleet if there is one.
    #[must_use]
    pub fn new(
        client: Arc<NiceClient>,
        configured: Option<Secret>,
        shared: Option<SharedInstitutionToken>,
    ) -> Self {
        let since = configured.is_some().then(Instant::now);
        let fleet = shared.map(|shared| Fleet::new(shared, client.transport().call_timeout()));
        Self {
            client,
            fleet,
            kept: Mutex::new(Kept {
                token: configured.map(|access_token| HeldToken::new(access_token, None)),
                ..Kept::default()
            }),
            attempts: AtomicU64::new(0),
            since: std::sync::Mutex::new(since),
        }
    }

    /// Time since this process got the present token.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let since = *self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| since.elapsed())
    }

    /// The token to use now. Concurrent callers share one call to NICE and its
    /// outcome; so do the instances of a fleet while their store is available.
    ///
    /// # Errors
    ///
    /// [`NiceError`] of that call.
    pub async fn get(&self) -> Result<Arc<HeldToken>, NiceError> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.token.as_ref().filter(|token| token.is_alive()) {
            return Ok(Arc::clone(token));
        }
        self.obtain(&mut kept, seen, None).await
    }

    /// A token other than `refused`, which NICE has just refused: one that
    /// another caller or instance has already replaced it with, or a new one.
    /// `None` when NICE would most likely refuse a new one too.
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
        if !kept.is_worth_replacing(refused) {
            // No new one, but the fleet's if it has another.
            let Some(fleet) = &self.fleet else {
                return Ok(None);
            };
            return Ok(match fleet.token(Some(&refused.access_token)).await {
                Stored::Token(token, life) => Some(self.adopt(&mut kept, token, life)),
                Stored::Nothing | Stored::Unknown => None,
            });
        }
        self.obtain(&mut kept, seen, Some(refused)).await.map(Some)
    }

    /// The fleet's token, or a new one.
    async fn obtain(
        &self,
        kept: &mut Kept,
        seen: u64,
        refused: Option<&HeldToken>,
    ) -> Result<Arc<HeldToken>, NiceError> {
        if let Some(failure) = &kept.failure
            && self.attempts.load(Ordering::Acquire) != seen
        {
            // Another caller tried while this one waited for the lock.
            return Err(failure.clone());
        }
        let Some(fleet) = &self.fleet else {
            return self.issue(kept, refused).await;
        };
        let decision = fleet.decide(refused.map(HeldToken::access_token)).await;
        let lease = match decision {
            Decision::Adopt(token, life) => return Ok(self.adopt(kept, token, life)),
            Decision::Issue(lease) => lease,
        };
        let issued = self.issue(kept, refused).await;
        if let Ok(token) = &issued
            && let Some(end) = token.expires_at
        {
            let life = end.saturating_duration_since(Instant::now());
            fleet.share(&token.access_token, life).await;
        }
        fleet.release(lease).await;
        issued
    }

    /// Uses a token of the fleet.
    fn adopt(&self, kept: &mut Kept, access_token: Secret, life: Duration) -> Arc<HeldToken> {
        let token = HeldToken::new(access_token, Instant::now().checked_add(life));
        tracing::info!(
            expires_in_s = life.as_secs(),
            "institution token shared by another instance"
        );
        self.keep(kept, &token);
        token
    }

    fn keep(&self, kept: &mut Kept, token: &Arc<HeldToken>) {
        kept.token = Some(Arc::clone(token));
        kept.failure = None;
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    async fn issue(
        &self,
        kept: &mut Kept,
        refused: Option<&HeldToken>,
    ) -> Result<Arc<HeldToken>, NiceError> {
        let outcome = self.client.issue_institution_token().await;
        self.attempts.fetch_add(1, Ordering::Release);
        match outcome {
            Ok(issued) => {
                let now = Instant::now();
                let token = HeldToken::new(issued.access_token, now.checked_add(issued.expires_in));
                tracing::info!(
                    expires_in_s = issued.expires_in.as_secs(),
                    "institution token issued"
                );
                if let Some(refused) = refused {
                    kept.replaced(refused);
                }
                self.keep(kept, &token);
                Ok(token)
            }
            Err(error) => {
                kept.failure = Some(error.clone());
                Err(error)
            }
        }
    }
}
