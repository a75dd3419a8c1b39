//! The program at the other end of standard input.

use std::{
    io::{copy, sink, stdin},
    thread,
};

use tokio::sync::oneshot;

/// Ready when standard input has closed. The kernel closes it however the other end
/// ends, killed too, on every system; what comes before is thrown away.
pub(super) async fn gone() {
    let (closed, has_closed) = oneshot::channel::<()>();
    // A thread of its own: nothing can interrupt the read, and the runtime would wait for
    // its own threads at the end.
    thread::spawn(move || {
        // An input that can't be read has no other end.
        let _ = copy(&mut stdin().lock(), &mut sink());
        drop(closed);
    });
    let _ = has_closed.await;
}
