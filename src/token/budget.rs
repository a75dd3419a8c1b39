//! The retry budget: a share of the calls, so that an outage doesn't multiply
//! the load on NICE.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// A token bucket. Each first attempt adds a fifth of a retry. Each second adds
/// one, so that a service that calls rarely may retry too. It starts full, with
/// [`RetryBudget::MAX`].
///
/// While every call fails, `n` calls in `t` seconds lead to at most
/// `1.2 n + t + 10` attempts, instead of `3 n`.
///
/// `tower::retry::budget::TpsBudget` has no maximum: calls that start while the
/// budget is full would add to it, and an outage that meets many concurrent
/// calls would exceed that bound.
#[derive(Debug)]
pub(super) struct RetryBudget(Mutex<Savings>);

#[derive(Debug)]
struct Savings {
    /// In retries.
    amount: f64,
    at: Instant,
}

impl RetryBudget {
    /// Added by each first attempt.
    const SHARE: f64 = 0.2;
    /// Added each second.
    const FLOOR: f64 = 1.0;
    /// Enough for the retries of a few calls during a short fault.
    const MAX: f64 = 10.0;

    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new(Savings {
            amount: Self::MAX,
            at: now,
        }))
    }

    /// Records a first attempt.
    pub(super) fn call(&self, now: Instant) {
        self.change(now, |amount| amount + Self::SHARE);
    }

    /// Whether a retry is granted; if so, takes it from the budget.
    pub(super) fn retry(&self, now: Instant) -> bool {
        let mut granted = false;
        self.change(now, |amount| {
            granted = amount >= 1.0;
            if granted { amount - 1.0 } else { amount }
        });
        granted
    }

    fn change(&self, now: Instant, how: impl FnOnce(f64) -> f64) {
        let mut savings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed: Duration = now.saturating_duration_since(savings.at);
        let saved = (savings.amount + passed.as_secs_f64() * Self::FLOOR).min(Self::MAX);
        savings.amount = how(saved).min(Self::MAX);
        savings.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Retries that are granted at `now`.
    fn granted(budget: &RetryBudget, now: Instant) -> u32 {
        (0..1000).map(|_| u32::from(budget.retry(now))).sum()
    }

    #[test]
    fn it_begins_full_and_can_be_spent() {
        let now = Instant::now();
        let budget = RetryBudget::new(now);
        assert_eq!(granted(&budget, now), 10);
        assert!(!budget.retry(now));
    }

    #[test]
    fn each_fifth_call_earns_a_retry() {
        let now = Instant::now();
        let budget = RetryBudget::new(now);
        granted(&budget, now);
        let mut retries = 0;
        for _ in 0..1000 {
            budget.call(now);
            retries += u32::from(budget.retry(now));
        }
        assert!((199..=200).contains(&retries), "{retries}");
    }

    #[test]
    fn each_second_earns_one_too_up_to_ten() {
        let now = Instant::now();
        let budget = RetryBudget::new(now);
        granted(&budget, now);
        let later = now + Duration::from_secs(3);
        assert_eq!(granted(&budget, later), 3);
        assert_eq!(granted(&budget, later + Duration::from_hours(1)), 10);
    }

    #[test]
    fn calls_save_up_no_more_than_ten() {
        let now = Instant::now();
        let budget = RetryBudget::new(now);
        for _ in 0..1000 {
            budget.call(now);
        }
        assert_eq!(granted(&budget, now), 10);
    }
}
