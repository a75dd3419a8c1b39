//! One return on its way: NICE is asked by the holder of the attempt's claim;
//! all others wait for what it brings.

use std::{pin::pin, sync::Arc, time::Duration};

use subtle::ConstantTimeEq;
use tokio::time::{Instant, interval, sleep};
use zeroize::Zeroizing;

use super::{HandOver, ReturnError, claim::Claim};
use crate::{
    crypto::{KeySet, Sealed},
    store::{Cell, Found, Put, Session, Step, StoreError},
    token::ResultError,
    verification::facade::{
        Facade, WINDOW, malformed, proof,
        records::{Attempt, Outcome, Progress},
        result::{self, Source},
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
    pub(super) attempt: Attempt,
    pub(super) web_transaction_id: String,
}

impl Coming {
    /// Takes the claim, or waits for its holder.
    pub(super) async fn finish(self) -> Result<HandOver, ReturnError> {
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
            if let Some(claim) = Claim::take(&self.facade, &self.id).await? {
                let outcome = self.ask(&claim).await;
                claim.release().await;
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
    async fn ask(&self, claim: &Claim<'_>) -> Result<HandOver, ReturnError> {
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
            // Written before the call, so that another instance knows of it if
            // this one dies.
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
    async fn call(&self, claim: &Claim<'_>) -> Result<Zeroizing<Vec<u8>>, ResultError> {
        let mut renewal = interval(self.facade.lease() / 2);
        renewal.tick().await;
        let nice = &self.facade.nice;
        let call = nice.result(&self.attempt.transaction, &self.web_transaction_id);
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
}
