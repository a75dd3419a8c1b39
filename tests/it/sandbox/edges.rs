//! Requests at the edge of NICE's rules get NICE's code, in NICE's JSON.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use member_verification::{clock::Clock, nice::path, sandbox::Sandbox};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::support::{
    client::client,
    sandbox::{sandbox, serve},
};

/// Beyond what NICE, and so the sandbox, reads of a body.
const TOO_LONG: usize = 64 * 1024 + 1;

struct Nice {
    address: SocketAddr,
    sandbox: Sandbox,
    now: Timestamp,
    http: reqwest::Client,
}

async fn start() -> Nice {
    let now = "2026-01-14T16:02:03Z".parse().unwrap();
    let sandbox = sandbox(Clock::manual(now));
    let (address, _) = serve(sandbox.standalone()).await;
    Nice {
        address,
        sandbox,
        now,
        http: client(),
    }
}

impl Nice {
    async fn crypto_token(&self, body: impl Into<reqwest::Body>) -> Value {
        let token = self.sandbox.institution_token();
        let seconds = self.now.as_second();
        let text = STANDARD.encode(format!("{}:{seconds}:client", token.expose()));
        self.post(path::CRYPTO_TOKEN, format!("bearer {text}"), body)
            .await
    }

    async fn institution_token(&self, body: impl Into<reqwest::Body>) -> Value {
        let text = STANDARD.encode("client:secret");
        self.post(path::INSTITUTION_TOKEN, format!("Basic {text}"), body)
            .await
    }

    async fn post(&self, path: &str, header: String, body: impl Into<reqwest::Body>) -> Value {
        let response = self
            .http
            .post(format!("http://{}{path}", self.address))
            .header(AUTHORIZATION, header)
            .header("ProductID", "2101979031")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(
            response.headers()[CONTENT_TYPE],
            "application/json;charset=UTF8"
        );
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }
}

/// A request that NICE grants, with one field changed.
fn request(field: &str, value: Value) -> String {
    let mut body = json!({"req_dtim": "20260115010203", "req_no": "R1", "enc_mode": "1"});
    body[field] = value;
    json!({"dataHeader": {"CNTY_CD": "ko"}, "dataBody": body}).to_string()
}

#[tokio::test]
async fn a_field_that_is_no_text_is_out_of_spec() {
    let nice = start().await;
    let good = nice.crypto_token(request("req_no", json!("R1"))).await;
    assert_eq!(good["dataBody"]["result_cd"], "0000");
    for (field, value) in [
        ("req_dtim", json!(20_260_115_010_203_u64)),
        ("req_dtim", Value::Null),
        ("req_no", json!(1)),
        ("req_no", Value::Null),
        ("enc_mode", json!(1)),
        ("enc_mode", json!(["1"])),
    ] {
        let body = request(field, value);
        let answer = nice.crypto_token(body.clone()).await;
        assert_eq!(answer["dataHeader"]["GW_RSLT_CD"], "1200", "{body}");
        assert_eq!(answer["dataBody"]["rsp_cd"], "P000", "{body}");
        assert_eq!(answer["dataBody"]["result_cd"], "0001", "{body}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_gets_1904() {
    let nice = start().await;
    for answer in [
        nice.crypto_token("x".repeat(TOO_LONG)).await,
        nice.institution_token("x".repeat(TOO_LONG)).await,
    ] {
        assert_eq!(answer["dataHeader"]["GW_RSLT_CD"], "1904");
        assert_eq!(answer["dataBody"], Value::Null);
    }
}
