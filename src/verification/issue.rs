//! Starts a verification: takes a token, seals the request, stores the session.

use std::{sync::Arc, time::Duration};

use thiserror::Error;
use tokio::time::Instant;

use super::{KeySource, RequestNo, VerificationRequest, open::fingerprint};
use crate::{
    clock::Clock,
    crypto::{KeySet, Sealed},
    nice::TokenVersionId,
    random::Random,
    store::{Put, Session, Store, StoreError},
    token::{ReadyToken, TakeError},
};

/// `KEY_CUSTODY`: who receives key and IV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyCustody {
    /// The caller, as in the contract.
    #[default]
    Client,
    /// Only this service.
    Server,
}

/// Starts verifications.
#[derive(Clone, Debug)]
pub struct Issuer {
    keys: KeySource,
    /// `None` if nobody may open a result; then no session is stored.
    sessions: Option<Arc<Store>>,
    clock: Clock,
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
    /// How long the caller waited for NICE; about 0 with a full pool.
    pub waited: Duration,
    /// The caller sent another `sitecode` than NICE's, which was sealed.
    pub sitecode_differs: bool,
}

/// Why a verification could not start.
#[derive(Clone, Debug, Error)]
pub enum IssueError {
    /// No crypto token was available.
    #[error("{error}")]
    Token {
        /// Why not.
        error: TakeError,
        /// How long the caller waited.
        waited: Duration,
    },
    /// The session could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session limit is reached.
    #[error("no room for another session")]
    Full,
}

impl Issuer {
    /// `deadline` is `REQUEST_DEADLINE`, the longest wait of a caller.
    #[must_use]
    pub fn new(
        keys: KeySource,
        sessions: Option<Arc<Store>>,
        clock: Clock,
        random: Random,
        deadline: Duration,
    ) -> Self {
        Self {
            keys,
            sessions,
            clock,
            random,
            deadline,
        }
    }

    /// Takes one token, which no other request ever uses, seals the request
    /// with it and stores what the result will be checked against.
    ///
    /// # Errors
    ///
    /// [`IssueError`], at the latest after the deadline and the store's own
    /// timeout.
    pub async fn issue(&self, request: &VerificationRequest<'_>) -> Result<Issued, IssueError> {
        // Checked first: a token that is taken now would be lost.
        if self.sessions.as_ref().is_some_and(|store| store.is_full()) {
            return Err(IssueError::Full);
        }
        let asked = Instant::now();
        loop {
            let outcome = self
                .keys
                .take(request.sitecode, asked + self.deadline)
                .await;
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
                // an id, or an earlier put succeeded although it reported an
                // error. In both cases: discard the token, take another.
                Ok(Put::Exists) => tracing::error!(
                    "a session with this token_version_id exists already; the token is thrown away"
                ),
                Ok(Put::Full) => {
                    self.keys.give_back(token);
                    return Err(IssueError::Full);
                }
                Err(error) => {
                    // Still unused: an outage of the store costs no tokens.
                    self.keys.give_back(token);
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
            begun: Some(self.clock.now().into()),
        };
        store
            .put(&token.token_version_id, &session, token.session_life)
            .await
    }
}
