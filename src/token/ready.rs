//! A crypto token as it waits in the pool.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    crypto::KeySet,
    nice::{SiteCode, TokenVersionId},
};

/// A crypto token with its derived key set: everything that one verification
/// needs. Used by one verification only; not `Clone`, so that no two requests
/// can hold the same token.
#[derive(Debug)]
pub struct ReadyToken {
    /// NICE's name for the key set.
    pub token_version_id: TokenVersionId,
    /// Sealed into the request as `sitecode`.
    pub site_code: SiteCode,
    /// Derived from the token.
    pub keys: KeySet,
    /// Maximum duration of a verification that begins now.
    pub session_life: Duration,
    /// From this time on, it must not begin a verification.
    pub usable_until: Instant,
}

/// Taken off a token's period for clock skew and a slow network.
const SKEW_ALLOWANCE: Duration = Duration::from_mins(1);

/// How a token's period is split between the pool and the person's time in
/// NICE's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    /// Maximum time in the pool; zero when it must be used at once.
    pub(super) pooled: Duration,
    /// Maximum duration of the verification.
    pub(super) session: Duration,
}

impl Lifetime {
    /// The session comes first; the pool gets the rest.
    pub(super) fn of(period: Duration, session_ttl: Duration) -> Self {
        let usable = period.saturating_sub(SKEW_ALLOWANCE);
        match usable.checked_sub(session_ttl) {
            Some(pooled) => Self {
                pooled,
                session: session_ttl,
            },
            None => Self {
                pooled: Duration::ZERO,
                session: usable.max(Duration::from_secs(1)),
            },
        }
    }
}
