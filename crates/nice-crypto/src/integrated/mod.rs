//! The arithmetic of 통합인증, NICE's newer API: one result's keys come from the
//! access token's ticket and the transaction's id.
//!
//! PBKDF2-HMAC-SHA256 over the texts as they are, AES-256-GCM with an IV of 16
//! bytes, HMAC-SHA256 over the base64url text of the cipher text.

mod base64url;
mod cipher;
mod iterators;
mod keys;

pub use iterators::{Iterators, IteratorsOutOfRange};
pub use keys::TransactionKeys;
