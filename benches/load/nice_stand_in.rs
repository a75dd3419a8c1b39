//! A NICE that is fast, slow or silent as it is told, and counts.
//!
//! It has nothing in common with the service's own sandbox, so that a
//! mistake there can't hide one here. `PUT /control` with
//! `{"delay_ms":200}` or `{"stalled":true}` changes what the crypto-token
//! call does; `GET /control` tells the counts. Of 통합인증 it speaks the calls
//! for a token and for a window.

#![expect(
    clippy::unwrap_used,
    reason = "a tool of the benchmarks may end with a panic"
)]
#![expect(clippy::print_stdout, reason = "its address goes to standard output")]

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::nice::{integrated, path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::watch, time::sleep};

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Manner {
    delay_ms: u64,
    stalled: bool,
}

#[derive(Clone, Default, Serialize)]
struct Counts {
    institution_calls: u64,
    crypto_calls: u64,
    /// Answered with a token.
    tokens: u64,
    /// Calls that repeat the `req_no` of another one: must be none.
    req_no_twice: u64,
    /// Access tokens of 통합인증.
    access_calls: u64,
    /// Windows of 통합인증.
    window_calls: u64,
}

struct Nice {
    manner: watch::Sender<Manner>,
    counts: Mutex<(Counts, HashSet<[u8; 32]>)>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let nice = Arc::new(Nice {
        manner: watch::Sender::new(Manner::default()),
        counts: Mutex::default(),
    });
    let router = Router::new()
        .route("/control", get(counts).put(control))
        .route(path::INSTITUTION_TOKEN, post(institution_token))
        .route(path::CRYPTO_TOKEN, post(crypto_token))
        .route(integrated::path::TOKEN, post(access_token))
        .route(integrated::path::URL, post(window))
        .with_state(nice);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

async fn control(State(nice): State<Arc<Nice>>, Json(manner): Json<Manner>) {
    nice.manner.send_replace(manner);
}

async fn counts(State(nice): State<Arc<Nice>>) -> Json<Counts> {
    Json(nice.counts.lock().unwrap().0.clone())
}

async fn institution_token(State(nice): State<Arc<Nice>>) -> Response {
    nice.counts.lock().unwrap().0.institution_calls += 1;
    answer(
        r#"{"access_token":"c7f0cbb2-3f4b-4b3f-9a53-000000000001","token_type":"bearer","expires_in":1.5768e9,"scope":"default"}"#,
    )
}

async fn crypto_token(State(nice): State<Arc<Nice>>, body: Bytes) -> Response {
    {
        let mut counts = nice.counts.lock().unwrap();
        counts.0.crypto_calls += 1;
        if !counts.1.insert(Sha256::digest(req_no(&body)).into()) {
            counts.0.req_no_twice += 1;
        }
    }
    let mut manner = nice.manner.subscribe();
    let delay = manner.borrow().delay_ms;
    if delay > 0 {
        sleep(Duration::from_millis(delay)).await;
    }
    manner.wait_for(|manner| !manner.stalled).await.unwrap();
    let number = {
        let mut counts = nice.counts.lock().unwrap();
        counts.0.tokens += 1;
        counts.0.tokens
    };
    let token_val = STANDARD.encode(format!("token_val {number:012}"));
    answer(&format!(
        r#"{{"rsp_cd":"P000","res_msg":"","result_cd":"0000","site_code":"EXAMPLE00001","token_version_id":"2026011509300000-NC{number:010}","token_val":"{token_val}","period":3600.0}}"#
    ))
}

async fn access_token(State(nice): State<Arc<Nice>>, _: Bytes) -> Response {
    nice.counts.lock().unwrap().0.access_calls += 1;
    flat(
        r#""access_token":"aaa.bbb.ccc","expires_in":86400,"token_type":"Bearer","iterators":66,"ticket":"UzEyMDI2MDExNTA5MzAwMDEyMzAwMDAxMDEyMzQ1Njc4OUFCQ0RFRjAx""#,
    )
}

async fn window(State(nice): State<Arc<Nice>>, _: Bytes) -> Response {
    let number = {
        let mut counts = nice.counts.lock().unwrap();
        counts.0.window_calls += 1;
        counts.0.window_calls
    };
    flat(&format!(
        r#""auth_url":"https://auth.niceid.co.kr/ido/cert/request/S1{number}","transaction_id":"transaction-{number:042}""#
    ))
}

fn flat(fields: &str) -> Response {
    let body = format!(r#"{{"result_code":"0000","result_message":"응답성공",{fields}}}"#);
    ([(CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response()
}

/// The value of `req_no`, or all of the body if there is none.
fn req_no(body: &[u8]) -> &[u8] {
    const NAME: &[u8] = b"\"req_no\":\"";
    body.windows(NAME.len())
        .position(|window| window == NAME)
        .and_then(|at| body[at + NAME.len()..].split(|byte| *byte == b'"').next())
        .unwrap_or(body)
}

fn answer(data: &str) -> Response {
    let body = format!(
        r#"{{"dataHeader":{{"GW_RSLT_CD":"1200","GW_RSLT_MSG":"오류 없음"}},"dataBody":{data}}}"#
    );
    ([(CONTENT_TYPE, "application/json;charset=UTF8")], body).into_response()
}
