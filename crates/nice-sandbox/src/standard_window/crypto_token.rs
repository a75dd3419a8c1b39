//! The crypto token (암호화토큰).

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{State as Shared, rejection::BytesRejection},
    http::HeaderMap,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use nice_crypto::{KeySet, clock::KST};
use serde_json::{Map, Value, json};

use super::{
    SITE_CODE, authorization, body,
    reply::Reply,
    tokens::{IssuedToken, MadeOf},
};
use crate::{
    diagnosis::standard_window::calls::{self, Refusal},
    state::State,
};

pub(super) async fn issue(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = body::read(body);
    let echo = body.as_ref().map(|body| echo(body)).unwrap_or_default();
    body.and_then(|body| issued(&state, &headers, body))
        .unwrap_or_else(|refusal| refusal)
        .echo(echo)
        .into_response(&state)
}

/// What NICE repeats of the request's `dataHeader`.
fn echo(body: &[u8]) -> Map<String, Value> {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return Map::new();
    };
    ["CNTY_CD", "TRAN_ID"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), request["dataHeader"].get(name)?.clone())))
        .collect()
}

fn issued(state: &State, headers: &HeaderMap, body: Bytes) -> Result<Reply, Reply> {
    authorization::check_token(headers, "bearer ", state)?;
    authorization::check_product(headers, state)?;
    let body = body::present(body)?;
    match calls::crypto_token(&body) {
        Ok([req_dtim, req_no]) => Ok(new_token(state, &req_dtim, &req_no)),
        Err(Refusal::Gateway(code, fault)) => Err(Reply::gateway(code, fault)),
        Err(Refusal::Result(code, fault)) => Ok(Reply::result(code, fault)),
    }
}

fn new_token(state: &State, req_dtim: &str, req_no: &str) -> Reply {
    let mut bytes = [0; 32];
    state.random.fill(&mut bytes);
    let token_val = STANDARD.encode(bytes);
    let (token_version_id, _) = remember(state, req_dtim, req_no, &token_val);
    Reply::body(json!({
        "rsp_cd": "P000",
        "res_msg": "",
        "result_cd": "0000",
        "site_code": SITE_CODE,
        "token_version_id": token_version_id,
        "token_val": token_val,
        "period": state.settings.period.as_secs(),
    }))
}

/// A token under a new id, which the window knows from now on.
pub(super) fn remember(
    state: &State,
    req_dtim: &str,
    req_no: &str,
    token_val: &str,
) -> (String, IssuedToken) {
    let now = state.clock.now();
    let token_version_id = new_id(state);
    let token = IssuedToken {
        keys: KeySet::derive(req_dtim, req_no, token_val),
        made_of: MadeOf::new(req_dtim, req_no, token_val),
        issued_at: now,
        expires_at: now + SignedDuration::from_secs(state.settings.period.as_secs().cast_signed()),
        requestno: None,
    };
    state
        .tokens()
        .insert(token_version_id.clone(), token.clone());
    (token_version_id, token)
}

/// 43 upper case letters and digits in NICE's groups; it says what it is.
fn new_id(state: &State) -> String {
    let stamp = KST.to_datetime(state.clock.now()).strftime("%Y%m%d%H%M%S");
    let suffix = state
        .random
        .alphanumeric::<15>()
        .map(|byte| char::from(byte.to_ascii_uppercase()));
    let (five, ten) = suffix.split_at(5);
    format!(
        "{stamp}SB-NCSANDBOX-{}-{}",
        String::from_iter(five),
        String::from_iter(ten)
    )
}
