//! The session store and what a fleet shares, against a real Redis.

mod both;
mod cells;
mod failover;
pub(crate) mod fixture;
mod fleet;
mod memory;
mod redis;
mod topologies;
