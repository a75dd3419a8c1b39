//! The service from outside: HTTP to the real router, and a NICE that each
//! test scripts.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that can't go on has failed"
)]

mod chaos;
mod cli;
mod crypto;
mod documents;
mod http;
mod integrated;
mod issue;
mod nice;
mod open;
mod sandbox;
mod server;
mod store;
mod support;
mod telemetry;
mod token;
