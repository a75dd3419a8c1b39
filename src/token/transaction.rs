//! What outlives the opening of a window.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::unsealing::Ticket;
use crate::{crypto::integrated::Iterators, secret::Secret};

/// What is kept of an opened window until its result is there: a secret.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// NICE's `transaction_id`.
    pub(super) id: String,
    pub(super) request_no: String,
    /// The ticket of the access token that the window was opened with.
    pub(super) issued_under: Ticket,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Record {
    id: String,
    request_no: String,
    ticket: String,
    iterators: u32,
}

impl Transaction {
    /// As a store keeps it, sealed: below 1 KiB.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (ticket, iterators) = &self.issued_under;
        let record = Record {
            id: self.id.clone(),
            request_no: self.request_no.clone(),
            ticket: ticket.expose().to_owned(),
            iterators: iterators.get(),
        };
        // Reserved at once: bytes that grow leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        serde_json::to_writer(&mut *bytes, &record)
            .unwrap_or_else(|_| unreachable!("texts and numbers are always JSON"));
        bytes
    }

    /// Reverses [`Transaction::to_bytes`]; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut record: Record = serde_json::from_slice(bytes).ok()?;
        let iterators = Iterators::try_from(record.iterators).ok()?;
        Some(Self {
            id: std::mem::take(&mut record.id),
            request_no: std::mem::take(&mut record.request_no),
            issued_under: (Secret::new(std::mem::take(&mut record.ticket)), iterators),
        })
    }
}
