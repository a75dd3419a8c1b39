//! The transactions of 통합인증: a window is opened for one, and its result is
//! fetched once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use thiserror::Error;
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::{
    AccessTokens, HeldToken, Transaction,
    access::request_no,
    retry::Retries,
    scope::Scope,
    unsealing::{self, Unreadable},
};
use crate::{
    metrics::Metrics,
    nice::{
        Garbage, NiceError, Verdict,
        integrated::{AccessToken, AuthUrl, IntegratedClient, Opening, SealedAnswer},
    },
    random::Random,
};

/// The call for a result, in the metrics.
const RESULT: &str = "auth_result";

/// What of a result may be at fault.
const FIELDS: [&str; 4] = ["enc_data", "integrity_value", "name", "birthdate"];

/// What a window is opened with: see [`Opening`].
pub type WindowRequest<'a> = Opening<'a>;

/// A window that a person can be sent to.
#[derive(Debug)]
pub struct OpenedWindow {
    /// On a host of `NICE_WINDOW_HOSTS`; used once, within 10 minutes.
    pub auth_url: Url,
    /// What fetching the result takes.
    pub transaction: Transaction,
}

/// Why there is no result.
#[derive(Debug, Error)]
pub enum ResultError {
    /// The person has not verified, or NICE no longer knows the transaction.
    /// The text is NICE's code.
    #[error("NICE has no result (result_code {0})")]
    NotVerified(String),
    /// NICE has handed it out before (3033).
    #[error("NICE has handed out the result before")]
    AlreadyHandedOut,
    /// The call was sent and got no readable answer, so the result may be
    /// gone. One more call tells: `AlreadyHandedOut` means that it is.
    #[error("the result may be lost: {0}")]
    Lost(NiceError),
    /// NICE never got the call, or refused it before it handed anything out.
    #[error(transparent)]
    Unsent(NiceError),
    /// NICE handed out something that can't be opened.
    #[error("NICE's result can't be read: {0}")]
    Unreadable(#[from] Unreadable),
}

/// Begins and ends transactions. Cheap to share in an [`Arc`].
#[derive(Debug)]
pub struct Transactions {
    client: Arc<IntegratedClient>,
    tokens: Arc<AccessTokens>,
    deadline: Duration,
    retries: Retries,
    scope: Scope,
    metrics: Arc<Metrics>,
    random: Random,
}

/// A failure with its place: before or within the call for a result.
enum Failure {
    Token(NiceError),
    Call(NiceError),
}

type Held = Arc<HeldToken<AccessToken>>;

impl Transactions {
    /// Sends nothing yet. `deadline` is `REQUEST_DEADLINE`.
    #[must_use]
    pub fn new(
        client: Arc<IntegratedClient>,
        tokens: Arc<AccessTokens>,
        deadline: Duration,
        metrics: Arc<Metrics>,
        random: Random,
    ) -> Self {
        metrics.announce_unusable(RESULT, &FIELDS);
        Self {
            client,
            tokens,
            deadline,
            retries: Retries::new(random.clone()),
            scope: Scope::default(),
            metrics,
            random,
        }
    }

    /// The access tokens, to keep them fresh.
    #[must_use]
    pub const fn tokens(&self) -> &Arc<AccessTokens> {
        &self.tokens
    }

    /// Opens a window, within `REQUEST_DEADLINE`. Each try has a `request_no`
    /// of its own.
    ///
    /// # Errors
    ///
    /// [`NiceError`] of the last try.
    pub async fn window(&self, request: WindowRequest<'_>) -> Result<OpenedWindow, NiceError> {
        // A little less than the caller's deadline, so that it gets this
        // failure and not a timeout of its own.
        let deadline = Instant::now() + self.deadline.mul_f32(0.95);
        self.retries
            .run(deadline, NiceError::Timeout, NiceError::retries, || {
                self.open_once(request)
            })
            .await
    }

    async fn open_once(&self, request: WindowRequest<'_>) -> Result<OpenedWindow, NiceError> {
        let held = self.tokens.get().await?;
        match self.open_with(&held, request).await {
            Err(error) => {
                let Some(held) = self.instead_of(&held, &error).await? else {
                    return Err(error);
                };
                let outcome = self.open_with(&held, request).await;
                self.scope.note(outcome.as_ref().err());
                outcome
            }
            outcome => outcome,
        }
    }

    async fn open_with(
        &self,
        held: &Held,
        request: WindowRequest<'_>,
    ) -> Result<OpenedWindow, NiceError> {
        let request_no = request_no(&self.random);
        let AccessToken {
            access_token,
            ticket,
            iterators,
        } = held.token();
        let AuthUrl {
            auth_url,
            transaction_id,
        } = self
            .client
            .begin(access_token, &request_no, request)
            .await?;
        held.mark_accepted();
        Ok(OpenedWindow {
            auth_url,
            transaction: Transaction {
                id: transaction_id,
                request_no,
                issued_under: (ticket.clone(), *iterators),
            },
        })
    }

