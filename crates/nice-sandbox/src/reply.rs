//! NICE's answers, down to the odd content type.

use std::sync::Arc;

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{faults::gateway_title, state::State};

/// An answer of one of the three calls.
#[derive(Debug)]
pub(super) enum Reply {
    /// Refused by the gateway with this `GW_RSLT_CD`.
    Gateway(&'static str),
    /// Let through by the gateway; this is `dataBody`.
    Body(Value),
}

impl Reply {
    /// Not a registered charset; some HTTP clients stumble over it, and
    /// their authors ought to learn that here.
    pub(super) const CONTENT_TYPE: HeaderValue =
        HeaderValue::from_static("application/json;charset=UTF8");

    pub(super) const fn gateway(code: &'static str) -> Self {
        Self::Gateway(code)
    }

    /// Handled, but with this `result_cd`.
    pub(super) fn result(code: &'static str) -> Self {
        Self::refusal("P000", code)
    }

    /// Let through by the gateway, but no crypto token comes of it.
    pub(super) fn refusal(response: &'static str, code: &'static str) -> Self {
        Self::Body(json!({
            "rsp_cd": response,
            "res_msg": "",
            "result_cd": code,
            "site_code": "",
            "token_version_id": "",
            "token_val": "",
            "period": 0,
        }))
    }

    pub(super) fn into_response(self, state: &Arc<State>) -> Response {
        let (code, body) = match self {
            Self::Gateway(code) => (code, Value::Null),
            Self::Body(body) => ("1200", body),
        };
        let json = json!({
            "dataHeader": {
                "GW_RSLT_CD": code,
                "GW_RSLT_MSG": message(code),
                "CNTY_CD": "ko",
                "TRAN_ID": "",
            },
            "dataBody": body,
        });
        let mut response = (status(code), json.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, Self::CONTENT_TYPE);
        if let Some(date) = state.date() {
            headers.insert(DATE, date);
        }
        response
    }
}

/// Codes 1400 to 1503 are 1000 plus an HTTP status; a bad token is a bad
/// request; the gateway's other refusals were only ever seen with 200.
fn status(code: &str) -> StatusCode {
    match code {
        "1300" | "1800" => StatusCode::BAD_REQUEST,
        _ => code
            .parse::<u16>()
            .ok()
            .filter(|code| (1400..=1503).contains(code))
            .and_then(|code| StatusCode::from_u16(code - 1000).ok())
            .unwrap_or(StatusCode::OK),
    }
}

fn message(code: &str) -> &'static str {
    if code == "1200" {
        "오류 없음"
    } else {
        gateway_title(code)
    }
}
