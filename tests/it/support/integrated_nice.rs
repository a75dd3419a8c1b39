//! NICE's newer API that does as each test says: good answers unless others
//! are queued, and a record of what it was asked.

use std::{
    collections::{HashSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{StatusCode, header::AUTHORIZATION},
    response::{Html, IntoResponse, Response},
};
use member_verification::{
    crypto::integrated::{Iterators, TransactionKeys},
    nice::integrated::path,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::sandbox::serve;

pub(crate) const TICKET: &str = "CANARY-TICKET-UzEyMDI2MDExNTA5MzAwMDEyMzAwMDAxMDEy";
pub(crate) const ACCESS_TOKEN: &str = "CANARY.ACCESS.TOKEN";
const ITERATORS: u32 = 23;

/// What NICE does with a call instead of answering well.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Hands out this result.
    Person(Value),
    /// Answers with this code.
    Code(&'static str),
    /// Hands the result out, and the answer is lost on the way.
    Lost,
    /// Waits until it is released, then goes on with a good answer.
    Held,
}

#[derive(Clone)]
pub(crate) struct IntegratedNice {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<Record>>,
    released: Arc<Semaphore>,
}

#[derive(Default)]
struct Record {
    urls: VecDeque<Step>,
    results: VecDeque<Step>,
    calls: Vec<(String, Value)>,
    handed_out: HashSet<String>,
}

impl IntegratedNice {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(Record::default()));
        let released = Arc::new(Semaphore::new(0));
        let shared = (Arc::clone(&state), Arc::clone(&released));
        let (address, _) = serve(Router::new().fallback(answer).with_state(shared)).await;
        Self {
            address,
            state,
            released,
        }
    }

    /// The next calls for an address end like this.
    pub(crate) fn url(&self, steps: impl IntoIterator<Item = Step>) {
        self.state.lock().unwrap().urls.extend(steps);
    }

    /// The next calls for a result end like this.
    pub(crate) fn result(&self, steps: impl IntoIterator<Item = Step>) {
        self.state.lock().unwrap().results.extend(steps);
    }

    /// Lets the held calls go on.
    pub(crate) fn release(&self) {
        self.released.add_permits(1000);
    }

    /// The bodies of the calls of this path.
    pub(crate) fn calls(&self, path: &str) -> Vec<Value> {
        let state = self.state.lock().unwrap();
        let calls = state.calls.iter().filter(|(called, _)| called == path);
        calls.map(|(_, body)| body.clone()).collect()
    }

    pub(crate) fn count(&self) -> [usize; 3] {
        [path::TOKEN, path::URL, path::RESULT].map(|path| self.calls(path).len())
    }
}

type Shared = (Arc<Mutex<Record>>, Arc<Semaphore>);

async fn answer(State((state, released)): State<Shared>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let bearer = request.headers().get(AUTHORIZATION).cloned();
    let body: Bytes = axum::body::to_bytes(request.into_body(), 65536)
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (step, number) = {
        let mut state = state.lock().unwrap();
        state.calls.push((path.clone(), body.clone()));
        let step = match &*path {
            path::URL => state.urls.pop_front(),
            path::RESULT => state.results.pop_front(),
            _ => None,
        };
        (step, state.calls.len())
    };
    if path == path::TOKEN {
        return Json(json!({
            "result_code": "0000", "result_message": "응답성공", "access_token": ACCESS_TOKEN,
            "token_type": "Bearer", "expires_in": 86400, "iterators": ITERATORS, "ticket": TICKET,
        }))
        .into_response();
    }
    assert_eq!(bearer.unwrap(), format!("Bearer {ACCESS_TOKEN}"));
    let mut step = step;
    if matches!(step, Some(Step::Held)) {
        let _ = tokio::time::timeout(Duration::from_mins(1), released.acquire()).await;
        step = None;
    }
    if let Some(Step::Code(code)) = step {
        return refusal(code);
    }
    if path == path::URL {
        return Json(json!({
            "result_code": "0000", "result_message": "응답성공",
            "request_no": body["request_no"],
            "auth_url": format!("https://auth.niceid.co.kr/ido/cert/request/S1-{number}"),
            "transaction_id": format!("CANARY-TRANSACTION-{number}"),
        }))
        .into_response();
    }
    let id = body["transaction_id"].as_str().unwrap().to_owned();
    if !state.lock().unwrap().handed_out.insert(id) {
        return refusal("3033");
    }
    if matches!(step, Some(Step::Lost)) {
        return (StatusCode::BAD_GATEWAY, Html("<html>a proxy's page</html>")).into_response();
    }
    let person = match step {
        Some(Step::Person(person)) => person,
        _ => person(),
    };
    let keys = TransactionKeys::derive(
        TICKET,
        body["transaction_id"].as_str().unwrap(),
        Iterators::try_from(i64::from(ITERATORS)).unwrap(),
    );
    let sealed = keys.seal(person.to_string().as_bytes(), [7; 16]);
    Json(json!({
        "result_code": "0000", "result_message": "응답성공",
        "enc_data": sealed.enc_data, "integrity_value": sealed.integrity_value,
    }))
    .into_response()
}

fn refusal(code: &str) -> Response {
    let status = match code.as_bytes()[0] {
        b'1' => StatusCode::BAD_REQUEST,
        b'2' => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::OK,
    };
    (
        status,
        Json(json!({"result_code": code, "result_message": "오류"})),
    )
        .into_response()
}

/// A person who doesn't exist.
pub(crate) fn person() -> Value {
    json!({
        "name": "홍길동", "birthdate": "19900101", "gender": "1", "national_info": "0",
        "ci": "C".repeat(88), "di": "D".repeat(64), "mobile_co": "1", "mobile_no": "01000000000",
    })
}
