//! A NICE that speaks 통합인증 as each test says: good answers unless others are
//! queued, and a record of what it was asked.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::{IntoResponse, Response},
};
use member_verification::{
    assembly::{Foundation, transactions},
    clock::Clock,
    config::{IntegratedConfig, NiceApi, NiceConfig, RedisConfig, ServiceConfig},
    crypto::integrated::{Iterators, TransactionKeys},
    metrics::Metrics,
    nice::{
        Credentials, NiceSettings,
        integrated::{SvcType, WindowHosts, path},
    },
    random::Random,
    secret::Secret,
    token::{OpenedWindow, ResultError, Transactions, WindowRequest},
    verification::ReturnUrls,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::nice_stub::{Answer, Call};

pub(crate) const CLIENT_ID: &str = "NI00000000-aaaa-4bbb-8ccc-0123456789ab";
pub(crate) const CLIENT_SECRET: &str =
    "ZXhhbXBsZS1zZWNyZXQtZm9yLWRvY3VtZW50YXRpb24tb25seS0wMTIzNDU2Nzg5QUJDREVGMDEyMzQ1";
pub(crate) const PLAIN: &str = r#"{"name":"홍길동","birthdate":"19900101"}"#;
pub(crate) const WEB_TRANSACTION_ID: &str = "MDEyMzQ1NjctODlhYi00Y2RlLThmMDEtMjM0NTY3ODlhYmNk";

#[derive(Default)]
struct Script {
    queued: HashMap<&'static str, VecDeque<Answer>>,
    stalled: HashMap<&'static str, Arc<Semaphore>>,
    calls: Vec<Call>,
    issued: usize,
    transactions: usize,
    /// What the next transactions are called, after their number.
    named: Option<String>,
    expires_in: Option<Value>,
    /// Seals under the ticket of this token instead of the one in the header.
    ticket_of: Option<usize>,
    covers_whole_answer: bool,
    /// What is handed out next, in place of [`PLAIN`].
    people: VecDeque<String>,
    /// Transactions whose result was handed out.
    handed_out: HashSet<String>,
    /// So many of the next results are handed out and lost on the way.
    losses: usize,
}

/// A handle to the stub; it listens on a free port while the test runs.
#[derive(Clone)]
pub(crate) struct IntegratedStub {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

/// An answer with this code, and the HTTP status that goes with it.
pub(crate) fn refusal(code: &str) -> Answer {
    let status = match code.as_bytes().first() {
        Some(b'3') => 200,
        Some(b'2') => 500,
        _ => 400,
    };
    Answer::body(json!({"result_code": code, "result_message": "거절"}).to_string()).status(status)
}

impl IntegratedStub {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        stub
    }

    pub(crate) fn queue(&self, path: &'static str, answer: Answer) {
        let mut script = self.script.lock().unwrap();
        script.queued.entry(path).or_default().push_back(answer);
    }

    /// From now on transactions are called so, after their number.
    pub(crate) fn name_transactions(&self, name: String) {
        self.script.lock().unwrap().named = Some(name);
    }

    /// The next result is that of this person.
    pub(crate) fn hand_out(&self, person: &Value) {
        let mut script = self.script.lock().unwrap();
        script.people.push_back(person.to_string());
    }

    /// The next result is handed out, and its answer lost on the way.
    pub(crate) fn lose_a_result(&self) {
        self.script.lock().unwrap().losses += 1;
    }

    /// From now on, calls of this path wait until permits are added.
    pub(crate) fn stall(&self, path: &'static str) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        let mut script = self.script.lock().unwrap();
        script.stalled.insert(path, Arc::clone(&gate));
        gate
    }

    /// From now on tokens say so of their end.
    pub(crate) fn expire(&self, expires_in: Value) {
        self.script.lock().unwrap().expires_in = Some(expires_in);
    }

    /// From now on results are sealed under the ticket of this token.
    pub(crate) fn seal_under(&self, token: usize) {
        self.script.lock().unwrap().ticket_of = Some(token);
    }

    /// From now on integrity values cover code, message and `enc_data`.
    pub(crate) fn cover_whole_answers(&self) {
        self.script.lock().unwrap().covers_whole_answer = true;
    }

    pub(crate) fn calls(&self, path: &str) -> Vec<Call> {
        let script = self.script.lock().unwrap();
        let calls = script.calls.iter();
        calls.filter(|call| call.path == path).cloned().collect()
    }

    /// How often each of the three was called: token, url, result.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [path::TOKEN, path::URL, path::RESULT].map(|path| self.calls(path).len())
    }
}

/// A field of a flat body.
pub(crate) fn field(call: &Call, name: &str) -> Value {
    call.json()[name].clone()
}

fn ticket(number: usize) -> (String, u32) {
    let rounds = u32::try_from(20 + number).unwrap();
    (
        format!("{:A<56}", format!("ticket-of-token-{number}-")),
        rounds,
    )
}

