//! One file per route.

pub(super) mod callback;
pub(super) mod documents;
pub(super) mod get_oauth_token;
pub(super) mod get_verification_result;
pub(super) mod health;
mod metrics;
pub(super) mod popup;

pub use metrics::admin_router;
