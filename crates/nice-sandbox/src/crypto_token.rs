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
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    authorization, body,
    reply::Reply,
    state::{SITE_CODE, State},
    tokens::IssuedToken,
};

#[derive(Deserialize)]
struct Request {
    #[serde(rename = "dataBody")]
    body: RequestBody,
}

#[derive(Deserialize)]
struct RequestBody {
    #[serde(default)]
    req_dtim: Value,
    #[serde(default)]
    req_no: Value,
    #[serde(default)]
    enc_mode: Value,
}

/// A missing field, `null` and a number are all out of spec, not malformed.
fn text(field: &Value) -> &str {
    field.as_str().unwrap_or_default().trim()
}

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
    authorization::check_token(headers, "bearer ", state)?;
    authorization::check_product(headers, state)?;
    let body = body::present(body)?;
    let request: Request = serde_json::from_slice(&body).map_err(|error| {
        // NICE's own hint at 1500: check the split into dataHeader and dataBody.
        Reply::gateway(if error.is_data() { "1500" } else { "1400" })
    })?;
    let (req_dtim, req_no) = (text(&request.body.req_dtim), text(&request.body.req_no));
    let enc_mode = text(&request.body.enc_mode);
    let is_time = req_dtim.len() == 14 && req_dtim.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = (1..=30).contains(&req_no.len());
    // NICE publishes no meaning for 2 and 3: no client may rely on them.
    if !is_time || !is_number || enc_mode != "1" {
        return Ok(Reply::result("0001"));
    }
    Ok(new_token(state, req_dtim, req_no))
}

fn new_token(state: &State, req_dtim: &str, req_no: &str) -> Reply {
    let mut bytes = [0; 32];
    state.random.fill(&mut bytes);
    let token_val = STANDARD.encode(bytes);
    let keys = KeySet::derive(req_dtim, req_no, &token_val);
    let (token_version_id, _) = remember(state, keys);
    Reply::Body(json!({
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
pub(super) fn remember(state: &State, keys: KeySet) -> (String, IssuedToken) {
    let now = state.clock.now();
    let suffix: String = state
        .random
        .alphanumeric::<20>()
        .map(char::from)
        .iter()
        .collect();
    let stamp = KST.to_datetime(now).strftime("%Y%m%d%H%M%S");
    let token_version_id = format!("{stamp}-SB-{suffix}");
    let token = IssuedToken {
        keys,
        issued_at: now,
        expires_at: now + SignedDuration::from_secs(state.settings.period.as_secs().cast_signed()),
        requestno: None,
    };
    state
        .tokens()
        .insert(token_version_id.clone(), token.clone());
    (token_version_id, token)
}
