//! What is found about a Redis at the start is looked for again while the
//! service runs: policies change, replicas leave, memory fills.

use std::{sync::Weak, time::Duration};

use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{Finding, Store, StoreError, redis::RedisStore};

/// Between two looks at the memory, and at all that `INFO` tells.
const INFO_EVERY: Duration = Duration::from_secs(5);

/// Commands and the canary are tried at each look of this number.
const TRY_ALL_EVERY: u32 = 12;

/// For one look.
const LOOK_TIMEOUT: Duration = Duration::from_secs(4);

/// Looks until the store is gone.
pub(super) async fn watch(store: Weak<Store>) {
    let mut ticks = interval(INFO_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = 0_u32;
    loop {
        ticks.tick().await;
        let Some(store) = store.upgrade() else {
            return;
        };
        let Store::Redis(redis) = &*store else {
            return;
        };
        let everything = round.is_multiple_of(TRY_ALL_EVERY);
        round = round.wrapping_add(1);
        let look = timeout(LOOK_TIMEOUT, look(redis, everything));
        if look.await.is_err() {
            // The link itself tells that Redis doesn't answer.
            tracing::debug!("Redis took too long to tell of itself");
        }
    }
}

async fn look(redis: &RedisStore, everything: bool) {
    let known = redis.known();
    let address = (!redis.is_address_readable()).then_some(Finding::UnreadableAddress);
    let mut found = match redis.findings().await {
        Ok(found) => found,
        // An ACL without INFO: what else can be found is.
        Err(error) if error.is_refusal() => Vec::new(),
        // The last answer of Redis still counts.
        Err(_) => {
            let mut found = known.findings();
            found.retain(|finding| *finding != Finding::UnreadableAddress);
            found.extend(address);
            known.learn(found);
            return;
        }
    };
    let slow = [Finding::ForeignKey, Finding::CommandRefused];
    if everything {
        let key = redis.is_key_foreign().await;
        if key.is_ok_and(|is_foreign| is_foreign) {
            found.push(Finding::ForeignKey);
        }
        if let Err(error) = redis.probe().await {
            let is_refused = !found.contains(&Finding::Replica) && is_refused(&error);
            if is_refused {
                tracing::error!(%error, remedy = error.remedy(), "no session can be kept");
                found.push(Finding::CommandRefused);
            }
        }
    } else {
        let before = known.findings();
        found.extend(before.into_iter().filter(|finding| slow.contains(finding)));
    }
    found.extend(address);
    known.learn(found);
}

/// Whether the store answers, and doesn't do what it is told.
fn is_refused(error: &StoreError) -> bool {
    error.is_refusal() || error.is_unknown_command()
}
