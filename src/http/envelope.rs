//! The contract's `Response` envelope.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{
        HeaderValue, Response, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    },
};
use hyper::ext::ReasonPhrase;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, SchemaType},
    },
};

use super::{
    app::{App, ErrorStatus},
    messages,
    reason::{Invalid, Reason},
    retry_after::RetryAfter,
    static_file::JSON,
};
use crate::{clock::KST, language::Language};

/// The contract's answer to each request that fails.
#[derive(Serialize, ToSchema)]
#[schema(as = Response)]
pub(super) struct Envelope<'a> {
    /// result time
    #[schema(value_type = String, format = DateTime, required = false)]
    timestamp: String,
    /// result code
    #[schema(required = false)]
    code: &'static str,
    /// result message
    #[schema(required = false)]
    message: Cow<'static, str>,
    /// process check
    #[serde(rename = "isProcess")]
    #[schema(required = false)]
    is_process: bool,
    /// payload
    #[schema(schema_with = any, required = false)]
    payload: Payload<'a>,
    /// is error
    #[schema(required = false)]
    error: bool,
    /// validation error list
    #[schema(required = false)]
    errors: Vec<ValidationError<'a>>,
}

/// One faulty field.
#[derive(Serialize, ToSchema)]
pub(super) struct ValidationError<'a> {
    /// field
    #[schema(required = false)]
    field: &'a str,
    /// field message
    #[schema(required = false)]
    message: String,
}

#[derive(Serialize)]
struct Payload<'a> {
    reason: &'static str,
    #[serde(rename = "requestId")]
    request_id: &'a str,
    retryable: bool,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resultcode: Option<&'a str>,
}

/// The contract's `payload`: anything.
fn any() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::AnyValue)
        .description(Some("payload"))
        .into()
}

/// Turns the bare answer of a failure into the envelope. Headers that it
/// already has (`Allow`, CORS) stay.
pub(super) fn fill(
    response: &mut Response<Body>,
    reason: &Reason,
    language: Language,
    request_id: &str,
    app: &App,
) {
    let facts = reason.facts();
    let envelope = Envelope {
        timestamp: timestamp(app.clock.now()),
        code: "900",
        message: reason.message(language),
        is_process: false,
        payload: Payload {
            reason: facts.name,
            request_id,
            retryable: facts.retryable,
            kind: reason.kind().name(),
            cause: cause(reason),
            resultcode: resultcode(reason),
        },
        error: true,
        errors: errors(reason, language),
    };
    let json = serde_json::to_vec(&envelope)
        .unwrap_or_else(|_| unreachable!("strings and booleans are always JSON"));
    *response.body_mut() = Body::from(json);
    set_status(response, facts.status, app.error_status);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(CONTENT_LENGTH);
    if let Some(RetryAfter(seconds)) = facts.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// RFC 3339 with six digits of fraction, always: older parsers are made for
/// one length.
pub(super) fn timestamp(now: Timestamp) -> String {
    format!("{:.6}", now.display_with_offset(KST))
}

fn set_status(response: &mut Response<Body>, fitting: StatusCode, mode: ErrorStatus) {
    *response.status_mut() = match mode {
        ErrorStatus::Http => fitting,
        ErrorStatus::Ok200 => StatusCode::OK,
        ErrorStatus::Wire900 => {
            let phrase = ReasonPhrase::from_static(b"Business Error");
            response.extensions_mut().insert(phrase);
            StatusCode::from_u16(900).unwrap_or_else(|_| unreachable!("three digits"))
        }
    };
}

fn cause(reason: &Reason) -> Option<&'static str> {
    if let Reason::NiceRefused(cause) = reason {
        Some(cause.name())
    } else {
        None
    }
}

fn resultcode(reason: &Reason) -> Option<&str> {
    if let Reason::VerificationFailed(resultcode) = reason {
        Some(resultcode)
    } else {
        None
    }
}

fn errors(reason: &Reason, language: Language) -> Vec<ValidationError<'_>> {
    let Reason::InvalidRequest(Invalid::Fields(faults)) = reason else {
        return Vec::new();
    };
    faults
        .iter()
        .map(|fault| ValidationError {
            field: &fault.field,
            message: messages::rule(&fault.rule, language),
        })
        .collect()
}
