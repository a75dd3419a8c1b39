//! The target number of ready tokens: arrival rate times fetch time.

use std::time::Duration;

use tokio::time::Instant;

/// Minimum time over which the rate is measured: short enough to notice a
/// rush before the pool is empty.
const SLICE: Duration = Duration::from_millis(25);
/// Half-life of past demand, in seconds.
const HALF_LIFE: f64 = 20.0;
/// Twice the tokens taken during one fetch, so that uneven arrivals don't find
/// the pool empty.
const HEADROOM: f64 = 2.0;

/// `TOKEN_POOL_MIN` applies only to tokens that keep at least this long. Four
/// of them cost an idle service at most 53 fetches an hour.
const WORTH_KEEPING: Duration = Duration::from_mins(5);

/// Follows demand: rises at once, falls slowly.
#[derive(Debug)]
pub(super) struct Sizing {
    min: usize,
    max: usize,
    rate: f64,
    fetch_seconds: f64,
    slice_began: Instant,
    arrivals: u32,
}

impl Sizing {
    pub(super) fn new(min: usize, max: usize, now: Instant) -> Self {
        Self {
            min,
            max,
            rate: 0.0,
            fetch_seconds: 0.0,
            slice_began: now,
            arrivals: 0,
        }
    }

    /// Records that a caller asks for a token.
    pub(super) fn arrival(&mut self) {
        self.arrivals = self.arrivals.saturating_add(1);
    }

    /// Records the duration of a fetch.
    pub(super) fn fetched(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        self.fetch_seconds = if self.fetch_seconds == 0.0 {
            took
        } else {
            0.8 * self.fetch_seconds + 0.2 * took
        };
    }

    /// The target, if each token keeps for `keeps_for`. Apart from the minimum,
    /// never more than callers will take in that time.
    pub(super) fn target(&mut self, now: Instant, keeps_for: Duration) -> usize {
        let elapsed = now.saturating_duration_since(self.slice_began);
        if elapsed >= SLICE {
            let seconds = elapsed.as_secs_f64();
            let measured = f64::from(self.arrivals) / seconds;
            let faded = self.rate * (-seconds / HALF_LIFE).exp2();
            // One caller in 25 ms is not yet a rate of 40 per second: a rise
            // counts in proportion to the time it was measured for.
            let weight = (seconds / 0.25).min(1.0);
            self.rate = if measured > faded {
                faded + (measured - faded) * weight
            } else {
                faded
            };
            self.slice_began = now;
            self.arrivals = 0;
        }
        let during_a_fetch = (self.rate * self.fetch_seconds * HEADROOM).ceil();
        let before_they_expire = (self.rate * keeps_for.as_secs_f64()).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "finite, not negative, and clamped right away"
        )]
        let wanted = during_a_fetch.min(before_they_expire) as usize;
        let least = if keeps_for < WORTH_KEEPING {
            0
        } else {
            self.min
        };
        wanted.clamp(least, self.max)
    }
}
