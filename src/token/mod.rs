//! Tokens of both APIs. Of the standard window: the institution token, which a
//! fleet shares, and a pool of crypto tokens whose keys are already derived. Of
//! 통합인증: the access token, which a fleet shares too, and the transactions that
//! are begun and ended with it.

mod access;
mod breaker;
mod budget;
mod fetch;
mod fleet;
mod institution;
mod pool;
mod pool_state;
mod ready;
mod repeats;
mod retry;
mod scope;
mod shared;
mod sizing;
mod transaction;
mod transactions;
mod unsealing;

pub use access::AccessTokens;
pub use breaker::LONGEST_PAUSE;
pub use fetch::{FetchSettings, Fetcher};
pub use institution::InstitutionTokens;
pub use pool::{TakeError, TokenPool, TokenSource};
pub use pool_state::{PoolSettings, PoolStatus};
pub use ready::ReadyToken;
pub use shared::{HeldToken, Issued, Issuer, Tokens};
pub use transaction::Transaction;
pub use transactions::{OpenedWindow, ResultError, Transactions, WindowRequest};
pub use unsealing::Unreadable;
