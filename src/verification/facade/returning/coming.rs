//! One return on its way: NICE is asked by the holder of the attempt's claim;
//! all others wait for what it brings.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::time::{Instant, interval, sleep};
use zeroize::Zeroizing;

use super::{HandOver, ReturnError, claim::Claim};
use crate::{
    crypto::{KeySet, Sealed},
    store::{Cell, Found, Put, Session, Step, StoreError},
    token::ResultError,
    verification::facade::{
        Facade, WINDOW, malformed,
        outcome::{Outcome, Return},
        records::{Progress, Way},
        result::{self, Source},
        windows::Window,
    },
};

/// How often an attempt may turn out as not verified.
const TRIES: u8 = 3;

/// How often losers of a claim look for the winner's outcome.
const LOOK: Duration = Duration::from_millis(50);

/// How long a result that NICE handed out is tried to be kept.
const KEEP: Duration = Duration::from_secs(5);

/// A return on its way.
pub(super) struct Coming {
    pub(super) facade: Arc<Facade>,
    pub(super) id: String,
    pub(super) way: Way,
    pub(super) window: Option<Window>,
    pub(super) web_transaction_id: String,
}

impl Coming {
    /// Takes the claim, or waits for its holder.
    pub(super) async fn finish(self) -> Result<HandOver, ReturnError> {
        let patience = Instant::now() + 3 * self.facade.lease();
        self.facade.note(self.session(), Step::Returned).await;
        loop {
            if let Some(values) = self.outcome().await? {
                return values;
            }
            let Some(window) = &self.window else {
                return Err(ReturnError::Expired);
            };
            let age = self.facade.clock.now().duration_since(window.place.opened);
            if age.unsigned_abs() >= WINDOW {
                return Err(ReturnError::Late);
            }
            let Some(progress) = self.facade.progress(window).await? else {
                return self.gone().await;
            };
            Self::may_ask(progress)?;
            if let Some(claim) = Claim::take(&self.facade, &self.id).await? {
                let outcome = self.ask(window, &claim).await;
                claim.release().await;
                return outcome;
            }
            if Instant::now() > patience {
                return Err(ReturnError::Busy);
            }
            sleep(LOOK).await;
        }
    }

    fn session(&self) -> &str {
        &self.way.party.token_version_id
    }

