//! Tokens: crypto tokens and their pool, institution and access tokens.

mod access_token;
mod before_the_sandbox;
mod fleet_lease;
mod institution_token;
mod pool;
mod transactions;
