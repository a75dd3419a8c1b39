//! NICE's two APIs from the client's side: their calls, their wire formats,
//! and what each of NICE's codes means for us. 본인확인(통합형), the standard
//! window, is in this folder; 통합인증 in [`integrated`].
//!
//! This is the only room that sends anything to NICE.

mod answer;
mod authorities;
mod cause;
mod client;
mod codes;
mod error;
pub mod integrated;
mod obstacle;
mod proxy;
mod reply;
pub mod tidy;
mod transport;
mod values;
mod wire;

pub use crate::crypto::Credentials;
pub use authorities::Authorities;
pub use cause::Cause;
pub use client::NiceClient;
pub use codes::{Code, Row, TABLES, Table, Verdict};
pub use error::{CLOCK_TOLERANCE, Garbage, NiceError, Outcome};
pub use obstacle::{Obstacle, Stage};
pub use proxy::NiceProxy;
pub use reply::Rejected;
pub use transport::{NiceSettings, Transport};
pub use wire::{CryptoToken, InstitutionToken, SiteCode, TokenVersionId, path, read_revoked};
