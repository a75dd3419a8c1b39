//! One file per route.

pub(super) mod callback;
pub(super) mod documents;
pub(super) mod get_oauth_token;
pub(super) mod get_verification_result;
pub(super) mod health;
mod metrics;
pub(super) mod popup;

pub use metrics::admin_router;

use super::app::CALLBACK;

/// The routes that the metrics count under a label of their own.
const LABELS: [(&str, &str); 5] = [
    (get_oauth_token::PATH, "getOAuthToken"),
    (get_verification_result::PATH, "getVerificationResult"),
    (CALLBACK, "verificationCallback"),
    (health::LIVE, "health"),
    (health::READY, "health"),
];

/// The label of the route at `path`, without `BASE_PATH`.
pub(super) fn label(path: &str) -> Option<&'static str> {
    let mut labels = LABELS.iter();
    let found = labels.find(|(labelled, _)| *labelled == path);
    found.map(|(_, label)| *label)
}
