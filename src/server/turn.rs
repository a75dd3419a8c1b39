use std::{
    future::{Future, poll_fn},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Runs a future that wakes its own task while it is polled: it is polled
/// once more at once, instead of after a turn of the scheduler.
///
/// hyper does so whenever a body's bytes are taken: it wakes the one who sent
/// them, and that is the same task. The scheduler would wake an idle worker
/// for it as well, by a system call for each request.
pub(super) async fn in_one_turn<F: Future>(future: F) -> F::Output {
    tokio::pin!(future);
    let wakes = Arc::new(Wakes::new());
    let own = Waker::from(Arc::clone(&wakes));
    poll_fn(move |context| {
        wakes.go_to(context.waker());
        for _ in 0..2 {
            wakes.hold();
            let polled = future.as_mut().poll(&mut Context::from_waker(&own));
            if polled.is_ready() || !wakes.release() {
                return polled;
            }
        }
        // Twice is no accident: hyper and tokio wake a task so that others get
        // their turn, and only the scheduler can give it to them.
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// Passes wakes on to a task, except while that task is at it.
struct Wakes {
    task: Mutex<Waker>,
    state: AtomicU8,
}

const PASSED_ON: u8 = 0;
const HELD: u8 = 1;
const WOKEN: u8 = 2;

impl Wakes {
    fn new() -> Self {
        Self {
            task: Mutex::new(Waker::noop().clone()),
            state: AtomicU8::new(PASSED_ON),
        }
    }

    fn go_to(&self, waker: &Waker) {
        self.task().clone_from(waker);
    }

    fn hold(&self) {
        self.state.store(HELD, Ordering::Release);
    }

    /// Passes wakes on again; whether there was one meanwhile.
    fn release(&self) -> bool {
        self.state.swap(PASSED_ON, Ordering::AcqRel) == WOKEN
    }

    fn task(&self) -> MutexGuard<'_, Waker> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let held = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                (state != PASSED_ON).then_some(WOKEN)
            });
        if held.is_err() {
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

    /// Polls once what is pending; how often that woke the task.
    fn poll<F: Future>(future: Pin<&mut F>) -> usize {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let polled = future.poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        woken.0.load(Relaxed)
    }

    #[test]
    fn what_wakes_itself_goes_on_without_the_scheduler() {
        let mut polls = 0;
        let future = poll_fn(|context| {
            polls += 1;
            if polls == 1 {
                context.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        assert_eq!(poll(pin!(in_one_turn(future))), 0);
        assert_eq!(polls, 2);
    }

    #[test]
    fn what_wakes_itself_again_and_again_gives_way() {
        let mut polls = 0;
        let future = poll_fn(|context| {
            polls += 1;
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        assert_eq!(poll(pin!(in_one_turn(future))), 1);
        assert_eq!(polls, 2);
    }

    #[test]
    fn a_wake_from_another_thread_during_the_turn_makes_it_go_on() {
        let mut polls = 0;
        let future = poll_fn(|context| {
            polls += 1;
            if polls == 1 {
                let waker = context.waker().clone();
                thread::spawn(move || waker.wake()).join().unwrap();
            }
            Poll::<()>::Pending
        });
        assert_eq!(poll(pin!(in_one_turn(future))), 0);
        assert_eq!(polls, 2);
    }

    #[test]
    fn a_wake_after_the_turn_reaches_the_task_where_it_is_now() {
        let kept = Mutex::new(None::<Waker>);
        let mut future = pin!(in_one_turn(poll_fn(|context| {
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
