//! Good answers, changed: the real handler's answer with something changed.

use std::time::Duration;

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody, to_bytes},
    http::{
        HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
        response::Parts,
    },
    response::Response,
};
use serde_json::{Value, json};

use super::{broken_body::BrokenBody, slow_body::SlowBody};
use crate::faults::Substitute;

/// Far beyond any answer of the sandbox's own.
const LIMIT: usize = 64 * 1024;
const HUGE: usize = 1024 * 1024;

pub(super) async fn half_body(response: Response) -> Response {
    half(response, BrokenBody::cut_after).await
}

pub(super) async fn half_open(response: Response, silence: Duration) -> Response {
    half(response, |half| BrokenBody::silent_after(half, silence)).await
}

pub(super) async fn slow_body(response: Response) -> Response {
    let (parts, bytes) = read(response).await;
    whole_length(parts, &bytes, SlowBody::new(bytes.clone()))
}

/// The head promises the whole; `body` makes less of the first half.
async fn half(response: Response, body: impl FnOnce(Bytes) -> BrokenBody) -> Response {
    let (parts, bytes) = read(response).await;
    let half = bytes.slice(..bytes.len() / 2);
    whole_length(parts, &bytes, body(half))
}

fn whole_length<B>(mut parts: Parts, whole: &Bytes, body: B) -> Response
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    Response::from_parts(parts, Body::new(body))
}

pub(super) fn wrong_content_type(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// Refusals, which carry no such value, stay as they are.
pub(super) async fn value(
    response: Response,
    field: &'static str,
    substitute: Substitute,
) -> Response {
    good(response, |body| {
        let good = body[field].take();
        body[field] = match substitute {
            Substitute::Text(text) => json!(text),
            Substitute::Absent => Value::Null,
            Substitute::Letters(count) => json!("S".repeat(count)),
            Substitute::Whole(number) => json!(number),
            Substitute::WithFraction => json!(good.as_f64()),
            Substitute::Thousandth => json!(good.as_i64().map(|number| number / 1_000)),
            Substitute::AsText => json!(good.to_string()),
        };
    })
    .await
}

pub(super) async fn repeated(response: Response, first: Option<String>) -> Response {
    good(response, |body| {
        if let Some(first) = first {
            body["token_version_id"] = Value::String(first);
        }
    })
    .await
}

pub(super) async fn missing_field(response: Response) -> Response {
    good(response, |body| {
        if let Some(body) = body.as_object_mut() {
            for field in ["token_val", "access_token", "transaction_id", "enc_data"] {
                body.shift_remove(field);
            }
        }
    })
    .await
}

/// White space goes with any JSON, and costs the sandbox next to nothing.
pub(super) async fn huge(response: Response) -> Response {
    let (parts, bytes) = read(response).await;
    let mut padded = Vec::with_capacity(bytes.len() + HUGE);
    padded.extend_from_slice(&bytes);
    padded.resize(bytes.len() + HUGE, b' ');
    Response::from_parts(parts, Body::from(padded))
}

/// Changes a good answer: of the older API the `dataBody`, of the newer one all of it.
async fn good(response: Response, change: impl FnOnce(&mut Value)) -> Response {
    json(response, |answer| {
        if answer["result_code"] == "0000" {
            change(answer);
            return;
        }
        let Some(body) = answer.get_mut("dataBody") else {
            return;
        };
        if body["result_cd"] == "0000" || body["access_token"].is_string() {
            change(body);
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
async fn read(response: Response) -> (Parts, Bytes) {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    let bytes = to_bytes(body, LIMIT).await.unwrap_or_default();
    (parts, bytes)
}
