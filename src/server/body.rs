use std::{
    error::Error,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use thiserror::Error;
use tokio::{
    task::yield_now,
    time::{Instant, Sleep, sleep_until},
};

/// A request's body that has to be complete at a moment.
pub(super) struct TimedBody {
    /// `None` once it is complete.
    incoming: Option<Incoming>,
    deadline: Instant,
    /// Only once the body keeps somebody waiting.
    timer: Option<Pin<Box<Sleep>>>,
    unread: Unread,
}

/// The body wasn't complete within `BODY_TIMEOUT`.
#[derive(Clone, Copy, Debug, Error)]
#[error("the body didn't arrive in time")]
struct TooSlow;

impl TimedBody {
    pub(super) fn new(incoming: Incoming, deadline: Instant, unread: Unread) -> Self {
        Self {
            incoming: Some(incoming),
            deadline,
            timer: None,
            unread,
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
        let Some(incoming) = &mut self.incoming else {
            return Poll::Ready(None);
        };
        if let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) {
            if frame.is_none() {
                self.incoming = None;
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
        self.incoming.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming
            .as_ref()
            .map_or(SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for TimedBody {
    fn drop(&mut self) {
        if !self.is_end_stream() {
            self.unread.put(self.incoming.take());
        }
    }
}

/// The rest of a body that was answered before it was read: where a
/// connection's bodies leave it behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Unread(Arc<Mutex<Option<Incoming>>>);

/// How often a rest is looked at before it counts as not here yet. Before
/// each look the connection has a turn, to hand out what it has read and to
/// read on: one does for what came with the head, the others are for what has
/// come to the socket since.
const LOOKS: usize = 3;

impl Unread {
    fn put(&self, rest: Option<Incoming>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = rest;
    }

    fn take(&self) -> Option<Incoming> {
        let mut rest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rest.take()
    }

    /// Reads what has come of the rest, without waiting for more; whether
    /// nothing is left of it. hyper closes a connection on which something
    /// is left, without a word of its own. A client that `waits` sends the
    /// rest only when somebody reads it, which is too late now.
    pub(super) async fn is_read_out(&self, waits: bool) -> bool {
        let Some(mut rest) = self.take() else {
            return true;
        };
        if waits {
            return false;
        }
        for _ in 0..LOOKS {
            yield_now().await;
            let is_at_its_end = poll_fn(|context| {
                loop {
                    match Pin::new(&mut rest).poll_frame(context) {
                        Poll::Ready(Some(Ok(_))) => {}
                        Poll::Ready(None) => return Poll::Ready(true),
                        Poll::Ready(Some(Err(_))) | Poll::Pending => return Poll::Ready(false),
                    }
                }
            });
            if is_at_its_end.await || rest.is_end_stream() {
                return true;
            }
        }
        false
    }
}