    fn by(&self) -> Return<'_> {
        Return {
            id: &self.id,
            web_transaction_id: &self.web_transaction_id,
        }
    }

    /// What the session has come to, if it has; the values only for the very
    /// return that brought them.
    async fn outcome(&self) -> Result<Option<Result<HandOver, ReturnError>>, StoreError> {
        let packed = self.facade.read(Cell::Outcome, self.session()).await?;
        let Some(packed) = packed else {
            return Ok(None);
        };
        let outcome = Outcome::unpack(&packed).ok_or_else(malformed)?;
        if !outcome.is_of(self.by()) {
            return Ok(Some(Err(ReturnError::Elsewhere)));
        }
        let sealed = outcome.values(self.by()).ok_or_else(malformed)?;
        Ok(Some(Ok(self.hand_over(sealed))))
    }

    /// No window is kept any more: its session has its outcome, or has ended.
    async fn gone(&self) -> Result<HandOver, ReturnError> {
        let outcome = self.outcome().await?;
        outcome.unwrap_or(Err(ReturnError::Expired))
    }

    const fn hand_over(&self, sealed: Sealed) -> HandOver {
        HandOver {
            sealed,
            methodtype: self.way.methodtype,
        }
    }

    fn may_ask(progress: Progress) -> Result<(), ReturnError> {
        match progress {
            Progress { ended: true, .. }
            | Progress {
                unanswered: 2.., ..
            } => Err(ReturnError::Lost),
            Progress {
                not_verified: TRIES..,
                ..
            } => Err(ReturnError::NotVerified),
            Progress { .. } => Ok(()),
        }
    }

    /// Asks NICE, as the holder of the claim.
    async fn ask(&self, window: &Window, claim: &Claim<'_>) -> Result<HandOver, ReturnError> {
        // Another may have finished between the look and the claim.
        if let Some(values) = self.outcome().await? {
            return values;
        }
        // All is read before NICE hands out what it hands out once.
        let session = match self.facade.find(self.session()).await? {
            Found::Open(session) => session,
            Found::Used(_) => return Err(ReturnError::Elsewhere),
            Found::Missing => return Err(ReturnError::Expired),
        };
        let Some(mut progress) = self.facade.progress(window).await? else {
            return self.gone().await;
        };
        loop {
            Self::may_ask(progress)?;
            // Written before the call, so that another instance knows of it if
            // this one dies.
            progress.unanswered += 1;
            self.facade.record(window, progress).await?;
            match self.call(window, claim).await {
                Ok(json) => {
                    return self.keep(&json, &session, (window, progress)).await;
                }
                Err(ResultError::NotVerified(_)) => {
                    progress.unanswered = 0;
                    progress.not_verified += 1;
                    self.facade.record(window, progress).await?;
                    return Err(ReturnError::NotVerified);
                }
                Err(ResultError::AlreadyHandedOut) => {
                    return self.end((window, progress), ReturnError::Lost).await;
                }
                Err(ResultError::Unreadable(what)) => {
                    return self
                        .end((window, progress), ReturnError::Unreadable(what))
                        .await;
                }
                Err(ResultError::Unsent(error)) => {
                    progress.unanswered -= 1;
                    self.facade.record(window, progress).await?;
                    return Err(ReturnError::Nice(error));
                }
                Err(ResultError::Lost(error)) => {
                    tracing::warn!(%error, "NICE's answer to a call for a result was lost");
                }
            }
        }
    }

    /// Calls NICE and keeps the claim meanwhile.
    async fn call(
        &self,
        window: &Window,
        claim: &Claim<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, ResultError> {
        let mut renewal = interval(self.facade.lease() / 2);
        renewal.tick().await;
        let nice = &self.facade.nice;
        let call = nice.result(&window.place.transaction, &self.web_transaction_id);
        let mut call = pin!(call);
        loop {
            tokio::select! {
                answer = &mut call => return answer,
                _ = renewal.tick() => claim.renew().await,
            }
        }
    }

    /// Seals and keeps the result. It exists here alone, so the store gets
    /// some time.
    async fn keep(
        &self,
        json: &[u8],
        session: &Session,
        (window, progress): (&Window, Progress),
    ) -> Result<HandOver, ReturnError> {
        let source = Source {
            way: &self.way,
            requestno: &session.requestno,
            sitecode: &session.site_code,
            web_transaction_id: &self.web_transaction_id,
            at: self.facade.clock.now(),
            in_sandbox: self.facade.settings.in_sandbox,
        };
        let parts = match result::parts(json, source) {
            Ok(parts) => parts,
            Err(what) => {
                self.facade.nice.unusable(what.field);
                let why = ReturnError::Unusable(what);
                return self.end((window, progress), why).await;
            }
        };
        let keys = KeySet::from_digest(&session.digest);
        let outcome = Outcome::new(&parts, &keys, self.by(), &self.facade.random);
        match self.add(&outcome).await? {
            Put::Stored => {
                self.facade.forget(window).await;
                Ok(self.hand_over(parts.seal(&keys)))
            }
            Put::Exists => self.gone().await,
            Put::Full => Err(ReturnError::Store(StoreError::Unavailable(
                "no room for a result".to_owned(),
            ))),
        }
    }

    async fn add(&self, outcome: &Outcome) -> Result<Put, StoreError> {
        let (life, packed) = (self.facade.life(), outcome.pack());
        self.facade
            .add_for(life, KEEP, (Cell::Outcome, self.session()), &packed)
            .await
    }

    /// Nothing will come of this window.
    async fn end(
        &self,
        (window, progress): (&Window, Progress),
        why: ReturnError,
    ) -> Result<HandOver, ReturnError> {
        // A holder that was given up for dead may have finished all the same.
        if let Some(values) = self.outcome().await? {
            return values;
        }
        let ended = Progress {
            ended: true,
            ..progress
        };
        self.facade.record(window, ended).await?;
        Err(why)
    }
}
