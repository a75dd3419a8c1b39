//! The return from NICE's window: the result is fetched once, sealed, kept,
//! and handed to the shop.

use std::{pin::pin, sync::Arc, time::Duration};

use subtle::ConstantTimeEq;
use thiserror::Error;
use tokio::time::{Instant, interval, sleep};
use zeroize::Zeroizing;

use super::{
    Facade, Party, WINDOW, malformed, proof,
    records::{Attempt, Outcome, Progress},
    result::{self, Source, Unusable},
};
use crate::{
    crypto::{KeySet, Sealed},
    nice::NiceError,
    store::{Cell, Found, Put, Session, Step, StoreError},
    token::{ResultError, Unreadable},
    verification::MethodType,
};

/// How often an attempt may turn out as not verified.
const TRIES: u8 = 3;

/// How often losers of a claim look for the winner's outcome.
const LOOK: Duration = Duration::from_millis(50);

/// How long a result that NICE handed out is tried to be kept.
const KEEP: Duration = Duration::from_secs(5);

/// What the shop gets, and how.
#[derive(Debug)]
pub struct HandOver {
    /// The result as the older API seals it.
    pub sealed: Sealed,
    /// As the shop asked for.
    pub methodtype: MethodType,
}

/// Why there are no values.
#[derive(Clone, Debug, Error)]
pub enum ReturnError {
    /// Another attempt, or another return of this one, has the values.
    #[error("already verified elsewhere")]
    Elsewhere,
    /// More than ten minutes after the window was opened.
    #[error("the window has expired")]
    Late,
    /// NICE knows of no success; the attempt stays open while tries are left.
    #[error("NICE says: not verified (3029 or 3032)")]
    NotVerified,
    /// NICE has handed the result out, and nobody has it.
    #[error("the result was handed out and lost")]
    Lost,
    /// The result can't be opened.
    #[error("NICE's result can't be read: {0}")]
    Unreadable(#[from] Unreadable),
    /// It opens, and is no person's.
    #[error("NICE's result is unusable: {0}")]
    Unusable(Unusable),
    /// NICE was not asked, or refused: the same return may be tried again.
    #[error(transparent)]
    Nice(NiceError),
    /// Somebody else still asks: the same return may be tried again.
    #[error("the result is still being fetched")]
    Busy,
    /// The session has ended.
    #[error("no session, or it has expired")]
    Expired,
    /// The store gave no answer: the same return may be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReturnError {
    /// Whether nothing will come of this attempt any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Late | Self::Lost | Self::Unreadable(_) | Self::Unusable(_) | Self::Expired => {
                true
            }
            Self::Elsewhere | Self::NotVerified | Self::Nice(_) | Self::Busy | Self::Store(_) => {
                false
            }
        }
    }
}

/// An attempt that has come back.
#[derive(Debug)]
pub struct Returned {
    facade: Arc<Facade>,
    id: String,
    attempt: Attempt,
}

impl Facade {
    /// The attempt with this id; `None` if it is unknown or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn returned(self: &Arc<Self>, id: &str) -> Result<Option<Returned>, StoreError> {
        let Some(packed) = self.read(Cell::Attempt, id).await? else {
            return Ok(None);
        };
        let attempt = Attempt::unpack(&packed).ok_or_else(malformed)?;
        Ok(Some(Returned {
            facade: Arc::clone(self),
            id: id.to_owned(),
            attempt,
        }))
    }
}

impl Returned {
    /// Whom a page about it speaks to.
    #[must_use]
    pub const fn party(&self) -> &Party {
        &self.attempt.party
    }

    /// Brings the session's values: fetched now, once, or kept from before.
    /// `web_transaction_id` has been checked for its shape; `until_kept` is
    /// dropped when all is kept, also if the person has left.
    ///
    /// # Errors
    ///
    /// [`ReturnError`].
    pub async fn finish(
        self,
        web_transaction_id: &str,
        until_kept: impl Send + 'static,
    ) -> Result<HandOver, ReturnError> {
        let coming = Coming {
            facade: self.facade,
            id: self.id,
            attempt: self.attempt,
            web_transaction_id: web_transaction_id.to_owned(),
        };
        // A task: a person who leaves must not stop a call that NICE answers
        // once.
        let task = tokio::spawn(async move {
            let _until_kept = until_kept;
            coming.finish().await
        });
        task.await.unwrap_or(Err(ReturnError::Busy))
    }
}

