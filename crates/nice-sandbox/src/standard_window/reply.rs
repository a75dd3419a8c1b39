//! NICE's answers, down to the odd content type.

use std::sync::Arc;

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{faults::gateway_title, headers::X_SANDBOX_FAULT, history::RefusedCall, state::State};

/// An answer of one of the three calls.
#[derive(Debug)]
pub(crate) struct Reply {
    /// `GW_RSLT_CD`.
    code: &'static str,
    /// `dataBody`.
    body: Box<Value>,
    /// Fields of `dataHeader` that the request had.
    echo: Box<Map<String, Value>>,
    /// What was wrong with the request, for the header and the log: NICE's
    /// answer doesn't say it.
    fault: Option<&'static str>,
}

impl Reply {
    /// Not a registered charset; some HTTP clients stumble over it, and
    /// their authors ought to learn that here.
    pub(crate) const CONTENT_TYPE: HeaderValue =
        HeaderValue::from_static("application/json;charset=UTF8");

    /// Passed by the gateway; this is `dataBody`.
    pub(crate) fn body(body: Value) -> Self {
        Self {
            code: "1200",
            body: Box::new(body),
            echo: Box::default(),
            fault: None,
        }
    }

    /// Refused by the gateway with this `GW_RSLT_CD`, because of `fault`.
    pub(crate) fn gateway(code: &'static str, fault: &'static str) -> Self {
        // Both were seen in NICE's refusals.
        let is_of_permission = code.starts_with("17") || code.starts_with("18");
        Self {
            code,
            fault: Some(fault),
            ..Self::body(if is_of_permission {
                json!("")
            } else {
                Value::Null
            })
        }
    }

    /// Handled, but with this `result_cd`, because of `fault`.
    pub(crate) fn result(code: &'static str, fault: &'static str) -> Self {
        Self::refusal("P000", code, fault)
    }

    /// Passed by the gateway, but without a crypto token.
    pub(crate) fn refusal(response: &'static str, code: &'static str, fault: &'static str) -> Self {
        Self {
            fault: Some(fault),
            ..Self::body(json!({
                "rsp_cd": response,
                "res_msg": "",
                "result_cd": code,
                "site_code": "",
                "token_version_id": "",
                "token_val": "",
                "period": 0,
            }))
        }
    }

    /// With these fields in `dataHeader`, as the request had them.
    pub(crate) fn echo(self, echo: Map<String, Value>) -> Self {
        Self {
            echo: Box::new(echo),
            ..self
        }
    }

    pub(crate) fn into_response(self, state: &Arc<State>) -> Response {
        let code = self.code;
        let mut header = *self.echo;
        header.insert("GW_RSLT_CD".to_owned(), code.into());
        header.insert("GW_RSLT_MSG".to_owned(), message(code).into());
        let json = json!({"dataHeader": header, "dataBody": self.body});
        let mut response = (status(code), json.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, Self::CONTENT_TYPE);
        if let Some(date) = state.date() {
            headers.insert(DATE, date);
        }
        if let Some(fault) = self.fault {
            headers.insert(X_SANDBOX_FAULT, HeaderValue::from_static(fault));
            tracing::info!(fault, code, "the sandbox refused a call");
            let at = state.clock.now();
            state.history().refused(RefusedCall { at, code, fault });
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
