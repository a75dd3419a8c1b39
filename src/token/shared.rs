//! A token that is issued once, then shared by all callers of this process
//! and, with Redis, by all instances of a fleet.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep, sleep_until},
};

use super::fleet::{Decision, Fleet, Lease, Stored};
use crate::{nice::NiceError, secret::Secret, store::SharedToken};

/// Back-off between reissues while NICE refuses fresh tokens. Short at first,
/// since the fresh token may have been revoked as well; doubles each time to
/// [`LONGEST_REISSUE_PAUSE`], resets when NICE accepts a token.
const REISSUE_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_REISSUE_PAUSE: Duration = Duration::from_secs(30);

fn longer(pause: Duration) -> Duration {
    (pause * 2).min(LONGEST_REISSUE_PAUSE)
}

/// Where a kind of token comes from.
pub trait Issuer: fmt::Debug + Send + Sync + 'static {
    /// The token, with all that belongs to it.
    type Token: fmt::Debug + Send + Sync + 'static;

    /// What the log calls it.
    const NAME: &'static str;

    /// Asks NICE for a new one.
    fn issue(&self) -> impl Future<Output = Result<Issued<Self::Token>, NiceError>> + Send;

    /// The longest that [`Issuer::issue`] takes.
    fn longest_call(&self) -> Duration;

    /// The token and its [`Issued::spare`] as the fleet's store keeps them.
    fn to_text(token: &Self::Token, spare: Duration) -> Secret;

    /// Reverses [`Issuer::to_text`]; `None` for what another version wrote.
    fn from_text(text: &Secret) -> Option<(Self::Token, Duration)>;
}

/// A token that NICE has just issued.
#[derive(Debug)]
pub struct Issued<T> {
    /// The token.
    pub token: T,
    /// How long it is used, unless there is no other.
    pub life: Duration,
    /// How much longer it may be used then.
    pub spare: Duration,
}

/// A token in use.
#[derive(Debug)]
pub struct HeldToken<T> {
    token: T,
    /// What the fleet's store has of it.
    text: Secret,
    /// `None`: never, as far as we know.
    renew_at: Option<Instant>,
    spare: Duration,
    accepted: AtomicBool,
}

/// `life` is `None` when the token never ends.
fn hold<I: Issuer>(
    token: I::Token,
    life: Option<Duration>,
    spare: Duration,
) -> Arc<HeldToken<I::Token>> {
    Arc::new(HeldToken {
        text: I::to_text(&token, spare),
        token,
        renew_at: life.and_then(|life| Instant::now().checked_add(life)),
        spare,
        accepted: AtomicBool::new(false),
    })
}

impl<T> HeldToken<T> {
    /// The token itself.
    pub const fn token(&self) -> &T {
        &self.token
    }

    /// Records that NICE accepted a call with this token.
    pub fn mark_accepted(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    fn was_accepted(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
    }

    fn is_fresh(&self) -> bool {
        self.renew_at.is_none_or(|end| Instant::now() < end)
    }

    fn is_alive(&self) -> bool {
        self.renew_at
            .is_none_or(|end| Instant::now() < end + self.spare)
    }
}

/// A token, and when this process got it.
type Present<T> = (Arc<HeldToken<T>>, Instant);

/// Holds a kind of token; has one issued when there is none.
#[derive(Debug)]
pub struct Tokens<I: Issuer> {
    issuer: I,
    fleet: Option<Fleet>,
    kept: Mutex<Kept>,
    /// Number of issue calls that have ended, failures included. Written under
    /// the lock.
    attempts: AtomicU64,
    /// The present token, and when this process got it. Written under the lock
    /// of `kept`, read without.
    held: std::sync::Mutex<Option<Present<I::Token>>>,
}

#[derive(Debug, Default)]
struct Kept {
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
    fn is_worth_replacing<T>(&self, refused: &HeldToken<T>) -> bool {
        refused.was_accepted()
            || self
                .replaced
                .as_ref()
                .is_none_or(|replaced| replaced.at.elapsed() > replaced.pause)
    }

    /// Records a reissue after `refused`.
    fn replaced<T>(&mut self, refused: &HeldToken<T>) {
        let before = self.replaced.take().filter(|_| !refused.was_accepted());
        let pause = before.map_or(REISSUE_PAUSE, |before| longer(before.pause));
        self.replaced = Some(Replaced {
            at: Instant::now(),
            pause,
        });
    }
}

impl<I: Issuer> Tokens<I> {
    /// Starts with `configured` if given; shares issued tokens with the fleet
    /// if there is one.
    #[must_use]
    pub fn of(issuer: I, configured: Option<I::Token>, shared: Option<SharedToken>) -> Self {
        let fleet = shared.map(|shared| Fleet::new(shared, I::NAME, issuer.longest_call()));
        let held = configured.map(|token| (hold::<I>(token, None, Duration::ZERO), Instant::now()));
        Self {
            issuer,
            fleet,
            kept: Mutex::default(),
            attempts: AtomicU64::new(0),
            held: std::sync::Mutex::new(held),
        }
    }