/// A return on its way.
struct Coming {
    facade: Arc<Facade>,
    id: String,
    attempt: Attempt,
    web_transaction_id: String,
}

impl Coming {
    /// Takes the claim, or waits for whoever has it.
    async fn finish(self) -> Result<HandOver, ReturnError> {
        let patience = Instant::now() + 3 * self.facade.lease();
        let session = &self.attempt.party.token_version_id;
        self.facade.note(session, Step::Returned).await;
        loop {
            if let Some(values) = self.outcome().await? {
                return values;
            }
            let age = self.facade.clock.now().duration_since(self.attempt.opened);
            if age.unsigned_abs() >= WINDOW {
                return Err(ReturnError::Late);
            }
            Self::may_ask(self.progress().await?)?;
            if let Some(claim) = self.claim().await? {
                let outcome = self.ask(&claim).await;
                self.release(&claim).await;
                return outcome;
            }
            if Instant::now() > patience {
                return Err(ReturnError::Busy);
            }
            sleep(LOOK).await;
        }
    }

    /// What the session has come to, if it has; the values only for the very
    /// return that brought them.
    async fn outcome(&self) -> Result<Option<Result<HandOver, ReturnError>>, StoreError> {
        let session = &self.attempt.party.token_version_id;
        let packed = self.facade.read(Cell::Outcome, session).await?;
        let Some(packed) = packed else {
            return Ok(None);
        };
        let outcome = Outcome::unpack(&packed).ok_or_else(malformed)?;
        let proof = proof(&self.id, &self.web_transaction_id);
        Ok(Some(if bool::from(outcome.proof.ct_eq(&proof)) {
            Ok(self.hand_over(outcome.sealed))
        } else {
            Err(ReturnError::Elsewhere)
        }))
    }

