//! The standard window's API in the sandbox and its faults, over HTTP: what
//! each of NICE's codes and bad days looks like to a client.

mod calls;
mod catalogue;
mod control;
mod transport;

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use member_verification::{clock::Clock, nice::path, sandbox::Sandbox};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{self, client::browser};

const FAULTS: &str = "/sandbox/api/faults";
const CALLS: [&str; 3] = ["institution_token", "revoke", "crypto_token"];

fn now() -> Timestamp {
    "2026-01-14T16:02:03Z".parse().unwrap()
}

fn sandbox() -> Sandbox {
    support::sandbox::sandbox(Clock::manual(now()))
}

/// A client of a sandbox of its own.
struct Nice {
    address: SocketAddr,
    sandbox: Sandbox,
    http: reqwest::Client,
    /// `""`, or `/sandbox` within the service.
    prefix: &'static str,
}

async fn start() -> Nice {
    let sandbox = sandbox();
    let router = sandbox.standalone();
    serve(sandbox, router, "").await
}

async fn serve(sandbox: Sandbox, router: axum::Router, prefix: &'static str) -> Nice {
    let (address, _) = support::sandbox::serve(router).await;
    Nice {
        address,
        sandbox,
        http: browser(),
        prefix,
    }
}

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

fn crypto_body(req_no: &str, enc_mode: &str) -> String {
    json!({
        "dataHeader": {"CNTY_CD": "ko"},
        "dataBody": {"req_dtim": "20260115010203", "req_no": req_no, "enc_mode": enc_mode},
    })
    .to_string()
}

impl Nice {
    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        self.http.request(method.parse().unwrap(), url)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.request("POST", &format!("{}{path}", self.prefix))
    }

    fn token_header(&self, prefix: &str, seconds: &str) -> String {
        let token = self.sandbox.institution_token();
        let text = format!("{}:{seconds}:client", token.expose());
        format!("{prefix} {}", STANDARD.encode(text))
    }

    fn bearer(&self) -> String {
        self.token_header("bearer", &now().as_second().to_string())
    }

    fn crypto_with(&self, authorization: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.post(path::CRYPTO_TOKEN)
            .header("authorization", authorization)
            .header("productid", "2101979031")
            .header("content-type", "application/json")
            .body(body)
    }

    /// A call without a mistake.
    fn good(&self, call: &str) -> RequestBuilder {
        match call {
            "institution_token" => self
                .post(path::INSTITUTION_TOKEN)
                .header("authorization", basic("client:secret"))
                .body("grant_type=client_credentials&scope=default"),
            "revoke" => self
                .post(path::REVOKE)
                .header("authorization", self.bearer()),
            "crypto_token" => self.crypto_with(&self.bearer(), crypto_body("R1", "1")),
            _ => panic!("no call {call}"),
        }
    }

    async fn put(&self, entries: Value) {
        let response = self.put_text(&entries.to_string()).await;
        assert_eq!(response.status(), 200, "{entries}");
    }

    async fn put_text(&self, text: &str) -> Response {
        self.request("PUT", FAULTS)
            .body(text.to_owned())
            .send()
            .await
            .unwrap()
    }

    async fn listing(&self) -> Value {
        let response = self.request("GET", FAULTS).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }

    async fn active(&self) -> Value {
        self.listing().await["active"].take()
    }

    /// Switches a fault on for one call, makes the call, and sees to it that
    /// the fault has gone with it.
    async fn suffer(&self, call: &str, fault: &str) -> Answer {
        self.put(json!([{"call": call, "fault": fault, "times": 1}]))
            .await;
        let answer = read(self.good(call)).await;
        assert_eq!(self.active().await, json!([]), "{fault} stayed");
        answer
    }
}

struct Answer {
    status: u16,
    content_type: String,
    date: String,
    bytes: Vec<u8>,
}

async fn read(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let header = |name| match response.headers().get(name) {
        Some(value) => value.to_str().unwrap().to_owned(),
        None => String::new(),
    };
    Answer {
        status: response.status().as_u16(),
        content_type: header("content-type"),
        date: header("date"),
        bytes: response.bytes().await.unwrap().to_vec(),
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.bytes).unwrap()
    }

    fn gateway(&self) -> String {
        self.json()["dataHeader"]["GW_RSLT_CD"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn body(&self) -> Value {
        self.json()["dataBody"].take()
    }
}

/// The status, and the gateway's code.
async fn refusal(request: RequestBuilder) -> (u16, String) {
    let answer = read(request).await;
    assert_eq!(answer.content_type, "application/json;charset=UTF8");
    assert!(is_empty(&answer.body()));
    (answer.status, answer.gateway())
}

/// NICE sends either with a refusal.
fn is_empty(body: &Value) -> bool {
    body.is_null() || *body == ""
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
