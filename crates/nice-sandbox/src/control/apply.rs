//! The layer around NICE's three calls.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State as Shared},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE, LOCATION},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use jiff::SignedDuration;
use tokio::time::sleep;

use super::{alter, broken_body::BrokenBody};
use crate::{
    faults::{Call, Hit, Kind},
    headers::X_SANDBOX_FAULT,
    integrated::{answer::Answer, kill_token_of},
    standard_window::reply::Reply,
    state::State,
};

const BODY_LIMIT: usize = 64 * 1024;
/// A client that is still there after this long is cut off.
const LONGEST_STALL: Duration = Duration::from_mins(1);
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// The name is reserved for addresses that never exist, so nothing leaks to
/// anybody when a client follows.
const ELSEWHERE: HeaderValue = HeaderValue::from_static("http://elsewhere.invalid/");
const GARBAGE: &[u8] = b"\x00\xff\xfe{\"dataHeader\":\x80\x81\r\n\x1b[31m\xc3\x28";

/// Lets the call through, unless a fault is switched on for it.
pub(crate) async fn apply(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let hit = Call::made_by(request.method(), request.uri().path())
        .and_then(|call| state.faults().take(call));
    let Some(hit) = hit else {
        return next.run(request).await;
    };
    // The body is read first: only then is a client that goes away noticed,
    // and this future is dropped.
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return if hit.call.is_newer() {
            Answer::refused("3001", "body_too_long").into_response(&[], &state)
        } else {
            Reply::gateway("1904", "body_too_long").into_response(&state)
        };
    };
    if let Some(delay) = hit.delay {
        sleep(delay).await;
    }
    let request = Request::from_parts(parts, Body::from(body));
    let name = hit.fault.name;
    tracing::info!(fault = name, "the sandbox plays a fault");
    let mut response = play(hit, &state, request, next).await;
    response
        .headers_mut()
        .entry(X_SANDBOX_FAULT)
        .or_insert(HeaderValue::from_static(name));
    // Every answer has the sandbox's clock.
    if let Some(date) = state.date() {
        response.headers_mut().entry(DATE).or_insert(date);
    }
    response
}

async fn play(hit: Hit, state: &Arc<State>, request: Request, next: Next) -> Response {
    match hit.fault.kind {
        Kind::Http(status) => error_page(status),
        Kind::Gateway(code) => Reply::gateway(code, hit.fault.name).into_response(state),
        Kind::Response(code) => Reply::refusal(code, "", hit.fault.name).into_response(state),
        Kind::Result(code) => Reply::result(code, hit.fault.name).into_response(state),
        Kind::Code(code) => Answer::refused(code, hit.fault.name).into_response(&[], state),
        Kind::Twist(twist) => {
            let mut request = request;
            request.extensions_mut().insert(twist);
            next.run(request).await
        }
        Kind::AccessTokenDead => {
            kill_token_of(request.headers(), state);
            next.run(request).await
        }
        Kind::AccessTokenDeadAfter => {
            let headers = request.headers().clone();
            let response = next.run(request).await;
            kill_token_of(&headers, state);
            response
        }
        Kind::AnswerLost => {
            next.run(request).await;
            Body::new(BrokenBody::cut()).into_response()
        }
        Kind::Stall => stall().await,
        Kind::Cut => Body::new(BrokenBody::cut()).into_response(),
        Kind::Garbage => garbage(),
        Kind::EmptyBody => json_bytes(&[]),
        Kind::MaintenancePage => error_page(StatusCode::OK),
        Kind::Redirect => (StatusCode::FOUND, [(LOCATION, ELSEWHERE)]).into_response(),
        Kind::ClockAhead => State::ahead(AHEAD, next.run(request)).await,
        Kind::TokenDead => {
            state.revoke_institution_token();
            next.run(request).await
        }
        Kind::Delay => next.run(request).await,
        Kind::HalfBody => alter::half_body(next.run(request).await).await,
        Kind::WrongContentType => alter::wrong_content_type(next.run(request).await),
        Kind::HalfOpen => alter::half_open(next.run(request).await, LONGEST_STALL).await,
        Kind::SlowBody => alter::slow_body(next.run(request).await).await,
        Kind::Value(field, value) => alter::value(next.run(request).await, field, value).await,
        Kind::TokenRepeated => {
            let first = state.tokens().first_alive(state.clock.now());
            alter::repeated(next.run(request).await, first).await
        }
        Kind::MissingField => alter::missing_field(next.run(request).await).await,
        Kind::Huge => alter::huge(next.run(request).await).await,
    }
}

fn error_page(status: StatusCode) -> Response {
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{status}</title></head>\
         <body><center><h1>{status}</h1></center></body></html>\n"
    );
    (status, Html(page)).into_response()
}

async fn stall() -> Response {
    sleep(LONGEST_STALL).await;
    Body::new(BrokenBody::cut()).into_response()
}

fn garbage() -> Response {
    json_bytes(GARBAGE)
}

/// With NICE's content type.
fn json_bytes(bytes: &'static [u8]) -> Response {
    let headers = [(CONTENT_TYPE, Reply::CONTENT_TYPE)];
    (headers, Bytes::from_static(bytes)).into_response()
}
