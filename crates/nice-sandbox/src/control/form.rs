//! The buttons of `/sandbox/faults`: the same entries as the programs'
//! interface, from a form.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::State as Shared,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Map, Value, json};

use crate::{faults, state::State};

/// Relative, so that it works under any prefix.
const PAGE: &str = "../faults";

/// Adds one entry to those that are on; empty fields count as left out.
pub(super) async fn switch_on(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    match faults::read_list(&entry_of(&body)) {
        Ok(added) => {
            let mut faults = state.faults();
            let mut entries = faults.entries().to_vec();
            entries.extend(added);
            faults.replace(entries);
            Redirect::to(PAGE).into_response()
        }
        Err(problem) => (StatusCode::BAD_REQUEST, problem).into_response(),
    }
}

pub(super) async fn switch_off(Shared(state): Shared<Arc<State>>) -> Redirect {
    state.faults().replace(Vec::new());
    Redirect::to(PAGE)
}

/// The form's fields as the JSON that the programs' interface reads.
fn entry_of(body: &[u8]) -> Vec<u8> {
    let fields: HashMap<_, _> = url::form_urlencoded::parse(body).collect();
    let mut entry = Map::new();
    for name in ["call", "fault", "delay", "times"] {
        let Some(text) = fields.get(name).filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let number = (name == "times")
            .then(|| text.trim().parse::<u32>().ok())
            .flatten();
        let value = number.map_or_else(|| Value::from(text.trim()), Value::from);
        entry.insert(name.to_owned(), value);
    }
    json!([entry]).to_string().into_bytes()
}