    /// Another token, after NICE refused `held` with `error` and a new one may
    /// help.
    async fn instead_of(&self, held: &Held, error: &NiceError) -> Result<Option<Held>, NiceError> {
        let may_help = error.token_refused()
            || error.verdict() == Some(Verdict::ScopeRefused) && self.scope.may_have_grown();
        if may_help {
            self.tokens.replace(held).await
        } else {
            Ok(None)
        }
    }

    /// The decrypted result, JSON in UTF-8; the calls for it end within
    /// `NICE_CALL_TIMEOUT`, so that a lease of a second more covers them. NICE
    /// hands it out once. So a call that may have reached NICE is not sent
    /// again here.
    ///
    /// # Errors
    ///
    /// [`ResultError`].
    pub async fn result(
        &self,
        transaction: &Transaction,
        web_transaction_id: &str,
    ) -> Result<Zeroizing<Vec<u8>>, ResultError> {
        let deadline = Instant::now() + self.client.transport().call_timeout();
        let in_flight = AtomicBool::new(false);
        let outcome = self
            .retries
            .run(
                deadline,
                Failure::Token(NiceError::Timeout),
                Failure::retries,
                || self.fetch(transaction, web_transaction_id, &in_flight),
            )
            .await;
        let failure = match outcome {
            // NICE has handed it out, so no deadline cuts off its opening.
            Ok((answer, held)) => return Ok(self.open(answer, transaction, &held).await?),
            Err(failure) => failure,
        };
        // Cut off by the deadline.
        if in_flight.load(Ordering::Relaxed) {
            return Err(ResultError::Lost(NiceError::Timeout));
        }
        Err(failure.meaning())
    }

    async fn fetch(
        &self,
        transaction: &Transaction,
        web_transaction_id: &str,
        in_flight: &AtomicBool,
    ) -> Result<(SealedAnswer, Held), Failure> {
        let held = self.tokens.get().await.map_err(Failure::Token)?;
        let ask = async |held: &Held| {
            in_flight.store(true, Ordering::Relaxed);
            let outcome = self
                .client
                .result(
                    &held.token().access_token,
                    web_transaction_id,
                    &transaction.id,
                    &transaction.request_no,
                )
                .await;
            in_flight.store(false, Ordering::Relaxed);
            outcome
        };
        let (answer, held) = match ask(&held).await {
            Ok(answer) => (answer, held),
            Err(error) => {
                let other = self.instead_of(&held, &error).await;
                let Some(held) = other.map_err(Failure::Token)? else {
                    return Err(Failure::Call(error));
                };
                let outcome = ask(&held).await;
                self.scope.note(outcome.as_ref().err());
                (outcome.map_err(Failure::Call)?, held)
            }
        };
        held.mark_accepted();
        Ok((answer, held))
    }

    /// Counts a result that is no person's: `field` is at fault.
    pub fn unusable(&self, field: &'static str) {
        self.metrics.unusable(RESULT, field);
    }

    async fn open(
        &self,
        answer: SealedAnswer,
        transaction: &Transaction,
        held: &Held,
    ) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let AccessToken {
            ticket, iterators, ..
        } = held.token();
        let opened = unsealing::open(
            answer,
            &transaction.id,
            (ticket.clone(), *iterators),
            transaction.issued_under.clone(),
        );
        match opened.await {
            Ok((plain, reading)) => {
                self.metrics.reading(reading.ticket, reading.integrity);
                Ok(plain)
            }
            Err(unreadable) => {
                self.metrics.reading("none", "none");
                self.unusable(unreadable.field());
                Err(unreadable)
            }
        }
    }
}

impl Failure {
    /// Only what NICE never got, or refused before it did anything.
    fn retries(&self) -> u32 {
        match self {
            Self::Token(error) => error.retries(),
            Self::Call(error) if error.is_unsent() || is_shed(error) => error.retries(),
            Self::Call(_) => 0,
        }
    }

    fn meaning(self) -> ResultError {
        let error = match self {
            Self::Token(error) => return ResultError::Unsent(error),
            Self::Call(error) => error,
        };
        match &error {
            NiceError::Unreachable(_) if error.is_unsent() => ResultError::Unsent(error),
            NiceError::Garbage {
                what: Garbage::Field(field),
                ..
            } => Unreadable::Field(field).into(),
            NiceError::Unreachable(_) | NiceError::Timeout | NiceError::Garbage { .. } => {
                ResultError::Lost(error)
            }
            NiceError::Refused { code, .. } => match code.verdict() {
                Verdict::StartOver if code.text() == "3033" => ResultError::AlreadyHandedOut,
                Verdict::StartOver => ResultError::NotVerified(code.text().to_owned()),
                Verdict::Refused(_) | Verdict::TokenRefused | Verdict::ScopeRefused => {
                    ResultError::Unsent(error)
                }
                Verdict::RetryOnce | Verdict::Backoff if is_shed(&error) => {
                    ResultError::Unsent(error)
                }
                // A fault behind the gateway: it may have handed the result
                // out before.
                Verdict::RetryOnce | Verdict::Backoff | Verdict::Fault => ResultError::Lost(error),
            },
        }
    }
}

/// Whether the gateway turned the call away.
fn is_shed(error: &NiceError) -> bool {
    matches!(error, NiceError::Refused { code, .. } if matches!(code.text(), "1008" | "1014"))
}
