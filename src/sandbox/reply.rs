//! NICE's answers, down to the odd content type.

use std::sync::Arc;

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::{IntoResponse, Response},
};
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

use super::state::State;

/// An answer of one of the three calls.
#[derive(Debug)]
pub(super) enum Reply {
    /// Refused by the gateway with this `GW_RSLT_CD`.
    Gateway(&'static str),
    /// Let through by the gateway; this is `dataBody`.
    Body(Value),
}

impl Reply {
    pub(super) const fn gateway(code: &'static str) -> Self {
        Self::Gateway(code)
    }

    /// Handled, but with this `rsp_cd` and `result_cd`.
    pub(super) fn result(code: &'static str) -> Self {
        Self::Body(json!({
            "rsp_cd": "P000",
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
        // Not a registered charset; some HTTP clients stumble over it, and
        // their authors ought to learn that here.
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json;charset=UTF8"),
        );
        if let Some(date) = date(state) {
            headers.insert(DATE, date);
        }
        response
    }
}

/// From the sandbox's own clock, so that a clock that is off can be tried.
fn date(state: &State) -> Option<HeaderValue> {
    let text = DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&state.clock.now())
        .ok()?;
    HeaderValue::try_from(text).ok()
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
    match code {
        "1200" => "오류 없음",
        "1300" => "request body가 비었습니다.",
        "1400" => "잘못된 요청",
        "1401" => "인증 필요",
        "1404" => "서비스를 찾을 수 없음",
        "1700" => "허용되지 않은 client ID",
        "1706" => "허용되지 않은 client ID + 상품코드",
        "1800" => "유효하지 않은 토큰 또는 시간 오차 3분 초과",
        "1801" => "유효하지 않은 client 정보",
        _ => "",
    }
}
