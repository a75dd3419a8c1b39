use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use thiserror::Error;
use tokio::time::{Instant, Sleep, sleep_until};

/// A request's body that has to be complete at a moment.
pub(super) struct TimedBody {
    incoming: Incoming,
    deadline: Instant,
    /// Only once the body keeps somebody waiting.
    timer: Option<Pin<Box<Sleep>>>,
}

/// The body wasn't complete within `BODY_TIMEOUT`.
#[derive(Clone, Copy, Debug, Error)]
#[error("the body didn't arrive in time")]
struct TooSlow;

impl TimedBody {
    pub(super) fn new(incoming: Incoming, deadline: Instant) -> Self {
        Self {
            incoming,
            deadline,
            timer: None,
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