    /// Time since this process got the present token.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.held().map(|(_, since)| since.elapsed())
    }

    /// The token to use now. Concurrent callers share one call to NICE and its
    /// outcome; so do the instances of a fleet while their store is available.
    ///
    /// # Errors
    ///
    /// [`NiceError`] of that call.
    pub async fn get(&self) -> Result<Arc<HeldToken<I::Token>>, NiceError> {
        if let Some(token) = self.alive() {
            return Ok(token);
        }
        let seen = self.attempts.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = self.alive() {
            return Ok(token);
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
        refused: &Arc<HeldToken<I::Token>>,
    ) -> Result<Option<Arc<HeldToken<I::Token>>>, NiceError> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some((token, _)) = self.held()
            && !Arc::ptr_eq(&token, refused)
        {
            return Ok(Some(token));
        }
        if !kept.is_worth_replacing(refused) {
            // No new one, but the fleet's if it has another.
            let Some(fleet) = &self.fleet else {
                return Ok(None);
            };
            return Ok(match fleet.token(Some(&refused.text)).await {
                Stored::Token(text, life) => self.adopt(&mut kept, &text, life),
                Stored::Nothing | Stored::Unknown => None,
            });
        }
        self.obtain(&mut kept, seen, Some(refused)).await.map(Some)
    }

    /// Replaces the token before it ends, whether anybody asks for it or not.
    /// Pauses in between, longer and longer while tokens end at once: NICE may
    /// misstate their end, or issue the same one until it has ended. Never
    /// resolves.
    pub async fn keep_fresh(&self) {
        let mut pause = REISSUE_PAUSE;
        loop {
            match self.renewed().await {
                Ok(held) => {
                    let Some(end) = held.renew_at else {
                        return std::future::pending().await;
                    };
                    let earliest = Instant::now() + pause;
                    if end > earliest {
                        pause = REISSUE_PAUSE;
                    } else {
                        pause = longer(pause);
                    }
                    sleep_until(end.max(earliest)).await;
                }
                Err(error) => {
                    tracing::warn!(%error, remedy = error.remedy(), "no {} from NICE", I::NAME);
                    sleep(pause).await;
                    pause = longer(pause);
                }
            }
        }
    }

    /// The present token, or a new one if its time has come.
    async fn renewed(&self) -> Result<Arc<HeldToken<I::Token>>, NiceError> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        match self.held() {
            Some((token, _)) if token.is_fresh() => Ok(token),
            _ => self.obtain(&mut kept, seen, None).await,
        }
    }

    fn held(&self) -> Option<Present<I::Token>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }

    fn alive(&self) -> Option<Arc<HeldToken<I::Token>>> {
        self.held()
            .map(|(token, _)| token)
            .filter(|token| token.is_alive())
    }

    /// The fleet's token, or a new one.
    async fn obtain(
        &self,
        kept: &mut Kept,
        seen: u64,
        refused: Option<&HeldToken<I::Token>>,
    ) -> Result<Arc<HeldToken<I::Token>>, NiceError> {
        if let Some(failure) = &kept.failure
            && self.attempts.load(Ordering::Acquire) != seen
        {
            // Another caller tried while this one waited for the lock.
            return Err(failure.clone());
        }
        let Some(fleet) = &self.fleet else {
            return self.issue(kept, refused).await;
        };
        let lease = match fleet.decide(refused.map(|refused| &refused.text)).await {
            Decision::Adopt(text, life) => {
                if let Some(token) = self.adopt(kept, &text, life) {
                    return Ok(token);
                }
                Lease::Missing
            }
            Decision::Issue(lease) => lease,
        };
        let issued = self.issue(kept, refused).await;
        if let Ok(token) = &issued
            && let Some(end) = token.renew_at
        {
            let life = end.saturating_duration_since(Instant::now());
            fleet.share(&token.text, life).await;
        }
        fleet.release(lease).await;
        issued
    }

    /// Uses a token of the fleet; `None` if it can't be read.
    fn adopt(
        &self,
        kept: &mut Kept,
        text: &Secret,
        life: Duration,
    ) -> Option<Arc<HeldToken<I::Token>>> {
        let (token, spare) = I::from_text(text)?;
        let token = hold::<I>(token, Some(life), spare);
        tracing::info!(
            expires_in_s = life.as_secs(),
            "{} shared by another instance",
            I::NAME
        );
        self.keep(kept, &token);
        Some(token)
    }

    fn keep(&self, kept: &mut Kept, token: &Arc<HeldToken<I::Token>>) {
        kept.failure = None;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Arc::clone(token), Instant::now()));
    }

    async fn issue(
        &self,
        kept: &mut Kept,
        refused: Option<&HeldToken<I::Token>>,
    ) -> Result<Arc<HeldToken<I::Token>>, NiceError> {
        let outcome = self.issuer.issue().await;
        self.attempts.fetch_add(1, Ordering::Release);
        match outcome {
            Ok(Issued { token, life, spare }) => {
                let token = hold::<I>(token, Some(life), spare);
                tracing::info!(
                    expires_in_s = (life + spare).as_secs(),
                    "{} issued",
                    I::NAME
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