    fn hand_over(&self, sealed: Sealed) -> HandOver {
        HandOver {
            sealed,
            methodtype: self.attempt.methodtype,
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
    async fn ask(&self, claim: &str) -> Result<HandOver, ReturnError> {
        // Another may have finished between the look and the claim.
        if let Some(values) = self.outcome().await? {
            return values;
        }
        let session = match self
            .facade
            .find(&self.attempt.party.token_version_id)
            .await?
        {
            Found::Open(session) => session,
            Found::Used(_) => return Err(ReturnError::Elsewhere),
            Found::Missing => return Err(ReturnError::Expired),
        };
        // Read before NICE hands out what it hands out once.
        let receivedata = self.receivedata().await?;
        let receivedata = receivedata.as_deref().map(String::as_str);
        let mut progress = self.progress().await?;
        loop {
            Self::may_ask(progress)?;
            // Before it is sent: whoever comes after us, should we die, knows.
            progress.unanswered += 1;
            self.write(progress).await?;
            match self.call(claim).await {
                Ok(json) => {
                    return self.keep(&json, &session, receivedata, progress).await;
                }
                Err(ResultError::NotVerified(_)) => {
                    progress.unanswered = 0;
                    progress.not_verified += 1;
                    self.write(progress).await?;
                    return Err(ReturnError::NotVerified);
                }
                Err(ResultError::AlreadyHandedOut) => {
                    return self.end(progress, ReturnError::Lost).await;
                }
                Err(ResultError::Unreadable(what)) => {
                    return self.end(progress, ReturnError::Unreadable(what)).await;
                }
                Err(ResultError::Unsent(error)) => {
                    progress.unanswered -= 1;
                    self.write(progress).await?;
                    return Err(ReturnError::Nice(error));
                }
                Err(ResultError::Lost(error)) => {
                    tracing::warn!(%error, "NICE's answer to a call for a result was lost");
                }
            }
        }
    }

    /// Calls NICE and keeps the claim meanwhile.
    async fn call(&self, claim: &str) -> Result<Zeroizing<Vec<u8>>, ResultError> {
        let lease = self.facade.lease();
        let mut renewal = interval(lease / 2);
        renewal.tick().await;
        let nice = &self.facade.nice;
        let call = nice.result(&self.attempt.transaction, &self.web_transaction_id);
        let mut call = pin!(call);
        loop {
            tokio::select! {
                answer = &mut call => return answer,
                _ = renewal.tick() => self.renew(claim, lease).await,
            }
        }
    }

    /// Seals and keeps the result. It exists here alone, so the store gets
    /// some time.
    async fn keep(
        &self,
        json: &[u8],
        session: &Session,
        receivedata: Option<&str>,
        progress: Progress,
    ) -> Result<HandOver, ReturnError> {
        let source = Source {
            attempt: &self.attempt,
            requestno: &session.requestno,
            sitecode: &session.site_code,
            web_transaction_id: &self.web_transaction_id,
            receivedata,
            at: self.facade.clock.now(),
            in_sandbox: self.facade.settings.in_sandbox,
        };
        let keys = KeySet::from_digest(&session.digest);
        let sealed = match result::seal(json, source, &keys) {
            Ok(sealed) => sealed,
            Err(what) => {
                self.facade.nice.unusable(what.field);
                return self.end(progress, ReturnError::Unusable(what)).await;
            }
        };
        let outcome = Outcome {
            proof: proof(&self.id, &self.web_transaction_id),
            sealed,
        };
        match self.add(&outcome).await? {
            Put::Stored => {
                self.forget_the_way().await;
                Ok(self.hand_over(outcome.sealed))
            }
            Put::Exists => self.outcome().await?.unwrap_or(Err(ReturnError::Expired)),
            Put::Full => Err(ReturnError::Store(StoreError::Unavailable(
                "no room for a result".to_owned(),
            ))),
        }
    }

    async fn add(&self, outcome: &Outcome) -> Result<Put, StoreError> {
        let session = &self.attempt.party.token_version_id;
        let (life, packed) = (self.facade.life(), outcome.pack());
        self.facade
            .add_for(life, KEEP, (Cell::Outcome, session), &packed)
            .await
    }

    async fn receivedata(&self) -> Result<Option<Zeroizing<String>>, StoreError> {
        let session = &self.attempt.party.token_version_id;
        let received = self.facade.read(Cell::Received, session).await?;
        let text = received.map(|bytes| str::from_utf8(&bytes).map(str::to_owned));
        let text = text.transpose().map_err(|_| malformed())?;
        Ok(text.map(Zeroizing::new))
    }

    /// The outcome has it all, and is looked at first.
    async fn forget_the_way(&self) {
        let (store, session) = (&self.facade.store, &self.attempt.party.token_version_id);
        // What fails here ends with the session.
        let _ = tokio::join!(
            store.remove_cell(Cell::Received, session),
            store.remove_cell(Cell::Progress, &self.id),
        );
    }

    async fn progress(&self) -> Result<Progress, StoreError> {
        match self.facade.read(Cell::Progress, &self.id).await? {
            Some(packed) => Progress::unpack(&packed).ok_or_else(malformed),
            None => Ok(Progress::default()),
        }
    }

    async fn write(&self, progress: Progress) -> Result<(), StoreError> {
        let packed = progress.pack();
        self.facade.write(Cell::Progress, &self.id, &packed).await
    }

    /// Nothing will come of this attempt.
    async fn end(&self, progress: Progress, why: ReturnError) -> Result<HandOver, ReturnError> {
        // A holder that was given up for dead may have finished all the same.
        if let Some(values) = self.outcome().await? {
            return values;
        }
        let ended = Progress {
            ended: true,
            ..progress
        };
        self.write(ended).await?;
        Err(why)
    }

    async fn claim(&self) -> Result<Option<String>, StoreError> {
        let (facade, holder) = (&self.facade, self.facade.id());
        let (lease, cell) = (facade.lease(), (Cell::Claim, &*self.id));
        // One that was taken without an answer has to last until it is renewed.
        let put = facade.add_for(lease, lease / 3, cell, holder.as_bytes());
        Ok((put.await? == Put::Stored).then_some(holder))
    }

    async fn renew(&self, claim: &str, lease: Duration) {
        let store = &self.facade.store;
        if self.holds(claim).await {
            // If it fails, the claim ends and another may ask once more.
            let _ = store
                .write_cell(Cell::Claim, &self.id, claim.as_bytes(), lease)
                .await;
        }
    }

    async fn release(&self, claim: &str) {
        if self.holds(claim).await {
            // If it fails, the claim expires by itself.
            let _ = self.facade.store.remove_cell(Cell::Claim, &self.id).await;
        }
    }

    async fn holds(&self, claim: &str) -> bool {
        let held = self.facade.store.read_cell(Cell::Claim, &self.id).await;
        matches!(held, Ok(Some(holder)) if **holder == *claim.as_bytes())
    }
}
