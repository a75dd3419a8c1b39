//! What a client computed, against what it should have.

use std::sync::Arc;

use axum::Router;

use crate::state::State;

pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
}
