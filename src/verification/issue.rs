//! Beginning a verification: a token, a sealed request, an answer.

use std::{sync::Arc, time::Duration};

use thiserror::Error;
use tokio::time::Instant;

use super::{RequestNo, VerificationRequest, open::fingerprint};
use crate::{
    crypto::{KeySet, Sealed},
    nice::TokenVersionId,
    random::Random,
    store::{Put, Session, Store, StoreError},
    token::{ReadyToken, TakeError, TokenPool},
};

/// `KEY_CUSTODY`: who gets to see key and IV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyCustody {
    /// The caller, as the contract has it.
    #[default]
    Client,
    /// Nobody but this service.
    Server,
}

/// Begins verifications.
#[derive(Clone, Debug)]
pub struct Issuer {
    tokens: TokenPool,
    /// `None` when no result can be opened: then none is kept in mind.
    sessions: Option<Arc<Store>>,
    random: Random,
    deadline: Duration,
}

/// What a caller needs to open NICE's window.
#[derive(Debug)]
pub struct Issued {
    /// NICE's name for the key set.
    pub token_version_id: TokenVersionId,
    /// The sealed request and its integrity value.
    pub sealed: Sealed,
    /// The key set; the answer shows at most its key and IV.
    pub keys: KeySet,
    /// The `requestno` that was sealed.
    pub requestno: RequestNo,
    /// How long the caller waited for NICE; next to nothing from a full pool.
    pub waited: Duration,
    /// The caller asked for another `sitecode` than NICE's, which was sealed.
    pub sitecode_differs: bool,
}

/// Why a verification could not begin.
#[derive(Clone, Debug, Error)]
pub enum IssueError {
    /// There was no crypto token to be had.
    #[error("{error}")]
    Token {
        /// Why not.
        error: TakeError,
        /// How long the caller waited for that answer.
        waited: Duration,
    },
    /// The session could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are as many sessions as there may be.
    #[error("no room for another session")]
    Full,
}

impl Issuer {
    /// `deadline` (`REQUEST_DEADLINE`) is the longest that a caller waits.
    #[must_use]
    pub fn new(
        tokens: TokenPool,
        sessions: Option<Arc<Store>>,
        random: Random,
        deadline: Duration,
    ) -> Self {
        Self {
            tokens,
            sessions,
            random,
            deadline,
        }
    }

    /// Takes one token, which no other request will ever see, seals the
    /// request with it and keeps what the result will be checked against.
    ///
    /// # Errors
    ///
    /// [`IssueError`], at the latest when the deadline has passed and the
    /// store has answered or failed.
    pub async fn issue(&self, request: &VerificationRequest<'_>) -> Result<Issued, IssueError> {
        // Before a token is taken: it would be lost.
        if self.sessions.as_ref().is_some_and(|store| store.is_full()) {
            return Err(IssueError::Full);
        }
        let asked = Instant::now();
        loop {
            let outcome = self.tokens.take(asked + self.deadline).await;
            let waited = asked.elapsed();
            let token = outcome.map_err(|error| IssueError::Token { error, waited })?;
            let (requestno, sealed) = self.seal(request, &token);
            match self.keep(&token, &requestno, &sealed).await {
                Ok(Put::Stored) => {
                    let sitecode_differs = request
                        .sitecode
                        .is_some_and(|code| code != token.site_code.as_str());
                    return Ok(Issued {
                        sitecode_differs,
                        token_version_id: token.token_version_id,
                        sealed,
                        keys: token.keys,
                        requestno,
                        waited,
                    });
                }
                // Two sessions must never share a key set. Either NICE repeats
                // an id, or the store had kept this one although it said no:
                // in both cases the token is thrown away and another taken.
                Ok(Put::Exists) => tracing::error!(
                    "a session with this token_version_id exists already; the token is thrown away"
                ),
                Ok(Put::Full) => {
                    self.tokens.give_back(token);
                    return Err(IssueError::Full);
                }
                Err(error) => {
                    // Nobody has seen it: an outage of the store costs no tokens.
                    self.tokens.give_back(token);
                    return Err(error.into());
                }
            }
        }
    }

    fn seal(&self, request: &VerificationRequest<'_>, token: &ReadyToken) -> (RequestNo, Sealed) {
        let requestno = request
            .requestno
            .clone()
            .unwrap_or_else(|| RequestNo::generate(&self.random));
        let sealed = request.seal(&requestno, &token.site_code, &token.keys);
        (requestno, sealed)
    }

    async fn keep(
        &self,
        token: &ReadyToken,
        requestno: &RequestNo,
        sealed: &Sealed,
    ) -> Result<Put, StoreError> {
        let Some(store) = &self.sessions else {
            return Ok(Put::Stored);
        };
        let session = Session {
            requestno: requestno.text(),
            site_code: token.site_code,
            digest: token.keys.digest(),
            sent: fingerprint(&sealed.enc_data),
        };
        store
            .put(&token.token_version_id, &session, token.session_life)
            .await
    }
}
