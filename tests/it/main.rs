//! The service from outside: HTTP to the real router, and a NICE that each
//! test scripts.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that can't go on has failed"
)]

mod admission;
mod alerts;
mod binary;
mod connections;
mod cors;
mod demo;
mod failures;
mod fleet;
mod institution_token;
mod issuing;
mod korean_names;
mod leaving;
mod logs;
mod metrics;
mod nice_codes;
mod nice_stub;
mod openapi;
mod opening;
mod opening_room;
mod overload;
mod patience;
mod pool;
mod popup;
mod properties;
mod redis;
mod request_rules;
mod return_urls;
mod round_trips;
mod security;
mod settings;
mod stopping;
mod store;
mod test_app;
mod tracing;
mod vectors;
