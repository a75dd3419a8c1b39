//! A request's body, with a deadline.

use std::{
    error::Error,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use thiserror::Error;
use tokio::time::{Instant, Sleep, sleep_until};

/// A request's body that must be complete before a deadline.
pub(super) struct TimedBody {
    incoming: Incoming,
    deadline: Instant,
    /// Set only when the body makes its reader wait.
    timer: Option<Pin<Box<Sleep>>>,
    read_to_end: ReadToEnd,
}

/// The body wasn't complete within `BODY_TIMEOUT`.
#[derive(Clone, Copy, Debug, Error)]
#[error("the body didn't arrive in time")]
struct TooSlow;

impl TimedBody {
    pub(super) fn new(incoming: Incoming, deadline: Instant, read_to_end: ReadToEnd) -> Self {
        Self {
            incoming,
            deadline,
            timer: None,
            read_to_end,
        }
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            if frame.is_none() {
                self.read_to_end.set();
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = self.deadline;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        timer
            .as_mut()
            .poll(context)
            .map(|()| Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for TimedBody {
    /// A reader that knows the length stops at the last byte, and doesn't ask
    /// whether another frame follows.
    fn drop(&mut self) {
        if self.is_end_stream() {
            self.read_to_end.set();
        }
    }
}

/// Whether a body was read to its end. If not, the connection can't be used
/// for another request, and the response must say so: hyper closes it anyway.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadToEnd(Arc<AtomicBool>);

impl ReadToEnd {
    fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