async fn answer(State(stub): State<IntegratedStub>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let call = Call {
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let gate = {
        let mut script = stub.script.lock().unwrap();
        script.calls.push(call.clone());
        script.stalled.get(call.path.as_str()).cloned()
    };
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    let mut script = stub.script.lock().unwrap();
    let queued = script
        .queued
        .get_mut(call.path.as_str())
        .and_then(VecDeque::pop_front);
    let answer = queued.unwrap_or_else(|| good(&mut script, &stub, &call));
    let mut response = (
        StatusCode::from_u16(answer.status).unwrap(),
        [(CONTENT_TYPE, "application/json; charset=UTF-8")],
        answer.body,
    )
        .into_response();
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    // No `Date`: the client's own clock counts.
    response
        .headers_mut()
        .insert(DATE, HeaderValue::from_static("-"));
    response
}

fn good(script: &mut Script, stub: &IntegratedStub, call: &Call) -> Answer {
    let mut reply = json!({"result_code": "0000", "result_message": "응답성공"});
    let more = match call.path.as_str() {
        path::TOKEN => {
            let number = script.issued;
            script.issued += 1;
            let (ticket, iterators) = ticket(number);
            json!({
                "request_no": field(call, "request_no"), "access_token": format!("token.{number}"),
                "expires_in": script.expires_in.clone().unwrap_or(json!(86_400)),
                "token_type": "Bearer", "iterators": iterators, "ticket": ticket
            })
        }
        path::URL => {
            script.transactions += 1;
            json!({
                "request_no": field(call, "request_no"),
                "auth_url": format!("http://{}/ido/cert/request/S1", stub.address),
                "transaction_id": match &script.named {
                    Some(name) => format!("{}{name}", script.transactions),
                    None => format!("{:A<55}", format!("transaction-{}-", script.transactions)),
                }
            })
        }
        path::RESULT => {
            let transaction_id = field(call, "transaction_id");
            if !script.handed_out.insert(transaction_id.to_string()) {
                return refusal("3033");
            }
            if script.losses > 0 {
                script.losses -= 1;
                return Answer::body("<html>a proxy's page</html>").status(502);
            }
            let bearer = call.header("authorization").rsplit('.').next().unwrap();
            let number = script.ticket_of.unwrap_or_else(|| bearer.parse().unwrap());
            let (ticket, rounds) = ticket(number);
            let rounds = Iterators::try_from(rounds).unwrap();
            let keys = TransactionKeys::derive(&ticket, transaction_id.as_str().unwrap(), rounds);
            let person = script.people.pop_front();
            let sealed = keys.seal(person.as_deref().unwrap_or(PLAIN).as_bytes(), [9; 16]);
            let covered = format!("0000응답성공{}", sealed.enc_data);
            let integrity = if script.covers_whole_answer {
                keys.integrity(covered.as_bytes())
            } else {
                sealed.integrity_value
            };
            json!({"enc_data": sealed.enc_data, "integrity_value": integrity})
        }
        // What `check` asks first.
        _ => json!({"result_code": "1010"}),
    };
    for (name, value) in more.as_object().unwrap() {
        reply[name] = value.clone();
    }
    Answer::body(reply.to_string())
}

/// The client's rooms over a NICE, without the rooms above.
pub(crate) struct IntegratedClient {
    pub(crate) transactions: Arc<Transactions>,
    pub(crate) metrics: Arc<Metrics>,
}

impl IntegratedClient {
    pub(crate) fn new(nice: SocketAddr) -> Self {
        Self::with(nice, |_| {}, None)
    }

    pub(crate) fn with(
        nice: SocketAddr,
        change: impl FnOnce(&mut NiceConfig),
        redis: Option<RedisConfig>,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let integrated = IntegratedConfig {
            svc_types: vec![SvcType::Phone],
            window_hosts: WindowHosts::parse([nice.to_string().as_str()]).unwrap(),
        };
        let mut config = NiceConfig {
            api: NiceApi::Integrated(integrated.clone()),
            client: NiceSettings {
                base_url: format!("http://{nice}").parse().unwrap(),
                proxy: None,
                authorities: None,
                connect_timeout: Duration::from_secs(2),
                call_timeout: Duration::from_secs(4),
                concurrency: 64,
            },
            credentials: Credentials {
                client_id: CLIENT_ID.to_owned(),
                client_secret: Secret::new(CLIENT_SECRET.to_owned()),
                product_id: String::new(),
            },
            access_token: None,
            request_deadline: Duration::from_secs(8),
        };
        change(&mut config);
        let clock = Clock::manual("2026-01-15T00:30:00Z".parse().unwrap());
        let service = ServiceConfig {
            redis,
            ..ServiceConfig::for_tests(ReturnUrls::AnyWeb)
        };
        let foundation = Foundation::new(&service, &Random::System).unwrap();
        let random = Random::System;
        let transactions = transactions(config, integrated, &foundation, clock, &random).unwrap();
        Self {
            transactions: Arc::new(transactions),
            metrics: foundation.metrics,
        }
    }

    pub(crate) async fn window(&self) -> OpenedWindow {
        self.try_window().await.unwrap()
    }

    pub(crate) async fn try_window(
        &self,
    ) -> Result<OpenedWindow, member_verification::nice::NiceError> {
        let request = WindowRequest {
            return_url: "https://shop.example/verify/return/x",
            close_url: "https://shop.example/verify/closed/y",
            svc_types: &[SvcType::Phone, SvcType::JointCertificate],
        };
        self.transactions.window(request).await
    }

    pub(crate) async fn result(&self, window: &OpenedWindow) -> Result<String, ResultError> {
        let plain = self
            .transactions
            .result(&window.transaction, WEB_TRANSACTION_ID)
            .await?;
        Ok(String::from_utf8(plain.to_vec()).unwrap())
    }
}
