//! Reads the bytes of a body. What counts is what is held, not what was
//! announced: a body without a length is as welcome as one with a length.

use std::{future::poll_fn, pin::Pin};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderMap, header::CONTENT_LENGTH},
};
use tokio::sync::Semaphore;

use crate::http::{
    failure::{Failure, Overload},
    reason::{Invalid, Reason},
};

/// Maximum length of a body, in bytes.
const LIMIT: usize = 64 * 1024;

/// Up to this length, in bytes, a body needs no permit: most requests take a
/// few hundred bytes, a result a few thousand.
const SHORT: usize = 8 * 1024;

/// The whole body. Each frame is copied and dropped: kept as they come, the
/// frames of a body in chunks of one byte take thirty times its length.
pub(super) async fn read(request: Request, permits: &Semaphore) -> Result<Vec<u8>, Failure> {
    let declared = declared_length(request.headers());
    // A declared length that is too long is refused before the body is read.
    if declared.is_some_and(|length| length > LIMIT as u64) {
        return Err(Reason::BodyTooLarge.into());
    }
    let mut body = request.into_body();
    let mut bytes = Vec::with_capacity(expected(&body));
    // Held until the body has been read.
    let mut permit = None;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|error| unreadable(&error))?;
        // Trailers are ignored.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = bytes.len() + data.len();
        if length > LIMIT {
            return Err(Reason::BodyTooLarge.into());
        }
        if length > SHORT && permit.is_none() {
            permit = Some(
                permits
                    .try_acquire()
                    .map_err(|_| Failure::from(Overload::LongBodies))?,
            );
            bytes.reserve_exact(LIMIT - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// In bytes; no more than a body may take without a permit.
fn expected(body: &Body) -> usize {
    let exact = body.size_hint().exact();
    exact.map_or(0, |length| {
        usize::try_from(length).map_or(SHORT, |length| length.min(SHORT))
    })
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Broken off, or too slow.
fn unreadable(error: &axum::Error) -> Failure {
    Failure {
        detail: Some(error.to_string()),
        ..Reason::InvalidRequest(Invalid::Unreadable).into()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
        task::{Context, Poll},
    };

    use axum::body::Bytes;
    use hyper::body::Frame;

    use super::*;

    /// A body of chunks of one byte, and how many of them are alive.
    struct Trickle {
        left: usize,
        alive: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    struct Chunk(Arc<AtomicUsize>);

    impl AsRef<[u8]> for Chunk {
        fn as_ref(&self) -> &[u8] {
            b"a"
        }
    }

    impl Drop for Chunk {
        fn drop(&mut self) {
            self.0.fetch_sub(1, SeqCst);
        }
    }

    impl HttpBody for Trickle {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.left == 0 {
                return Poll::Ready(None);
            }
            self.left -= 1;
            let alive = self.alive.fetch_add(1, SeqCst) + 1;
            self.most.fetch_max(alive, SeqCst);
            let chunk = Bytes::from_owner(Chunk(Arc::clone(&self.alive)));
            Poll::Ready(Some(Ok(Frame::data(chunk))))
        }
    }

    #[tokio::test]
    async fn a_body_in_chunks_of_one_byte_takes_no_more_than_its_length() {
        let most = Arc::new(AtomicUsize::new(0));
        let body = Body::new(Trickle {
            left: LIMIT,
            alive: Arc::default(),
            most: Arc::clone(&most),
        });
        let permits = Semaphore::new(1);
        let bytes = read(Request::new(body), &permits).await.unwrap();
        assert_eq!(bytes.len(), LIMIT);
        assert!(bytes.capacity() <= LIMIT, "{}", bytes.capacity());
        assert_eq!(most.load(SeqCst), 1, "chunks alive at once");
        assert_eq!(permits.available_permits(), 1, "the permit came back");
    }
}
