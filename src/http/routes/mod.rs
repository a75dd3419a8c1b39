//! One file per route.

pub(super) mod documents;
pub(super) mod get_oauth_token;
pub(super) mod health;
