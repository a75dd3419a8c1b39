//! `/sandbox/api/faults`.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State as Shared,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    faults::{self, Entry, Fault},
    state::State,
};

#[derive(Serialize)]
struct Listing {
    catalogue: Vec<&'static Fault>,
    active: Vec<Entry>,
}

pub(super) async fn list(Shared(state): Shared<Arc<State>>) -> Response {
    let active = state.faults().entries().to_vec();
    Json(Listing {
        catalogue: faults::all().collect(),
        active,
    })
    .into_response()
}

/// Replaces what is on; a list with a mistake changes nothing.
pub(super) async fn replace(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    match faults::read_list(&body) {
        Ok(entries) => {
            let answer = Json(json!({"active": entries})).into_response();
            state.faults().replace(entries);
            answer
        }
        Err(problem) => {
            (StatusCode::BAD_REQUEST, Json(json!({"message": problem}))).into_response()
        }
    }
}

pub(super) async fn clear(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.faults().replace(Vec::new());
    StatusCode::NO_CONTENT
}
