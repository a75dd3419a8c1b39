//! The session store and what a fleet shares, against a real Redis.

mod addresses;
mod astray;
mod both;
mod cells;
mod failover;
pub(crate) mod fixture;
pub(crate) mod fleet;
mod memory;
mod once;
mod redis;
mod tls;
mod topologies;
mod watched;
