//! The header `Retry-After`.

use std::time::Duration;

/// `Retry-After`, in whole seconds, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

impl RetryAfter {
    /// `wait`, rounded up.
    #[must_use]
    pub const fn new(wait: Duration) -> Self {
        let seconds = wait
            .as_secs()
            .saturating_add((wait.subsec_nanos() > 0) as u64);
        Self(if seconds == 0 { 1 } else { seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_rounded_up_and_at_least_a_second() {
        for (wait, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (3_000, 3)] {
            let after = RetryAfter::new(Duration::from_millis(wait));
            assert_eq!(after, RetryAfter(seconds), "{wait} ms");
        }
    }
}
