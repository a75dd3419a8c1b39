//! A body that breaks off.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::time::{Sleep, sleep};

/// Sends what it has, may be silent for a while, then fails, and the connection
/// is cut.
#[derive(Debug)]
pub(super) struct BrokenBody {
    data: Option<Bytes>,
    then: Then,
}

#[derive(Debug)]
enum Then {
    /// What was sent goes out to the client before the cut.
    Flush,
    Silence(Duration),
    Silent(Pin<Box<Sleep>>),
    Cut,
}

impl BrokenBody {
    pub(super) const fn cut_after(data: Bytes) -> Self {
        Self {
            data: Some(data),
            then: Then::Flush,
        }
    }

    pub(super) const fn silent_after(data: Bytes, silence: Duration) -> Self {
        Self {
            data: Some(data),
            then: Then::Silence(silence),
        }
    }

    /// Fails at once: not even the head of the answer goes out.
    pub(super) const fn cut() -> Self {
        Self {
            data: None,
            then: Then::Cut,
        }
    }
}

impl HttpBody for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if let Then::Silence(length) = self.then {
            self.then = Then::Silent(Box::pin(sleep(length)));
        }
        match &mut self.then {
            Then::Flush => {
                self.then = Then::Cut;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Then::Silent(silence) => ready!(silence.as_mut().poll(context)),
            Then::Silence(_) | Then::Cut => {}
        }
        Poll::Ready(Some(Err(io::Error::other("cut, as the fault demands"))))
    }
}
