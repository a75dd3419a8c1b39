//! Many calls in parallel, and waiting for what they bring about.

use std::{future::poll_fn, task::Poll, time::Duration};

use tokio::{task::yield_now, time::timeout};

/// Runs all at once.
pub(crate) async fn futures_in_order<F>(futures: impl Iterator<Item = F>) -> Vec<F::Output>
where
    F: Future,
{
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = pending.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, output) in pending.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

/// Goes on until the condition holds, for a minute at most.
pub(crate) async fn until(mut condition: impl FnMut() -> bool) {
    let held = timeout(Duration::from_mins(1), async {
        while !condition() {
            yield_now().await;
        }
    });
    held.await.unwrap();
}
