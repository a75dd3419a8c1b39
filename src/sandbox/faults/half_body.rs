//! A body that breaks off.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;

/// Sends what it has, then fails, whereupon the connection is cut.
#[derive(Debug)]
pub(super) struct HalfBody {
    next: Next,
}

#[derive(Debug)]
enum Next {
    Data(Bytes),
    /// What was sent goes out to the client before the cut.
    Flush,
    Cut,
}

impl HalfBody {
    pub(super) const fn new(data: Bytes) -> Self {
        Self {
            next: Next::Data(data),
        }
    }

    /// Fails at once: not even the head of the answer goes out.
    pub(super) const fn cut() -> Self {
        Self { next: Next::Cut }
    }
}

impl HttpBody for HalfBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match std::mem::replace(&mut self.next, Next::Cut) {
            Next::Data(data) => {
                self.next = Next::Flush;
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            Next::Flush => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Next::Cut => Poll::Ready(Some(Err(io::Error::other("cut, as the fault demands")))),
        }
    }
}
