//! Opening a result: only this service has the HMAC key, so only it can tell
//! a genuine result. The order of the checks matters: nothing is decrypted
//! before its integrity is verified, and the session is consumed last.

mod genuine;
mod request;

use std::{sync::Arc, time::Duration};

use arrayvec::ArrayString;
use jiff::Timestamp;
use subtle::ConstantTimeEq;
use thiserror::Error;

pub(super) use self::genuine::{fingerprint, restore_plus};
pub use self::request::{Damage, IdempotencyKey, OpenFields, OpenRequest};
use super::{
    hashes::HashKeys,
    rejection::Rejection,
    result::{Age, VerificationResult},
};
use crate::{
    clock::Clock,
    store::{Consumed, Found, REPEATABLE, Refusal, Step, Store, StoreError, Used},
};

/// Why a result was not opened.
#[derive(Clone, Debug, Error)]
pub enum OpenError {
    /// No such session, or it has expired.
    #[error("no session, or it has expired")]
    SessionNotFound,
    /// The session's result was opened before.
    #[error("the result was opened before")]
    AlreadyUsed,
    /// Another result of the same session was opened before.
    #[error(
        "another result was opened before: the same token was used by two browsers; \
         is a cache in front of getOAuthToken?"
    )]
    AnotherUsed,
    /// Not a genuine result of this session, which stays open.
    #[error("rejected: {0}")]
    Rejected(#[from] Rejection),
    /// A genuine result: the person was not verified.
    #[error("NICE's resultcode is {resultcode}")]
    NotVerified {
        /// NICE's code; 1-4 letters and digits.
        resultcode: ArrayString<4>,
    },
    /// The store can't tell now whether the session is open.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A result that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The person.
    pub result: VerificationResult,
    /// When it was opened first.
    pub at: Timestamp,
    /// The same call had opened it before.
    pub repeated: bool,
}

/// Opens results, each once.
#[derive(Clone, Debug)]
pub struct Opener {
    pub(super) store: Arc<Store>,
    session_ttl: Duration,
    hash_keys: Option<HashKeys>,
    clock: Clock,
}

impl Opener {
    /// Opens the results of the sessions in `store`, which live for at most
    /// `session_ttl`.
    #[must_use]
    pub const fn new(store: Arc<Store>, session_ttl: Duration, clock: Clock) -> Self {
        Self {
            store,
            session_ttl,
            hash_keys: None,
            clock,
        }
    }

    /// Adds hashes of CI and DI under these keys.
    #[must_use]
    pub fn with_hashes(self, hash_keys: Option<HashKeys>) -> Self {
        Self { hash_keys, ..self }
    }

    /// Checks the result and consumes the session: of any number of calls
    /// with one result, one succeeds, and its own repetitions.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; only success consumes the session.
    pub async fn open(&self, request: &OpenRequest<'_>) -> Result<Opened, OpenError> {
        let id = request.token_version_id;
        let session = match self.store.find(id).await? {
            Found::Open(session) => session,
            Found::Used(used) => return self.again(request, used).await,
            Found::Missing => return Err(OpenError::SessionNotFound),
        };
        let result = match genuine::check(request, &session) {
            Ok(result) => result,
            Err(refused) => {
                self.note(id, &refused).await;
                return Err(refused);
            }
        };
        let (at, call) = (self.clock.now(), request.call());
        if let Some(call) = &call {
            self.store.keep_for(call, &session).await?;
        }
        let opened = fingerprint(&restore_plus(request.enc_data));
        let used = Used::of(&session, at.into(), opened, call);
        match self.store.consume(id, &session, &used).await? {
            Consumed::Won => Ok(self.complete(result, request, at, false)),
            Consumed::AlreadyUsed(used) => self.again(request, used).await,
            Consumed::Missing => Err(OpenError::SessionNotFound),
        }
    }

    /// A second call: the same one gets its answer again, made afresh from its
    /// own values, as long as the keys are kept for it.
    async fn again(
        &self,
        request: &OpenRequest<'_>,
        used: Option<Used>,
    ) -> Result<Opened, OpenError> {
        let Some(used) = used else {
            return Err(OpenError::AlreadyUsed);
        };
        let at = used.opened.timestamp();
        let call = request.call().zip(used.call);
        let call = call.and_then(|(call, first)| bool::from(call.ct_eq(&first)).then_some(call));
        let is_in_time = self.clock.now().duration_since(at).unsigned_abs() < REPEATABLE;
        if let Some(call) = call.filter(|_| is_in_time)
            && let Some(session) = self.store.kept_for(&call).await?
        {
            let result = genuine::check(request, &session)?;
            self.store.confirm_use(request.token_version_id).await?;
            return Ok(self.complete(result, request, at, true));
        }
        if fingerprint(&restore_plus(request.enc_data)) == used.result {
            Err(OpenError::AlreadyUsed)
        } else {
            Err(OpenError::AnotherUsed)
        }
    }

    /// Adds what the shop would have to work out by itself.
    fn complete(
        &self,
        mut result: VerificationResult,
        request: &OpenRequest<'_>,
        at: Timestamp,
        repeated: bool,
    ) -> Opened {
        if let Some(birthdate) = &result.birthdate {
            result.age = Age::at(at, birthdate);
            if result.age.is_none() {
                tracing::warn!("a result has a birthdate that can't be: no age");
            }
        }
        result.matches = request.expect.map(|expected| expected.compare(&result));
        if let Some(keys) = &self.hash_keys {
            result.hash(keys);
        }
        result.repeated = repeated.then_some(true);
        Opened {
            result,
            at,
            repeated,
        }
    }

    /// For those who ask where a verification has ended. Without this note
    /// they learn less, so a store that fails now is no reason to fail.
    async fn note(&self, id: &str, refused: &OpenError) {
        let refusal = match refused {
            OpenError::Rejected(_) => Refusal::Rejected,
            OpenError::NotVerified { resultcode } => Refusal::NotVerified(*resultcode),
            OpenError::SessionNotFound
            | OpenError::AlreadyUsed
            | OpenError::AnotherUsed
            | OpenError::Store(_) => return,
        };
        let at = self.clock.now().into();
        let noted = self
            .store
            .note(id, Step::Refused(refusal), at, self.session_ttl);
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the refusal of a result was not noted");
        }
    }
}
