//! Opens a result of 통합인증, in each reading that NICE's guide leaves open:
//! whose ticket it was sealed under, and what its integrity value covers.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    crypto::{
        UnsealError,
        integrated::{Iterators, TransactionKeys},
    },
    nice::integrated::SealedAnswer,
    secret::Secret,
};

/// More rounds than NICE was ever seen to send: they would hold up a thread.
const MANY_ROUNDS: u32 = 10_000;

/// A ticket with its rounds.
pub(super) type Ticket = (Secret, Iterators);

/// Why a result that NICE handed out can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// A field is missing from the answer.
    #[error("{0} is missing from the answer")]
    Field(&'static str),
    /// The integrity value fits in no reading, or what it covers doesn't decrypt.
    #[error("{0}")]
    Sealing(#[from] UnsealError),
}

impl Unreadable {
    /// The field that is at fault, for the metrics.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Field(field) => field,
            Self::Sealing(UnsealError::Integrity) => "integrity_value",
            Self::Sealing(_) => "enc_data",
        }
    }
}

/// What opened a result, for the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) ticket: &'static str,
    pub(super) integrity: &'static str,
}

/// The plain text, and which reading opened it. An integrity value is NICE's
/// own word under any of these keys, so trying several risks nothing.
///
/// `now` belongs to the access token of the call for the result, `then` to
/// that of the call for the address.
pub(super) async fn open(
    answer: SealedAnswer,
    transaction_id: &str,
    now: Ticket,
    then: Ticket,
) -> Result<(Zeroizing<Vec<u8>>, Reading), Unreadable> {
    let transaction_id = transaction_id.to_owned();
    let rounds = now.1.get().max(then.1.get());
    let work = move || try_each(&answer, &transaction_id, &now, &then);
    if rounds <= MANY_ROUNDS {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(UnsealError::Decryption.into()),
    }
}

fn try_each(
    answer: &SealedAnswer,
    transaction_id: &str,
    now: &Ticket,
    then: &Ticket,
) -> Result<(Zeroizing<Vec<u8>>, Reading), Unreadable> {
    let same = now.0.expose() == then.0.expose() && now.1 == then.1;
    let tickets: &[(&Ticket, &'static str)] = if same {
        &[(now, "same")]
    } else {
        &[(now, "result_time"), (then, "url_time")]
    };
    for ((secret, iterators), ticket) in tickets {
        let keys = TransactionKeys::derive(secret.expose(), transaction_id, *iterators);
        let SealedAnswer {
            result_code,
            result_message,
            enc_data,
            integrity_value,
        } = answer;
        let outcomes = [
            ("enc_data", keys.open(enc_data, integrity_value)),
            (
                "whole_answer",
                keys.open_whole_answer(result_code, result_message, enc_data, integrity_value),
            ),
        ];
        for (integrity, outcome) in outcomes {
            match outcome {
                Ok(plain) => return Ok((plain, Reading { ticket, integrity })),
                Err(UnsealError::Integrity) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Err(UnsealError::Integrity.into())
}
