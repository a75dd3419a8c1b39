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
    SITE_CODE, authorization, body, cp949,
    reply::Reply,
    tokens::{IssuedToken, MadeOf},
};
use crate::{not_json, state::State};

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
    let request: Value = serde_json::from_slice(&body)
        .map_err(|_| Reply::gateway("1400", not_json::shape(&body)))?;
    // NICE's own hint at 1500: check the split into dataHeader and dataBody.
    let fields = request["dataBody"].as_object().ok_or_else(|| {
        let is_flat = ["req_dtim", "req_no", "enc_mode"]
            .iter()
            .any(|name| !request[*name].is_null() || !request["dataHeader"][*name].is_null());
        Reply::gateway(
            "1500",
            if is_flat {
                "fields_outside_data_body"
            } else {
                "data_body_missing"
            },
        )
    })?;
    let field = |name, faults| text(fields, name, faults);
    let (req_dtim, req_no, enc_mode) = match (
        field("req_dtim", ["req_dtim_missing", "req_dtim_not_text"]),
        field("req_no", ["req_no_missing", "req_no_not_text"]),
        field("enc_mode", ["enc_mode_missing", "enc_mode_not_text"]),
    ) {
        (Ok(req_dtim), Ok(req_no), Ok(enc_mode)) => (req_dtim, req_no, enc_mode),
        (Err(fault), ..) | (_, Err(fault), _) | (.., Err(fault)) => {
            return Ok(Reply::result("0001", fault));
        }
    };
    let fault = if req_dtim.len() != 14 || !req_dtim.bytes().all(|byte| byte.is_ascii_digit()) {
        "req_dtim_not_14_digits"
    } else if cp949::length(req_no) > 30 {
        "req_no_too_long"
    } else if enc_mode != "1" {
        // NICE publishes no meaning for 2 and 3: no client may rely on them.
        "enc_mode_not_1"
    } else {
        return Ok(new_token(state, req_dtim, req_no));
    };
    Ok(Reply::result("0001", fault))
}

/// A missing field, `null` and a number are all out of spec, not malformed.
fn text<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
    [missing, not_text]: [&'static str; 2],
) -> Result<&'a str, &'static str> {
    match fields.get(name) {
        None | Some(Value::Null) => Err(missing),
        Some(Value::String(text)) if text.trim().is_empty() => Err(missing),
        Some(Value::String(text)) => Ok(text.trim()),
        Some(_) => Err(not_text),
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
