//! Polls a task again at once if it woke itself.
//!
//! hyper wakes its own task for every request with a body: taking the body's
//! bytes wakes the sender, and that is the same task. Left to tokio, the task is
//! queued and an idle worker is woken by a system call.

use std::{
    future::{Future, poll_fn},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Polls `future`, and polls it again at once if it woke its task during the
/// poll.
pub(super) async fn repoll_if_woken<F: Future>(future: F) -> F::Output {
    tokio::pin!(future);
    let waker = Arc::new(RecordingWaker::new());
    let own = Waker::from(Arc::clone(&waker));
    poll_fn(move |context| {
        waker.forward_to(context.waker());
        for _ in 0..2 {
            waker.record();
            let polled = future.as_mut().poll(&mut Context::from_waker(&own));
            if polled.is_ready() || !waker.stop_recording() {
                return polled;
            }
        }
        // Woken twice: hyper and tokio do this to yield to other tasks, so let
        // the scheduler run them.
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// Forwards wake-ups to the task, but only records them during a poll.
struct RecordingWaker {
    task: Mutex<Waker>,
    state: AtomicU8,
}

/// Between polls: wake-ups are forwarded.
const FORWARD: u8 = 0;
/// During a poll: wake-ups are recorded.
const RECORD: u8 = 1;
/// During a poll that was woken.
const WOKEN: u8 = 2;

impl RecordingWaker {
    fn new() -> Self {
        Self {
            task: Mutex::new(Waker::noop().clone()),
            state: AtomicU8::new(FORWARD),
        }
    }

    fn forward_to(&self, waker: &Waker) {
        self.task().clone_from(waker);
    }

    fn record(&self) {
        self.state.store(RECORD, Ordering::Release);
    }

    /// Forwards wake-ups again. Returns whether one was recorded.
    fn stop_recording(&self) -> bool {
        self.state.swap(FORWARD, Ordering::AcqRel) == WOKEN
    }

    fn task(&self) -> MutexGuard<'_, Waker> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for RecordingWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let recorded = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                (state != FORWARD).then_some(WOKEN)
            });
        if recorded.is_err() {
            let task = self.task().clone();
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::{Pin, pin},
        sync::atomic::{AtomicUsize, Ordering::Relaxed},
        thread,
    };

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    /// Polls a pending future once. Returns how often that woke the task.
    fn poll<F: Future>(future: Pin<&mut F>) -> usize {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let polled = future.poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        woken.0.load(Relaxed)
    }

    #[test]
    fn a_task_that_wakes_itself_is_polled_again_at_once() {
        let mut polls = 0;
        let future = poll_fn(|context| {
            polls += 1;
            if polls == 1 {
                context.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        assert_eq!(poll(pin!(repoll_if_woken(future))), 0);
        assert_eq!(polls, 2);
    }

    #[test]
    fn a_task_that_wakes_itself_twice_yields() {
        let mut polls = 0;
        let future = poll_fn(|context| {
            polls += 1;
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        assert_eq!(poll(pin!(repoll_if_woken(future))), 1);
        assert_eq!(polls, 2);
    }

    #[test]
    fn a_wake_up_from_another_thread_during_the_poll_counts() {
        let mut polls = 0;
        let future = poll_fn(|context| {
            polls += 1;
            if polls == 1 {
                let waker = context.waker().clone();
                thread::spawn(move || waker.wake()).join().unwrap();
            }
            Poll::<()>::Pending
        });
        assert_eq!(poll(pin!(repoll_if_woken(future))), 0);
        assert_eq!(polls, 2);
    }

    #[test]
    fn a_wake_up_after_the_poll_reaches_the_latest_waker() {
        let kept = Mutex::new(None::<Waker>);
        let mut future = pin!(repoll_if_woken(poll_fn(|context| {
            *kept.lock().unwrap() = Some(context.waker().clone());
            Poll::<()>::Pending
        })));
        let [before, after] = [Arc::new(Woken::default()), Arc::new(Woken::default())];
        for task in [&before, &after, &after] {
            let task = Waker::from(Arc::clone(task));
            let polled = future.as_mut().poll(&mut Context::from_waker(&task));
            assert!(polled.is_pending());
            kept.lock().unwrap().take().unwrap().wake();
        }
        assert_eq!((before.0.load(Relaxed), after.0.load(Relaxed)), (1, 2));
    }
}
