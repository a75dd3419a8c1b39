//! Good answers, spoilt: the real handler's answer with something changed.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, header::CONTENT_LENGTH, header::CONTENT_TYPE},
    response::Response,
};
use serde_json::{Value, json};

use super::half_body::HalfBody;

/// Far beyond any answer of the sandbox's own.
const LIMIT: usize = 64 * 1024;
const HUGE: usize = 1024 * 1024;

pub(super) async fn half_body(response: Response) -> Response {
    let (mut parts, bytes) = read(response).await;
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Body::new(HalfBody::new(half)))
}

pub(super) fn wrong_content_type(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// 3600 becomes 3600.0.
pub(super) async fn period_float(response: Response) -> Response {
    period(response, |period| json!(f64::from(period))).await
}

/// 3600 becomes "3600".
pub(super) async fn period_string(response: Response) -> Response {
    period(response, |period| json!(period.to_string())).await
}

pub(super) async fn period_too_short(response: Response) -> Response {
    period(response, |_| json!(59)).await
}

pub(super) async fn missing_field(response: Response) -> Response {
    json(response, |answer| {
        if let Some(body) = answer["dataBody"].as_object_mut() {
            body.shift_remove("token_val");
            body.shift_remove("access_token");
        }
    })
    .await
}

pub(super) async fn huge(response: Response) -> Response {
    json(response, |answer| {
        answer["dataHeader"]["TRAN_ID"] = Value::String("0".repeat(HUGE));
    })
    .await
}

/// Refusals, which carry no period of their own, stay as they are.
async fn period(response: Response, change: impl FnOnce(u32) -> Value) -> Response {
    json(response, |answer| {
        if answer["dataBody"]["result_cd"] == "0000"
            && let Some(period) = answer["dataBody"]["period"].as_u64()
            && let Ok(period) = u32::try_from(period)
        {
            answer["dataBody"]["period"] = change(period);
        }
    })
    .await
}

async fn json(response: Response, change: impl FnOnce(&mut Value)) -> Response {
    let (parts, bytes) = read(response).await;
    let Ok(mut answer) = serde_json::from_slice(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    change(&mut answer);
    Response::from_parts(parts, Body::from(answer.to_string()))
}

/// The length is left out: it won't be true any longer.
async fn read(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    let bytes = to_bytes(body, LIMIT).await.unwrap_or_default();
    (parts, bytes)
}
