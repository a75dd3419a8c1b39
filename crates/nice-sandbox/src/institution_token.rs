//! The institution token (기관토큰): issued and revoked.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{State as Shared, rejection::BytesRejection},
    http::HeaderMap,
    response::Response,
};
use serde_json::json;

use super::{authorization, body, reply::Reply, state::State};

/// 50 years, as NICE grants.
const EXPIRES_IN: u64 = 1_576_800_000;

pub(super) async fn issue(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    issued(&state, &headers, body)
        .unwrap_or_else(|refusal| refusal)
        .into_response(&state)
}

fn issued(
    state: &State,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Reply, Reply> {
    authorization::check_client(headers, state)?;
    let body = body::present(body)?;
    let form: HashMap<_, _> = url::form_urlencoded::parse(&body).collect();
    if form
        .get("grant_type")
        .is_none_or(|kind| kind != "client_credentials")
    {
        return Err(Reply::gateway("1400"));
    }
    Ok(Reply::Body(json!({
        "access_token": state.institution_token().expose(),
        "token_type": "bearer",
        "expires_in": EXPIRES_IN,
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
    Ok(Reply::Body(json!({"result": true})))
}
