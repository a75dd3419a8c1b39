//! A NICE that does as each test says: good answers unless others are
//! queued, and a record of what it was asked.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::{IntoResponse, Response},
};
use member_verification::nice::path;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

pub(crate) const ACCESS_TOKEN: &str = "c7f0cbb2-3f4b-4b3f-9a53-000000000001";
pub(crate) const TOKEN_VAL: &str = "dG9rZW5fdmFsX2Zvcl90ZXN0cw==";
pub(crate) const SITE_CODE: &str = "TESTSITE0001";

/// When the tests' clock stands still.
const NOW: &str = "Wed, 14 Jan 2026 16:02:03 GMT";

/// An answer to give instead of the good one.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub(crate) fn body(body: impl Into<String>) -> Self {
        Self::bytes(body.into().into_bytes())
    }

    pub(crate) fn bytes(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            body,
            headers: Vec::new(),
        }
    }

    pub(crate) fn gateway(code: &str) -> Self {
        Self::body(
            json!({"dataHeader": {"GW_RSLT_CD": code, "GW_RSLT_MSG": "거절"}, "dataBody": null})
                .to_string(),
        )
    }

    pub(crate) fn response(code: &str) -> Self {
        Self::crypto_token(&json!({"rsp_cd": code, "res_msg": "오류"}))
    }

    pub(crate) fn result(code: &str) -> Self {
        Self::crypto_token(&json!({"rsp_cd": "P000", "result_cd": code}))
    }

    pub(crate) fn crypto_token(body: &Value) -> Self {
        Self::body(json!({"dataHeader": {"GW_RSLT_CD": "1200"}, "dataBody": body}).to_string())
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A call as NICE saw it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The whole body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A field of `dataBody`.
    pub(crate) fn field(&self, name: &str) -> String {
        self.json()["dataBody"][name].as_str().unwrap().to_owned()
    }
}

#[derive(Default)]
struct Script {
    institution: VecDeque<Answer>,
    crypto: VecDeque<Answer>,
    always: Option<Answer>,
    real_clock: bool,
    /// The paths whose calls wait for a permit each.
    stalled: HashMap<&'static str, Arc<Semaphore>>,
    calls: Vec<Call>,
    issued: usize,
}

/// A handle to the stub; it listens on a free port while the test runs.
#[derive(Clone)]
pub(crate) struct NiceStub {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
    called: Arc<Notify>,
}

impl NiceStub {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::default(),
            called: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        stub
    }

    pub(crate) fn queue_institution(&self, answer: Answer) {
        self.script.lock().unwrap().institution.push_back(answer);
    }

    pub(crate) fn queue_crypto(&self, answer: Answer) {
        self.script.lock().unwrap().crypto.push_back(answer);
    }

    /// From now on, each crypto-token call is answered so.
    pub(crate) fn always_crypto(&self, answer: Answer) {
        self.script.lock().unwrap().always = Some(answer);
    }

    /// From now on, crypto-token calls wait until permits are added.
    pub(crate) fn stall(&self) -> Arc<Semaphore> {
        self.stall_at(path::CRYPTO_TOKEN)
    }

    /// From now on, calls of this path wait until permits are added.
    pub(crate) fn stall_at(&self, path: &'static str) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        let mut script = self.script.lock().unwrap();
        script.stalled.insert(path, Arc::clone(&gate));
        gate
    }

    /// Returns once a call of this path is waiting or answered.
    pub(crate) async fn called(&self, path: &str) {
        loop {
            let next = self.called.notified();
            if !self.calls(path).is_empty() {
                return;
            }
            next.await;
        }
    }

    /// From now on the `Date` of its answers is that of this machine.
    pub(crate) fn use_real_clock(&self) {
        self.script.lock().unwrap().real_clock = true;
    }

    pub(crate) fn calls(&self, path: &str) -> Vec<Call> {
        let script = self.script.lock().unwrap();
        script
            .calls
            .iter()
            .filter(|call| call.path == path)
            .cloned()
            .collect()
    }
}

async fn answer(State(stub): State<NiceStub>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20)
        .await
        .unwrap_or_else(|_| Bytes::new());
    let call = Call {
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let (gate, queued) = {
        let mut script = stub.script.lock().unwrap();
        script.calls.push(call.clone());
        let queued = match call.path.as_str() {
            path::INSTITUTION_TOKEN => script.institution.pop_front(),
            path::CRYPTO_TOKEN => script.crypto.pop_front().or_else(|| script.always.clone()),
            _ => None,
        };
        (script.stalled.get(call.path.as_str()).cloned(), queued)
    };
    stub.called.notify_waiters();
    // A closed gate lets all pass.
    if let Some(gate) = gate
        && let Ok(permit) = gate.acquire().await
    {
        permit.forget();
    }
    let mut script = stub.script.lock().unwrap();
    let good = match call.path.as_str() {
        path::INSTITUTION_TOKEN => json!({
            "access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 1.5768e9, "scope": "default"
        }),
        path::CRYPTO_TOKEN => {
            script.issued += 1;
            json!({
                "rsp_cd": "P000", "result_cd": "0000", "site_code": SITE_CODE,
                "token_version_id": format!("TEST-{:06}", script.issued),
                "token_val": TOKEN_VAL, "period": 3600.0
            })
        }
        _ => json!({"result": true}),
    };
    let answer = queued.unwrap_or_else(|| Answer::crypto_token(&good));
    let mut response = (
        StatusCode::from_u16(answer.status).unwrap(),
        [(CONTENT_TYPE, "application/json;charset=UTF8")],
        answer.body,
    )
        .into_response();
    if !script.real_clock {
        response
            .headers_mut()
            .insert(DATE, HeaderValue::from_static(NOW));
    }
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
