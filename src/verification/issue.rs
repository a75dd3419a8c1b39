//! Beginning a verification: a token, a sealed request, an answer.

use std::time::Duration;

use thiserror::Error;
use tokio::time::Instant;

use super::{RequestNo, VerificationRequest, sealed_json};
use crate::{
    crypto::{self, KeySet, Sealed},
    random::Random,
    token::{TakeError, TokenPool},
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
    random: Random,
    deadline: Duration,
}

/// What a caller needs to open NICE's window.
#[derive(Debug)]
pub struct Issued {
    /// NICE's name for the key set.
    pub token_version_id: String,
    /// The sealed request and its integrity value.
    pub sealed: Sealed,
    /// The key set; the answer shows at most its key and IV.
    pub keys: KeySet,
    /// The `requestno` that was sealed.
    pub requestno: RequestNo,
    /// How long the caller waited for NICE; next to nothing from a full pool.
    pub waited: Duration,
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
}

impl Issuer {
    /// `deadline` (`REQUEST_DEADLINE`) is the longest that a caller waits.
    #[must_use]
    pub fn new(tokens: TokenPool, random: Random, deadline: Duration) -> Self {
        Self {
            tokens,
            random,
            deadline,
        }
    }

    /// Takes one token, which no other request will ever see, and seals the
    /// request with it.
    ///
    /// # Errors
    ///
    /// [`IssueError`], at the latest when the deadline has passed.
    pub async fn issue(&self, request: &VerificationRequest<'_>) -> Result<Issued, IssueError> {
        let asked = Instant::now();
        let outcome = self.tokens.take(asked + self.deadline).await;
        let waited = asked.elapsed();
        let token = outcome.map_err(|error| IssueError::Token { error, waited })?;
        if request.sitecode.is_some_and(|code| code != token.site_code) {
            tracing::info!("a caller's sitecode differs from NICE's, which was used");
        }
        let requestno = request
            .requestno
            .clone()
            .unwrap_or_else(|| RequestNo::generate(&self.random));
        let json = sealed_json::write(request, &requestno, &token.site_code);
        Ok(Issued {
            sealed: crypto::seal(&token.keys, &json),
            token_version_id: token.token_version_id,
            keys: token.keys,
            requestno,
            waited,
        })
    }
}
