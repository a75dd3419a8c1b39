//! The newer API's answers: flat JSON, and an HTTP status by the code's class.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{
    browser::notice::{self, Notice},
    faults::integrated_title,
    headers::{X_SANDBOX_FAULT, X_SANDBOX_NOTICE},
    history::RefusedCall,
    state::State,
};

/// What a good answer says.
pub(crate) const GOOD: (&str, &str) = ("0000", "응답성공");

/// An answer of one of the three calls.
#[derive(Debug)]
pub(crate) struct Answer {
    code: &'static str,
    fields: Map<String, Value>,
    /// What was wrong with the request, for the header and the log: NICE's
    /// answer doesn't say it.
    fault: Option<&'static str>,
}

impl Answer {
    pub(super) fn good(fields: Map<String, Value>) -> Self {
        Self {
            code: GOOD.0,
            fields,
            fault: None,
        }
    }

    /// Refused with this `result_code`, because of `fault`.
    pub(crate) fn refused(code: &'static str, fault: &'static str) -> Self {
        Self {
            code,
            fields: Map::new(),
            fault: Some(fault),
        }
    }

    /// What was wrong with the request.
    pub(crate) const fn fault(&self) -> Option<&'static str> {
        self.fault
    }

    pub(crate) fn into_response(self, notices: &[Notice], state: &Arc<State>) -> Response {
        let code = self.code;
        let message = if code == GOOD.0 {
            GOOD.1
        } else {
            integrated_title(code)
        };
        let mut json = Map::new();
        json.insert("result_code".to_owned(), json!(code));
        json.insert("result_message".to_owned(), json!(message));
        json.extend(self.fields);
        let mut response = (status(code), Value::Object(json).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(fault) = self.fault {
            headers.insert(X_SANDBOX_FAULT, HeaderValue::from_static(fault));
            tracing::info!(fault, code, "the sandbox refused a call");
            let at = state.clock.now();
            state.history().refused(RefusedCall { at, code, fault });
        }
        if !notices.is_empty() {
            let notice = notice::header(notices);
            tracing::info!(%notice, "the sandbox accepted a doubtful call");
            if let Ok(value) = HeaderValue::try_from(notice) {
                headers.insert(X_SANDBOX_NOTICE, value);
            }
        }
        response
    }
}

/// 1xxx are the caller's fault, but 1014; 2xxx are NICE's; all else comes with 200.
fn status(code: &str) -> StatusCode {
    match code.as_bytes() {
        b"1014" | [b'2', ..] => StatusCode::INTERNAL_SERVER_ERROR,
        [b'1', ..] => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}
