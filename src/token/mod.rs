//! Prefetched tokens: the institution token, which a fleet shares, and a pool
//! of crypto tokens whose keys are already derived.

mod breaker;
mod budget;
mod fetch;
mod fleet;
mod institution;
mod pool;
mod pool_state;
mod ready;
mod repeats;
mod sizing;

pub use breaker::LONGEST_PAUSE;
pub use fetch::{FetchSettings, Fetcher};
pub use institution::InstitutionTokens;
pub use pool::{TakeError, TokenPool, TokenSource};
pub use pool_state::{PoolSettings, PoolStatus};
pub use ready::ReadyToken;
