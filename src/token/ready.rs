use std::time::Duration;

use tokio::time::Instant;

use crate::{
    crypto::KeySet,
    nice::{SiteCode, TokenVersionId},
};

/// A crypto token whose key set is derived: everything that one
/// verification needs, used by one verification only. Not `Clone`, so that
/// no two requests can hold the same one.
#[derive(Debug)]
pub struct ReadyToken {
    /// NICE's name for the key set.
    pub token_version_id: TokenVersionId,
    /// Goes into the sealed request as `sitecode`.
    pub site_code: SiteCode,
    /// Derived already.
    pub keys: KeySet,
    /// How long a verification that begins now may take.
    pub session_life: Duration,
    /// From here on it may not begin a verification any more.
    pub usable_until: Instant,
}

/// What two clocks and a slow network may take off a token's period.
const SKEW_ALLOWANCE: Duration = Duration::from_mins(1);

/// How a token's period is shared between waiting in the pool and the
/// person's time at the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    /// How long the token may wait; zero when it must be used at once.
    pub(super) pooled: Duration,
    /// How long the verification may take.
    pub(super) session: Duration,
}

impl Lifetime {
    /// The session comes first; the pool gets what is left.
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
