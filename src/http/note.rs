//! What a route adds to its request's line in the log; above all the event of
//! the audit trail, which says what happened to a verification.

use std::time::Duration;

use crate::{audit::Event, secret::Secret, verification::Damage};

/// What a successful request adds to its line in the log; the route leaves it
/// on the answer.
#[derive(Clone, Debug)]
pub(super) struct Note {
    /// How long it waited for NICE.
    pub(super) waited: Option<Duration>,
    /// What the caller's developers may want to fix.
    pub(super) hint: Option<&'static str>,
    pub(super) audit: Audit,
}

/// One event in the life of a verification.
#[derive(Clone, Debug)]
pub struct Audit {
    /// What happened.
    pub event: Event,
    /// The verification's, to be hashed.
    pub req_no: Secret,
    /// What has visibly happened to the values of a refused result. Here, where
    /// it makes no failure larger.
    pub damage: Option<Damage>,
}

impl Audit {
    /// An event of the verification `req_no`.
    #[must_use]
    pub fn new(event: Event, req_no: &str) -> Self {
        Self {
            event,
            req_no: Secret::new(req_no.to_owned()),
            damage: None,
        }
    }
}
