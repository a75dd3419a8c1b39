//! What outlives the opening of a window.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::unsealing::Ticket;
use crate::{crypto::integrated::Iterators, secret::Secret};

/// The format that [`Transaction::to_bytes`] writes. What an earlier release
/// kept is JSON.
const VERSION: u8 = 2;

/// Marks the length of a text that is kept as the bytes it stands for.
const DECODED: u16 = 1 << 15;

/// What is kept of an opened window until its result is there: a secret.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// NICE's `transaction_id`.
    pub(super) id: String,
    pub(super) request_no: String,
    /// The ticket of the access token that the window was opened with.
    pub(super) issued_under: Ticket,
}

/// As an earlier release kept it.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Record {
    id: String,
    request_no: String,
    ticket: String,
    iterators: u32,
}

impl Transaction {
    /// As a store keeps it, sealed: 124 bytes for values of NICE's usual
    /// lengths.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (ticket, iterators) = &self.issued_under;
        // Reserved at once: bytes that grow leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        bytes.push(VERSION);
        bytes.extend_from_slice(&iterators.get().to_be_bytes());
        for text in [&self.request_no, &self.id, ticket.expose()] {
            write(&mut bytes, text);
        }
        bytes
    }

    /// Reverses [`Transaction::to_bytes`]; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (&VERSION, rest) => Self::read(rest),
            _ => Self::from_json(bytes),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (iterators, mut rest) = bytes.split_first_chunk()?;
        let mut next = || read(&mut rest);
        let (request_no, id, ticket) = (next()?, next()?, next()?);
        let iterators = Iterators::try_from(u32::from_be_bytes(*iterators)).ok()?;
        Some(Self {
            id,
            request_no,
            issued_under: (Secret::new(ticket), iterators),
        })
    }

    fn from_json(bytes: &[u8]) -> Option<Self> {
        let mut record: Record = serde_json::from_slice(bytes).ok()?;
        let iterators = Iterators::try_from(record.iterators).ok()?;
        Some(Self {
            id: std::mem::take(&mut record.id),
            request_no: std::mem::take(&mut record.request_no),
            issued_under: (Secret::new(std::mem::take(&mut record.ticket)), iterators),
        })
    }
}

/// Appends a text after its length; as the bytes it stands for, if it is
/// base64url as NICE writes it: they take a quarter less.
fn write(bytes: &mut Vec<u8>, text: &str) {
    let decoded = URL_SAFE_NO_PAD.decode(text).map(Zeroizing::new);
    let decoded = decoded
        .ok()
        .filter(|decoded| URL_SAFE_NO_PAD.encode(decoded) == text);
    let (kept, mark) = match &decoded {
        Some(decoded) => (decoded.as_slice(), DECODED),
        None => (text.as_bytes(), 0),
    };
    let length = u16::try_from(kept.len())
        .unwrap_or_else(|_| unreachable!("every text was bounded when it was read"));
    bytes.extend_from_slice(&(length | mark).to_be_bytes());
    bytes.extend_from_slice(kept);
}

fn read(bytes: &mut &[u8]) -> Option<String> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = u16::from_be_bytes(*length);
    let (kept, rest) = rest.split_at_checked(usize::from(length & !DECODED))?;
    *bytes = rest;
    if length & DECODED == 0 {
        str::from_utf8(kept).ok().map(str::to_owned)
    } else {
        Some(URL_SAFE_NO_PAD.encode(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transaction(id: &str, ticket: &str) -> Transaction {
        Transaction {
            id: id.to_owned(),
            request_no: "a".repeat(30),
            issued_under: (
                Secret::new(ticket.to_owned()),
                Iterators::try_from(66_u32).unwrap(),
            ),
        }
    }

    #[test]
    fn each_text_comes_back_to_the_letter() {
        let usual = ("A".repeat(55), "-_".repeat(28));
        let odd = [
            "", "A", "AB", "AB=", "a b", "한", "////", "AB+/", "AA\n", "AB", "AAAB",
        ];
        let pairs = odd.iter().map(|text| (String::new(), (*text).to_owned()));
        for (id, ticket) in pairs.chain([usual.clone()]) {
            let kept = transaction(&id, &ticket).to_bytes();
            let read = Transaction::from_bytes(&kept).unwrap();
            assert_eq!(read.id, id);
            assert_eq!(read.request_no, "a".repeat(30));
            assert_eq!(read.issued_under.0.expose(), ticket);
            assert_eq!(read.issued_under.1.get(), 66);
            for end in 0..kept.len() {
                assert!(Transaction::from_bytes(&kept[..end]).is_none(), "{end}");
            }
        }
        let (id, ticket) = usual;
        assert_eq!(transaction(&id, &ticket).to_bytes().len(), 124);
    }

    #[test]
    fn what_an_earlier_release_kept_is_read() {
        let kept = br#"{"id":"x","request_no":"r","ticket":"k","iterators":66}"#;
        let read = Transaction::from_bytes(kept).unwrap();
        assert_eq!((&*read.id, &*read.request_no), ("x", "r"));
        assert_eq!(read.issued_under.0.expose(), "k");
        assert!(Transaction::from_bytes(&kept[1..]).is_none());
    }
}
