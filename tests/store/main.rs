//! The session store and what a fleet shares, against a real Redis.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod both;
mod failover;
mod fixture;
mod fleet;
mod memory;
mod redis;
mod redis_server;
