//! How many retries NICE is worth: a share of the calls, so that an outage
//! doesn't multiply the load that NICE has to come back under.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// A token bucket. Each first try pays in a fifth of a retry, each second a
/// whole one: a service that seldom calls may retry too.
/// [`RetryBudget::MOST`] can be saved up, and are there at the start.
///
/// With every call failing, `n` calls in `t` seconds lead to at most
/// `1.2 n + t + 10` tries, instead of `3 n`.
#[derive(Debug)]
pub(super) struct RetryBudget(Mutex<Savings>);

#[derive(Debug)]
struct Savings {
    /// In retries.
    amount: f64,
    at: Instant,
}

impl RetryBudget {
    /// What each first try pays in.
    const SHARE: f64 = 0.2;
    /// What is paid in whatever happens, each second.
    const FLOOR: f64 = 1.0;
    /// For a short fault, each of a handful of calls gets its retries.
    const MOST: f64 = 10.0;

    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new(Savings {
            amount: Self::MOST,
            at: now,
        }))
    }

    /// A call is made for the first time.
    pub(super) fn call(&self, now: Instant) {
        self.change(now, |amount| amount + Self::SHARE);
    }

    /// Whether a call may be made again; if so, it is paid for.
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
        let saved = (savings.amount + passed.as_secs_f64() * Self::FLOOR).min(Self::MOST);
        savings.amount = how(saved).min(Self::MOST);
        savings.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Retries that are granted at this moment.
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
