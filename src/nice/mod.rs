//! NICE's API 본인확인(통합형), from the client's side: three calls, their
//! wire format, and what each of NICE's codes means for us.
//!
//! This is the only room that sends anything to NICE.

mod answer;
mod authorities;
mod cause;
mod client;
mod codes;
mod error;
mod obstacle;
mod proxy;
mod values;
mod wire;

pub use crate::crypto::Credentials;
pub use authorities::Authorities;
pub use cause::Cause;
pub use client::{NiceClient, NiceSettings};
pub use codes::{Code, Row, TABLES, Table, Verdict};
pub use error::{CLOCK_TOLERANCE, Garbage, NiceError, Outcome};
pub use obstacle::{Obstacle, Stage};
pub use proxy::NiceProxy;
pub use wire::{
    CryptoToken, InstitutionToken, Rejected, SiteCode, TokenVersionId, path, read_revoked,
};
