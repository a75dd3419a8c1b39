//! A body that takes its time.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::time::{Sleep, sleep};

/// Often enough that no timeout between two reads strikes.
const PAUSE: Duration = Duration::from_millis(100);

/// Sends a byte, waits, sends the next.
#[derive(Debug)]
pub(super) struct SlowBody {
    rest: Bytes,
    pause: Pin<Box<Sleep>>,
}

impl SlowBody {
    pub(super) fn new(body: Bytes) -> Self {
        Self {
            rest: body,
            pause: Box::pin(sleep(PAUSE)),
        }
    }
}

impl HttpBody for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.pause.as_mut().poll(context));
        self.pause = Box::pin(sleep(PAUSE));
        let byte = self.rest.split_to(1);
        Poll::Ready(Some(Ok(Frame::data(byte))))
    }
}
