//! One file per route.

pub(super) mod callback;
pub(super) mod documents;
pub(super) mod get_oauth_token;
pub(super) mod get_verification_result;
pub(super) mod get_verification_status;
pub(super) mod health;
mod metrics;
pub(super) mod popup;
pub(super) mod verification_closed;
pub(super) mod verification_return;
pub(super) mod verification_window;

pub use metrics::admin_router;

use axum::{
    Extension,
    response::{IntoResponse, Response},
};

use super::{
    app::CALLBACK,
    note::{Audit, Note},
};
use crate::{
    audit::Event,
    verification::facade::{BRIDGE, Party},
};

/// The routes that the metrics count under a label of their own.
const LABELS: [(&str, &str); 9] = [
    (get_oauth_token::PATH, "getOAuthToken"),
    (get_verification_result::PATH, "getVerificationResult"),
    (get_verification_status::PATH, "getVerificationStatus"),
    (CALLBACK, "verificationCallback"),
    (BRIDGE, "verificationWindow"),
    (verification_return::PATTERN, "verificationReturn"),
    (verification_closed::PATTERN, "verificationClosed"),
    (health::LIVE, "health"),
    (health::READY, "health"),
];

/// The label of the route at `path`, without `BASE_PATH`.
pub(super) fn label(path: &str) -> Option<&'static str> {
    let mut labels = LABELS.iter();
    let found = labels.find(|(labelled, _)| *labelled == path);
    found.map(|(_, label)| *label)
}

/// A page of the façade, with its event for the log.
fn window_note(
    page: Response,
    event: Event,
    hint: Option<&'static str>,
    party: &Party,
) -> Response {
    let note = Note {
        waited: None,
        hint,
        audit: Audit::new(event, &party.requestno),
    };
    (Extension(note), page).into_response()
}
