//! Tries a call again, as long as its failure, the budget and the deadline
//! allow.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep_until, timeout_at};

use super::budget::RetryBudget;
use crate::random::Random;

/// Before the first retry; doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The retries of all calls of one kind.
#[derive(Debug)]
pub(super) struct Retries {
    budget: RetryBudget,
    random: Random,
}

impl Retries {
    pub(super) fn new(random: Random) -> Self {
        Self {
            budget: RetryBudget::new(Instant::now()),
            random,
        }
    }

    /// The first success of `attempt`, or its last failure; `late` if there was
    /// none until `deadline`. `allowed` says how often to retry after a
    /// failure.
    pub(super) async fn run<T, E, F>(
        &self,
        deadline: Instant,
        late: E,
        allowed: impl Fn(&E) -> u32,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        self.budget.call(Instant::now());
        let mut last = late;
        let mut tried = 0;
        let mut pause = FIRST_PAUSE;
        while let Ok(outcome) = timeout_at(deadline, attempt()).await {
            let error = match outcome {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let now = Instant::now();
            let again = now + pause.mul_f64(0.5 + self.random.fraction() / 2.0);
            let worth_it = tried < allowed(&error) && again < deadline;
            if !worth_it || !self.budget.retry(now) {
                return Err(error);
            }
            last = error;
            tried += 1;
            pause *= 2;
            sleep_until(again).await;
        }
        Err(last)
    }
}
