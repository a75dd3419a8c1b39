//! A request that ends without an answer.

use std::mem;

use tokio::time::Instant;

use super::{Seen, outcome::Outcome};
use crate::http::app::App;

/// What nginx logs for a caller who closed the connection.
const CLOSED_BY_CALLER: u16 = 499;
/// Not sent either, since the connection was cut.
const CUT: u16 = 503;

/// Watches a request until it has its answer: a route that is dropped before
/// says nothing itself. hyper drops it when the caller has gone, and the
/// server when it waits no longer.
pub(super) struct Unanswered<'a> {
    app: &'a App,
    seen: &'a Seen,
    began: Instant,
}

impl<'a> Unanswered<'a> {
    pub(super) fn new(app: &'a App, seen: &'a Seen, began: Instant) -> Self {
        Self { app, seen, began }
    }

    /// The answer is there.
    pub(super) fn disarm(self) {
        // Nothing in it has to be dropped.
        mem::forget(self);
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        let is_cut_off = self.app.draining.is_over();
        let (status, reason) = if is_cut_off {
            (CUT, "CUT_OFF")
        } else {
            (CLOSED_BY_CALLER, "CALLER_LEFT")
        };
        let outcome = Outcome {
            status,
            reason: Some(reason),
            is_fault: is_cut_off,
            failure: None,
            note: None,
            latency: self.began.elapsed(),
            speaks_for_nice: false,
        };
        outcome.tell(self.app, self.seen);
    }
}
