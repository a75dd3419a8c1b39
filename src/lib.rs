//! Identity verification (본인인증) of a storefront, in front of NICE평가정보.
//!
//! `ARCHITECTURE.md` lists the rooms from the ground up; a lower one knows
//! nothing of a higher one.

pub mod admission;
pub mod assembly;
pub mod audit;
pub mod cli;
pub mod config;
pub mod http;
pub mod metrics;
pub mod nice;
pub mod sandbox;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod token;
pub mod trace;
pub mod verification;

// The ground floor is a crate of its own: the sandbox uses it too.
pub use nice_crypto as crypto;
pub use nice_crypto::{clock, language, random, secret};
