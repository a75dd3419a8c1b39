//! The keys and integrity values of 통합인증: finds the client's mistake by trying
//! all known ones until one fits.

mod derivations;
mod findings;
mod mistakes;

pub(crate) use derivations::{Material, Ticket, Which};
pub(crate) use findings::{of_integrity, of_key};
pub(crate) use mistakes::Mistake;
