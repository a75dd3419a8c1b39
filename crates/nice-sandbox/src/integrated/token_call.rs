//! `auth/token`.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{State as Shared, rejection::BytesRejection},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Map, json};

use super::{
    answer::Answer,
    authorization,
    fields::{Fields, GRANT_TYPE, REQUEST_NO},
    jwt,
};
use crate::{browser::notice::Notice, state::State};

pub(super) async fn issue(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut notices = Vec::new();
    issued(&state, &headers, body, &mut notices)
        .unwrap_or_else(|refusal| refusal)
        .into_response(&notices, &state)
}

fn issued(
    state: &State,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
    notices: &mut Vec<Notice>,
) -> Result<Answer, Answer> {
    let fields = Fields::read(body)?;
    *notices = fields.notices(headers, &[GRANT_TYPE, REQUEST_NO]);
    authorization::check_client(headers, notices, state)?;
    if fields.required(GRANT_TYPE)? != "client_credentials" {
        return Err(Answer::refused("1002", "grant_type_not_client_credentials"));
    }
    let request_no = fields.unchecked_request_no(notices)?;
    let issued = jwt::issue(state);
    let mut answer = Map::new();
    answer.insert("request_no".to_owned(), json!(request_no));
    answer.insert("access_token".to_owned(), json!(issued.jwt));
    answer.insert("expires_in".to_owned(), json!(issued.expires_in));
    answer.insert("token_type".to_owned(), json!("Bearer"));
    let rounds = issued.token.iterators.get();
    answer.insert("iterators".to_owned(), json!(rounds));
    answer.insert("ticket".to_owned(), json!(issued.token.ticket));
    Ok(Answer::good(answer))
}
