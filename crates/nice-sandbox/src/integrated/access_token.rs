//! What an access token contains.

use nice_crypto::integrated::{Iterators, TransactionKeys};

use super::svc_type::SvcType;
use crate::diagnosis::integrated::Ticket;

/// What seals the results that are asked for with a token.
#[derive(Clone, Debug)]
pub(super) struct AccessToken {
    pub(super) ticket: String,
    pub(super) iterators: Iterators,
    /// The methods that the contract had when it was issued.
    pub(super) scope: Vec<String>,
}

impl AccessToken {
    pub(super) fn keys(&self, transaction_id: &str) -> TransactionKeys {
        TransactionKeys::derive(&self.ticket, transaction_id, self.iterators)
    }

    pub(super) fn ticket(&self) -> Ticket<'_> {
        Ticket {
            text: &self.ticket,
            iterators: self.iterators,
        }
    }

    pub(super) fn allows(&self, svc_type: SvcType) -> bool {
        self.scope.iter().any(|letter| letter == svc_type.letter())
    }
}
