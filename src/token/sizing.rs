//! How many tokens are kept ready: arrival rate times fetch time.

use std::time::Duration;

use tokio::time::Instant;

/// The rate is measured over slices of at least this length: short enough
/// to notice a rush before the pool runs dry.
const SLICE: Duration = Duration::from_millis(25);
/// Demand that has gone is forgotten by half in this time.
const HALF_LIFE: f64 = 20.0;
/// Twice the tokens that are asked for during one fetch, so that ordinary
/// unevenness of arrivals meets no empty pool.
const HEADROOM: f64 = 2.0;

/// `TOKEN_POOL_MIN` counts only for tokens that can be kept this long: four
/// of them cost an idle service 53 an hour at the most.
const WORTH_KEEPING: Duration = Duration::from_mins(5);

/// Follows demand: up at once, down slowly.
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

    /// A caller asks for a token.
    pub(super) fn arrival(&mut self) {
        self.arrivals = self.arrivals.saturating_add(1);
    }

    /// A fetch took this long.
    pub(super) fn fetched(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        self.fetch_seconds = if self.fetch_seconds == 0.0 {
            took
        } else {
            0.8 * self.fetch_seconds + 0.2 * took
        };
    }

    /// The number of ready tokens to aim at, if each can be kept for
    /// `keeps_for`: never more than callers will take in that time, but for
    /// the minimum.
    pub(super) fn target(&mut self, now: Instant, keeps_for: Duration) -> usize {
        let elapsed = now.saturating_duration_since(self.slice_began);
        if elapsed >= SLICE {
            let seconds = elapsed.as_secs_f64();
            let measured = f64::from(self.arrivals) / seconds;
            let faded = self.rate * (-seconds / HALF_LIFE).exp2();
            // One caller in a slice of 25 ms is no rate of 40 per second:
            // a rise is believed in proportion to the time it was seen for.
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
