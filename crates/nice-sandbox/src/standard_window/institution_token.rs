//! The institution token (기관토큰): issued and revoked.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State as Shared, rejection::BytesRejection},
    http::HeaderMap,
    response::Response,
};
use serde_json::json;

use super::{authorization, body, reply::Reply};
use crate::state::State;

/// 50 years, as NICE grants.
const EXPIRES_IN: i64 = 1_576_800_000;

pub(super) async fn issue(
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    issued(&state, query.as_deref().unwrap_or_default(), &headers, body)
        .unwrap_or_else(|refusal| refusal)
        .into_response(&state)
}

/// The parameters come in the body or in the query.
fn issued(
    state: &State,
    query: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Reply, Reply> {
    authorization::check_client(headers, state)?;
    let mut body = body::read(body)?;
    if query.is_empty() {
        body = body::present(body)?;
    }
    let form: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes())
        .chain(url::form_urlencoded::parse(&body))
        .collect();
    match form.get("grant_type").map(|kind| &**kind) {
        Some("client_credentials") => {}
        Some(_) => return Err(Reply::gateway("1400", "grant_type_not_client_credentials")),
        None if body.starts_with(b"{") => return Err(Reply::gateway("1400", "body_is_json")),
        None => return Err(Reply::gateway("1400", "grant_type_missing")),
    }
    // The same token each time, with what is left of its life.
    let age = state.clock.now().duration_since(state.first_issued());
    Ok(Reply::body(json!({
        "access_token": state.institution_token().expose(),
        "token_type": "bearer",
        "expires_in": EXPIRES_IN - age.as_secs(),
        "scope": "default",
    })))
}

pub(super) async fn revoke(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    revoked(&state, &headers)
        .unwrap_or_else(|refusal| refusal)
        .into_response(&state)
}

/// Both prefixes were seen in the field.
fn revoked(state: &State, headers: &HeaderMap) -> Result<Reply, Reply> {
    authorization::check_token(headers, "Basic ", state)
        .or_else(|_| authorization::check_token(headers, "bearer ", state))?;
    state.revoke_institution_token();
    Ok(Reply::body(json!({"result": true})))
}
