//! The service from outside: HTTP to the real router, and a NICE that each
//! test scripts.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod binary;
mod cors;
mod failures;
mod institution_token;
mod issuing;
mod logs;
mod nice_codes;
mod nice_stub;
mod no_sandbox;
mod openapi;
mod pool;
mod request_rules;
mod settings;
mod test_app;
mod vectors;
