//! What a client computed, against what it should have: a verification's keys and its
//! integrity value never come back to NICE, so a client has to show them here.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State as Shared},
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    access_token::AccessToken,
    answer::GOOD,
    transactions::{Stage, Transaction},
};
use crate::{
    diagnosis::integrated::{Material, Mistake, Which, of_integrity, of_key},
    headers::X_SANDBOX_FAULT,
    state::State,
};

const PATH: &str = "/sandbox/api/integrated/diagnosis";

/// What a client shows: some of its values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    transaction_id: String,
    /// The AES key, as text, hex or base64.
    key: Option<String>,
    /// The HMAC key, likewise.
    hmac_key: Option<String>,
    /// The HMAC over `enc_data` as the client computed it.
    integrity_value: Option<String>,
}

pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route(PATH, post(diagnose))
        .layer(DefaultBodyLimit::max(64 * 1024))
}

async fn diagnose(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let shown: Shown = match serde_json::from_slice(&body) {
        Ok(shown) => shown,
        Err(error) => {
            let message = format!(
                "{error}; send transaction_id with key, hmac_key or integrity_value as JSON"
            );
            return (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response();
        }
    };
    let known = state.integrated().get(&shown.transaction_id).cloned();
    let Some(transaction) = known else {
        let message = "transaction_id is unknown here: send it exactly as auth/url returned it";
        return (StatusCode::NOT_FOUND, Json(json!({"message": message}))).into_response();
    };
    let (findings, first) = findings_of(&shown, &transaction, &state);
    let mut response =
        Json(json!({"right": first.is_none(), "findings": findings})).into_response();
    if let Some(Mistake { code, .. }) = first {
        tracing::info!(fault = code, "the sandbox's diagnosis found a mistake");
        let headers = response.headers_mut();
        headers.insert(X_SANDBOX_FAULT, HeaderValue::from_static(code));
    }
    response
}

/// What is to be said of each value, and the first mistake.
fn findings_of(
    shown: &Shown,
    transaction: &Transaction,
    state: &State,
) -> (Vec<Value>, Option<Mistake>) {
    let others = state.integrated().other_tokens(&transaction.id);
    let (web_transaction_id, handed_out) = match &transaction.stage {
        Stage::Issued | Stage::Opened => ("", None),
        Stage::Verified(verified) => (verified.web_transaction_id.as_str(), None),
        Stage::HandedOut(verified, handed_out) => {
            (verified.web_transaction_id.as_str(), Some(handed_out))
        }
    };
    let material = Material {
        // Before the result it is the url's: mostly both are the same.
        ticket: handed_out
            .map_or(&transaction.token, |handed_out| &handed_out.token)
            .ticket(),
        ticket_of_url: transaction.token.ticket(),
        others: others.iter().map(AccessToken::ticket).collect(),
        transaction_id: &transaction.id,
        web_transaction_id,
        request_no: &transaction.request.request_no,
        answer: [GOOD.0, GOOD.1],
    };
    let mut found = Vec::new();
    if let Some(key) = &shown.key {
        found.push(("key", of_key(key, &material, Which::Aes)));
    }
    if let Some(key) = &shown.hmac_key {
        found.push(("hmac_key", of_key(key, &material, Which::Hmac)));
    }
    if let (Some(given), Some(handed_out)) = (&shown.integrity_value, handed_out) {
        let mistakes = of_integrity(given, &handed_out.enc_data, &material);
        found.push(("integrity_value", mistakes));
    }
    let first = found
        .iter()
        .find_map(|(_, mistakes)| mistakes.first().copied());
    let findings = found
        .into_iter()
        .map(|(about, mistakes)| {
            let mistakes: Vec<_> = mistakes
                .into_iter()
                .map(|mistake| {
                    let text = mistake.text();
                    json!({"fault": mistake.code, "ko": text.ko, "en": text.en})
                })
                .collect();
            json!({"about": about, "right": mistakes.is_empty(), "mistakes": mistakes})
        })
        .collect();
    (findings, first)
}
