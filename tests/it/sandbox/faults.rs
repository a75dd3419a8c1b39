//! The sandbox's API and its faults, over HTTP: what each of NICE's codes
//! and bad days looks like to a client.

use std::{collections::HashSet, future::poll_fn, net::SocketAddr, pin::Pin, time::Duration};

use axum::body::{Body, Bytes, HttpBody};
use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::body::Frame;
use jiff::{SignedDuration, Timestamp};
use member_verification::{clock::Clock, nice::path, sandbox::Sandbox};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};
use tower::ServiceExt;

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

// Strictness, with no fault switched on.

#[tokio::test]
async fn good_calls_look_like_nice() {
    let nice = start().await;
    for call in CALLS {
        let answer = read(nice.good(call)).await;
        assert_eq!(answer.status, 200, "{call}");
        assert_eq!(answer.content_type, "application/json;charset=UTF8");
        assert_eq!(answer.date, "Wed, 14 Jan 2026 16:02:03 GMT");
        assert_eq!(answer.gateway(), "1200");
    }
}

#[tokio::test]
async fn a_crypto_token_is_whole() {
    let body = read(start().await.good("crypto_token")).await.body();
    assert_eq!(body["rsp_cd"], "P000");
    assert_eq!(body["result_cd"], "0000");
    assert_eq!(body["period"].as_u64(), Some(3600));
    assert_eq!(body["site_code"], "SANDBOX00001");
    let token = STANDARD.decode(body["token_val"].as_str().unwrap());
    assert_eq!(token.unwrap().len(), 32);
    let version = body["token_version_id"].as_str().unwrap();
    let groups: Vec<&str> = version.split('-').collect();
    assert_eq!(groups[..2], ["20260115010203SB", "NCSANDBOX"], "{version}");
    assert_eq!(version.len(), 43, "{version}");
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    assert!(
        version.chars().all(|c| is_plain(c) || c == '-'),
        "{version}"
    );
}

#[tokio::test]
async fn the_institution_token_outlives_the_sandbox() {
    let first = read(start().await.good("institution_token")).await.body();
    let second = read(start().await.good("institution_token")).await.body();
    assert_eq!(first["access_token"].as_str().unwrap().len(), 36);
    assert_eq!(first["access_token"], second["access_token"]);
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let nice = start().await;
    let with = |authorization: String| {
        nice.post(path::INSTITUTION_TOKEN)
            .header("authorization", authorization)
            .body("grant_type=client_credentials&scope=default")
    };
    assert_eq!(
        refusal(with(basic("client:wrong"))).await,
        refused(200, "1801")
    );
    assert_eq!(
        refusal(with(basic("nobody:secret"))).await,
        refused(200, "1700")
    );
    assert_eq!(
        refusal(with("Basic %%%".to_owned())).await,
        refused(401, "1401")
    );
    for path in [path::INSTITUTION_TOKEN, path::REVOKE, path::CRYPTO_TOKEN] {
        assert_eq!(
            refusal(nice.post(path).body("{}")).await,
            refused(401, "1401"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_wrong_product_is_refused() {
    let nice = start().await;
    let without = nice
        .post(path::CRYPTO_TOKEN)
        .header("authorization", nice.bearer())
        .body(crypto_body("R1", "1"));
    assert_eq!(refusal(without).await, refused(200, "1706"));
    let other = nice
        .post(path::CRYPTO_TOKEN)
        .header("authorization", nice.bearer())
        .header("productid", "2101979032")
        .body(crypto_body("R1", "1"));
    assert_eq!(refusal(other).await, refused(200, "1706"));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let nice = start().await;
    let path = "/digital/niceid/v1.0/common/crypto/token";
    assert_eq!(refusal(nice.post(path)).await, refused(404, "1404"));
    let get = nice.request("GET", path::CRYPTO_TOKEN);
    assert_eq!(refusal(get).await, refused(404, "1404"));
}

#[tokio::test]
async fn timestamps_are_whole_seconds_within_three_minutes() {
    let nice = start().await;
    let now = now().as_second();
    for (seconds, accepted) in [
        (now.to_string(), true),
        ((now - 180).to_string(), true),
        ((now + 180).to_string(), true),
        ((now - 181).to_string(), false),
        ((now + 181).to_string(), false),
        (format!("{now}.5"), false),
        (format!("{now}000"), false),
        (String::new(), false),
    ] {
        let header = nice.token_header("bearer", &seconds);
        let answer = read(nice.crypto_with(&header, crypto_body("R1", "1"))).await;
        let expected = if accepted {
            (200, "1200")
        } else {
            (400, "1800")
        };
        assert_eq!(
            (answer.status, answer.gateway().as_str()),
            expected,
            "{seconds}"
        );
    }
}

#[tokio::test]
async fn requests_out_of_spec_get_0001() {
    let nice = start().await;
    for (req_no, enc_mode, expected) in [
        ("R".repeat(30), "1", "0000"),
        ("R".repeat(31), "1", "0001"),
        (String::new(), "1", "0001"),
        ("R1".to_owned(), "2", "0001"),
        ("R1".to_owned(), "", "0001"),
    ] {
        let body = crypto_body(&req_no, enc_mode);
        let answer = read(nice.crypto_with(&nice.bearer(), body.clone())).await;
        assert_eq!((answer.status, answer.gateway().as_str()), (200, "1200"));
        assert_eq!(answer.body()["rsp_cd"], "P000");
        assert_eq!(answer.body()["result_cd"], expected, "{body}");
    }
}

#[tokio::test]
async fn empty_and_malformed_bodies_are_refused() {
    let nice = start().await;
    let crypto = |body: &'static str| nice.crypto_with(&nice.bearer(), body);
    assert_eq!(refusal(crypto("")).await, refused(400, "1300"));
    assert_eq!(refusal(crypto("{")).await, refused(400, "1400"));
    assert_eq!(refusal(crypto("{}")).await, refused(500, "1500"));
    let institution = |body: &'static str| {
        nice.post(path::INSTITUTION_TOKEN)
            .header("authorization", basic("client:secret"))
            .body(body)
    };
    assert_eq!(refusal(institution("")).await, refused(400, "1300"));
    assert_eq!(
        refusal(institution("scope=default")).await,
        refused(400, "1400")
    );
}

#[tokio::test]
async fn a_revoked_token_is_dead() {
    for prefix in ["bearer", "Basic"] {
        let nice = start().await;
        let old = nice.bearer();
        let seconds = now().as_second().to_string();
        let revoke = nice
            .post(path::REVOKE)
            .header("authorization", nice.token_header(prefix, &seconds));
        assert_eq!(read(revoke).await.body(), json!({"result": true}));
        let with_old = nice.crypto_with(&old, crypto_body("R1", "1"));
        assert_eq!(refusal(with_old).await, refused(400, "1800"));
        assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
    }
}

// The catalogue, entry by entry.

#[tokio::test]
async fn each_entry_of_the_catalogue_can_be_seen() {
    let listing = start().await.listing().await;
    let mut tried = HashSet::new();
    for entry in listing["catalogue"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        for key in ["title", "stands_for"] {
            assert!(!entry[key].as_str().unwrap().is_empty(), "{name}");
        }
        let calls: Vec<_> = entry["call"].as_array().unwrap().iter().collect();
        let calls: Vec<_> = calls.iter().map(|call| call.as_str().unwrap()).collect();
        // The newer API's are seen in its own tests.
        let older: Vec<_> = calls.iter().filter(|call| CALLS.contains(call)).collect();
        if older.is_empty() {
            continue;
        }
        for call in older {
            // Seen one by one in the tests below.
            if !matches!(
                name,
                "delay" | "stall" | "cut" | "half_body" | "half_open" | "slow_body"
            ) {
                check(&start().await, call, name).await;
            }
        }
        tried.insert(name.to_owned());
    }
    for name in expected_names() {
        assert!(tried.remove(&name), "{name} is missing");
    }
    assert_eq!(tried, HashSet::new(), "entries that no test knows");
}

/// Written down here once more, so that none gets lost.
fn expected_names() -> Vec<String> {
    let names = "http_400 http_401 http_402 http_403 http_404 http_500 http_501 http_502 http_503 \
         result_0001 result_0003 result_0099 rsp_s603 rsp_p013 rsp_e998 rsp_e999 rsp_exxx delay \
         stall slow_body half_open cut half_body garbage empty_body maintenance_page \
         wrong_content_type missing_field token_repeated huge redirect token_expired token_revoked \
         clock_ahead period_float period_string period_too_short period_too_long period_negative \
         period_not_a_number token_version_id_empty token_version_id_too_long \
         token_version_id_not_ascii token_val_empty token_val_too_long token_val_control \
         site_code_empty site_code_too_long access_token_empty access_token_too_long \
         access_token_not_ascii expires_in_float expires_in_string expires_in_negative";
    let gateway = "1300 1400 1401 1402 1403 1404 1500 1501 1502 1503 1700 1701 1702 1703 1705 1706 \
         1707 1711 1712 1713 1714 1715 1716 1717 1800 1801 1900 1901 1902 1903 1904 1905 1906 1907 \
         1908";
    let eapi = "2500 2510 2530 2540 2550 2560 2561 2562 2563 2564 2565 2600 2700 2701 2702 2703 \
         2704 2705 2892 5001 5002";
    names
        .split_whitespace()
        .map(str::to_owned)
        .chain(gateway.split_whitespace().map(|code| format!("gw_{code}")))
        .chain(
            eapi.split_whitespace()
                .map(|code| format!("rsp_eapi{code}")),
        )
        .collect()
}

async fn check(nice: &Nice, call: &str, fault: &str) {
    let old = nice.bearer();
    let answer = nice.suffer(call, fault).await;
    let context = format!("{fault} at {call}: {}", answer.status);
    match fault.split_once('_').unwrap_or((fault, "")) {
        ("http", status) => {
            assert_eq!(answer.status.to_string(), status);
            assert!(answer.content_type.starts_with("text/html"), "{context}");
            assert!(answer.text().starts_with("<!DOCTYPE html>"), "{context}");
        }
        ("gw", code) => {
            let status = match code {
                "1300" | "1800" => 400,
                code if ("1400".."1504").contains(&code) => code.parse::<u16>().unwrap() - 1000,
                _ => 200,
            };
            assert_eq!(
                (answer.status, answer.gateway().as_str()),
                (status, code),
                "{context}"
            );
            assert!(is_empty(&answer.body()));
            let message = answer.json()["dataHeader"]["GW_RSLT_MSG"].take();
            assert_ne!(message, "", "{context}");
        }
        ("rsp", code) => {
            let expected = match code {
                "exxx" => "E001".to_owned(),
                code => code.to_ascii_uppercase(),
            };
            assert_eq!(answer.gateway(), "1200");
            assert_eq!(answer.body()["rsp_cd"], expected);
            assert_eq!(answer.body()["token_val"], "");
        }
        ("result", code) => {
            assert_eq!(answer.gateway(), "1200");
            assert_eq!(answer.body()["rsp_cd"], "P000");
            assert_eq!(answer.body()["result_cd"], code);
        }
        ("token", "expired" | "revoked") => {
            assert_eq!(
                (answer.status, answer.gateway().as_str()),
                (400, "1800"),
                "{context}"
            );
            // The old one stays dead, the new one lives.
            let with_old = nice.crypto_with(&old, crypto_body("R1", "1"));
            assert_eq!(refusal(with_old).await, refused(400, "1800"));
            let issued = read(nice.good("institution_token")).await.body();
            assert_eq!(
                issued["access_token"].as_str().unwrap(),
                nice.sandbox.institution_token().expose()
            );
            assert_eq!(read(nice.good(call)).await.gateway(), "1200", "{context}");
        }
        _ => check_behaviour(nice, call, fault, &answer).await,
    }
    if fault != "clock_ahead" {
        assert_eq!(answer.date, "Wed, 14 Jan 2026 16:02:03 GMT", "{context}");
    }
}

async fn check_behaviour(nice: &Nice, call: &str, fault: &str, answer: &Answer) {
    match fault {
        "garbage" => {
            assert_eq!(answer.status, 200);
            assert_eq!(answer.content_type, "application/json;charset=UTF8");
            assert!(serde_json::from_slice::<Value>(&answer.bytes).is_err());
            assert!(str::from_utf8(&answer.bytes).is_err());
        }
        "wrong_content_type" => {
            assert_eq!(answer.content_type, "text/html");
            assert_eq!(answer.gateway(), "1200");
        }
        "empty_body" => {
            assert_eq!((answer.status, answer.text()), (200, ""));
            assert_eq!(answer.content_type, "application/json;charset=UTF8");
        }
        "maintenance_page" => {
            assert_eq!(answer.status, 200);
            assert!(answer.content_type.starts_with("text/html"));
            assert!(answer.text().starts_with("<!DOCTYPE html>"));
        }
        "token_repeated" => check_repetition(nice, answer).await,
        "missing_field" => {
            let token = if call == "crypto_token" {
                "token_val"
            } else {
                "access_token"
            };
            assert_eq!(answer.gateway(), "1200");
            let body = answer.body();
            assert!(!body.as_object().unwrap().contains_key(token), "{body}");
            let whole = read(nice.good(call)).await.body();
            assert_eq!(
                body.as_object().unwrap().len() + 1,
                whole.as_object().unwrap().len()
            );
        }
        "huge" => {
            assert!(answer.bytes.len() > 1024 * 1024);
            assert_eq!(answer.gateway(), "1200");
        }
        "redirect" => assert_eq!(answer.status, 302),
        "clock_ahead" => check_clock_ahead(nice, call, answer).await,
        _ => check_value(nice, call, fault, answer).await,
    }
}

/// The good answer, but for one value.
async fn check_value(nice: &Nice, call: &str, fault: &str, answer: &Answer) {
    let (field, written) = written(fault);
    assert_eq!(answer.gateway(), "1200");
    let body = answer.body();
    // As it is written, since 3600.0 and 3600 are the same number.
    assert_eq!(body[field].to_string(), written, "{body}");
    let whole = read(nice.good(call)).await.body();
    for (name, good) in whole.as_object().unwrap() {
        let as_good =
            body[name].is_string() == good.is_string() && (body[name] == "") == (good == "");
        assert!(name == field || as_good, "{name}: {body}");
    }
}

fn written(fault: &str) -> (&'static str, String) {
    let letters = |count: usize| format!("\"{}\"", "S".repeat(count));
    let (field, written) = match fault {
        "period_float" => ("period", "3600.0"),
        "period_string" => ("period", "\"3600\""),
        "period_too_short" => ("period", "59"),
        "period_too_long" => ("period", "86401"),
        "period_negative" => ("period", "-3600"),
        "period_not_a_number" => ("period", "\"soon\""),
        "token_version_id_empty" => ("token_version_id", "\"\""),
        "token_version_id_too_long" => return ("token_version_id", letters(65)),
        "token_version_id_not_ascii" => ("token_version_id", "\"토큰-SB\""),
        "token_val_empty" => ("token_val", "\"\""),
        "token_val_too_long" => return ("token_val", letters(513)),
        "token_val_control" => ("token_val", "\"QUJD\\nRUZH\""),
        "site_code_empty" => ("site_code", "\"\""),
        "site_code_too_long" => return ("site_code", letters(17)),
        "access_token_empty" => ("access_token", "\"\""),
        "access_token_too_long" => return ("access_token", letters(513)),
        "access_token_not_ascii" => ("access_token", "\"기관토큰\""),
        "expires_in_float" => ("expires_in", "1576800000.0"),
        "expires_in_string" => ("expires_in", "\"1576800000\""),
        "expires_in_negative" => ("expires_in", "-1"),
        _ => panic!("{fault} isn't tested"),
    };
    (field, written.to_owned())
}

/// `answer` is the first one, so it has nothing to repeat; it is repeated.
async fn check_repetition(nice: &Nice, answer: &Answer) {
    let first = answer.body();
    let good = read(nice.good("crypto_token")).await.body();
    assert_ne!(good["token_version_id"], first["token_version_id"]);
    let again = nice.suffer("crypto_token", "token_repeated").await.body();
    assert_eq!(again["token_version_id"], first["token_version_id"]);
    assert_ne!(again["token_val"], first["token_val"]);
}

async fn check_clock_ahead(nice: &Nice, call: &str, answer: &Answer) {
    assert_eq!(answer.date, "Wed, 14 Jan 2026 16:12:03 GMT");
    let expected = if call == "institution_token" {
        "1200"
    } else {
        "1800"
    };
    assert_eq!(answer.gateway(), expected);
    // A client that goes by the Date header gets through.
    let ahead = (now() + SignedDuration::from_mins(10)).as_second();
    nice.put(json!([{"call": "crypto_token", "fault": "clock_ahead", "times": 1}]))
        .await;
    let header = nice.token_header("bearer", &ahead.to_string());
    let corrected = read(nice.crypto_with(&header, crypto_body("R1", "1"))).await;
    assert_eq!(corrected.gateway(), "1200");
    // And it is over with the fault.
    assert_eq!(
        read(nice.good("crypto_token")).await.date,
        "Wed, 14 Jan 2026 16:02:03 GMT"
    );
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "redirect"}]))
        .await;
    let response = nice.good("crypto_token").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.headers()["location"], "http://elsewhere.invalid/");
}

#[tokio::test]
async fn a_body_breaks_off_in_the_middle() {
    let nice = start().await;
    nice.put(json!([{"call": "institution_token", "fault": "half_body"}]))
        .await;
    assert!(
        nice.good("institution_token")
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .is_err()
    );
    // By hand: what arrives before the cut.
    let mut stream = TcpStream::connect(nice.address).await.unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: nice\r\nAuthorization: {}\r\nContent-Length: 29\r\n\r\n\
         grant_type=client_credentials",
        path::INSTITUTION_TOKEN,
        basic("client:secret")
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut arrived = Vec::new();
    // A reset after the data is as good as an end.
    while let Ok(1..) = stream.read_buf(&mut arrived).await {}
    let arrived = String::from_utf8(arrived).unwrap().to_lowercase();
    let (head, body) = arrived.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let promised: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(body.len(), promised / 2);
    assert!(body.starts_with("{\"dataheader\""), "{body}");
}

/// A request to the router itself, so that paused time means something.
fn direct(method: &str, path: &str, body: impl Into<Body>) -> axum::extract::Request {
    axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", basic("client:secret"))
        .body(body.into())
        .unwrap()
}

async fn timed(entries: Value) -> (axum::response::Response, Duration) {
    let router = sandbox().standalone();
    let put = direct("PUT", FAULTS, entries.to_string());
    assert_eq!(router.clone().oneshot(put).await.unwrap().status(), 200);
    let begin = Instant::now();
    let call = direct(
        "POST",
        path::INSTITUTION_TOKEN,
        "grant_type=client_credentials",
    );
    let response = router.oneshot(call).await.unwrap();
    (response, begin.elapsed())
}

/// The timer's own grain.
const GRAIN: Duration = Duration::from_millis(2);

#[tokio::test(start_paused = true)]
async fn a_delay_comes_before_the_good_answer() {
    let (response, took) =
        timed(json!([{"call": "institution_token", "fault": "delay", "delay": "200ms"}])).await;
    assert_eq!(response.status(), 200);
    assert!(took >= Duration::from_millis(200), "{took:?}");
    assert!(took <= Duration::from_millis(200) + GRAIN, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_delay_goes_with_any_fault() {
    let (response, took) =
        timed(json!([{"call": "institution_token", "fault": "http_503", "delay": "1.5s"}])).await;
    assert_eq!(response.status(), 503);
    assert!(took >= Duration::from_millis(1500), "{took:?}");
    assert!(took <= Duration::from_millis(1500) + GRAIN, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stall_ends_after_a_minute_without_an_answer() {
    let (response, took) = timed(json!([{"call": "institution_token", "fault": "stall"}])).await;
    assert!(took >= Duration::from_mins(1), "{took:?}");
    assert!(took <= Duration::from_mins(1) + GRAIN, "{took:?}");
    let body = axum::body::to_bytes(response.into_body(), 1024).await;
    assert!(body.is_err(), "{body:?}");
}

#[tokio::test]
async fn a_stall_answers_nothing_within_the_clients_patience() {
    let nice = start().await;
    for call in CALLS {
        nice.put(json!([{"call": call, "fault": "stall"}])).await;
        let error = nice
            .good(call)
            .timeout(Duration::from_millis(200))
            .send()
            .await
            .unwrap_err();
        assert!(error.is_timeout(), "{call}: {error:?}");
    }
    nice.request("DELETE", FAULTS).send().await.unwrap();
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
}

#[tokio::test]
async fn a_cut_connection_brings_no_byte() {
    let nice = start().await;
    for call in CALLS {
        nice.put(json!([{"call": call, "fault": "cut"}])).await;
        let error = nice.good(call).send().await.unwrap_err();
        assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_comes_byte_by_byte_and_whole() {
    let (good, _) = timed(json!([])).await;
    let good = axum::body::to_bytes(good.into_body(), 4096).await.unwrap();
    let (response, head) =
        timed(json!([{"call": "institution_token", "fault": "slow_body"}])).await;
    assert!(head <= GRAIN, "{head:?}");
    let begin = Instant::now();
    let slow = axum::body::to_bytes(response.into_body(), 4096)
        .await
        .unwrap();
    assert_eq!(slow, good);
    let bytes = u32::try_from(good.len()).unwrap();
    assert!(begin.elapsed() >= bytes * Duration::from_millis(100));
}

/// The next part of a body that has one.
async fn frame(body: &mut Body) -> Result<Frame<Bytes>, axum::Error> {
    let next = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
    next.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_half_open_connection_is_silent_for_a_minute() {
    let (response, head) =
        timed(json!([{"call": "institution_token", "fault": "half_open"}])).await;
    assert!(head <= GRAIN, "{head:?}");
    let promised = response.headers()["content-length"].to_str().unwrap();
    let promised: usize = promised.parse().unwrap();
    let mut body = response.into_body();
    let begin = Instant::now();
    let first = frame(&mut body).await.unwrap().into_data().unwrap();
    assert_eq!(first.len(), promised / 2);
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert!(frame(&mut body).await.is_err());
    assert!(begin.elapsed() >= Duration::from_mins(1));
}

// Switching on and off.

#[tokio::test]
async fn nothing_is_active_at_first() {
    let nice = start().await;
    assert_eq!(nice.active().await, json!([]));
}

#[tokio::test]
async fn times_count_down() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "gw_1503", "times": 2, "delay": "1ms"}]))
        .await;
    let left = |times: u32| json!([{"call": "crypto_token", "fault": "gw_1503", "delay": "1ms", "times": times}]);
    assert_eq!(nice.active().await, left(2));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1503");
    assert_eq!(nice.active().await, left(1));
    // Another call uses up nothing.
    assert_eq!(read(nice.good("institution_token")).await.gateway(), "1200");
    assert_eq!(nice.active().await, left(1));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1503");
    assert_eq!(nice.active().await, json!([]));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
}

#[tokio::test]
async fn entries_for_a_call_apply_in_order() {
    let nice = start().await;
    nice.put(json!([
        {"call": "crypto_token", "fault": "gw_1900", "times": 1},
        {"call": "revoke", "fault": "gw_1403"},
        {"call": "crypto_token", "fault": "rsp_s603", "times": 1},
        {"call": "crypto_token", "fault": "http_502"},
    ]))
    .await;
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1900");
    assert_eq!(
        read(nice.good("crypto_token")).await.body()["rsp_cd"],
        "S603"
    );
    for _ in 0..3 {
        assert_eq!(read(nice.good("crypto_token")).await.status, 502);
    }
    assert_eq!(read(nice.good("revoke")).await.gateway(), "1403");
}

#[tokio::test]
async fn put_replaces_and_delete_clears() {
    let nice = start().await;
    nice.put(json!([{"call": "institution_token", "fault": "gw_1500"}]))
        .await;
    nice.put(json!([{"call": "crypto_token", "fault": "gw_1501"}]))
        .await;
    assert_eq!(read(nice.good("institution_token")).await.gateway(), "1200");
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1501");
    let cleared = nice.request("DELETE", FAULTS).send().await.unwrap();
    assert_eq!(cleared.status(), 204);
    assert_eq!(nice.active().await, json!([]));
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
}

#[tokio::test]
async fn what_get_shows_can_be_put_back() {
    let nice = start().await;
    nice.put(json!([
        {"call": "crypto_token", "fault": "delay", "delay": "1500ms"},
        {"call": "revoke", "fault": "token_revoked"},
    ]))
    .await;
    let active = nice.active().await;
    assert_eq!(active[0]["times"], Value::Null);
    assert_eq!(active[1]["times"], 1, "a token dies once");
    nice.put(active.clone()).await;
    assert_eq!(nice.active().await, active);
}

#[tokio::test]
async fn bad_lists_are_refused_with_the_reason_and_change_nothing() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "gw_1500"}]))
        .await;
    let before = nice.active().await;
    for (text, named) in [
        ("", "not JSON"),
        ("[", "not JSON"),
        ("{}", "not a list"),
        ("[1]", "entry 1: not an object"),
        (r#"[{"fault":"stall"}]"#, r#""call" is missing"#),
        (r#"[{"call":"crypto_token"}]"#, r#""fault" is missing"#),
        (
            r#"[{"call":"window","fault":"stall"}]"#,
            r#""call" is "window""#,
        ),
        (r#"[{"call":7,"fault":"stall"}]"#, r#""call" is 7"#),
        (
            r#"[{"call":"revoke","fault":"gw_1200"}]"#,
            r#""fault" is "gw_1200""#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall"},{"call":"revoke","fault":"period_float"}]"#,
            r#"entry 2: "period_float" can't happen to "revoke""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay"}]"#,
            r#"needs a "delay""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":"soon"}]"#,
            r#""delay" is "soon""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":200}]"#,
            r#""delay" is 200"#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":"-1s"}]"#,
            r#""delay" is "-1s""#,
        ),
        (
            r#"[{"call":"revoke","fault":"delay","delay":"61s"}]"#,
            r#""delay" is "61s""#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","times":0}]"#,
            r#""times" is 0"#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","times":1.5}]"#,
            r#""times" is 1.5"#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","times":"3"}]"#,
            r#""times" is "3""#,
        ),
        (
            r#"[{"call":"revoke","fault":"stall","time":3}]"#,
            r#""time" is unknown"#,
        ),
    ] {
        let response = nice.put_text(text).await;
        assert_eq!(response.status(), 400, "{text}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(named), "{text}: {message}");
        assert_eq!(nice.active().await, before, "{text}");
    }
}

#[tokio::test]
async fn faults_work_within_the_service_too() {
    let sandbox = sandbox();
    let router = sandbox.embedded();
    let nice = serve(sandbox, router, "/sandbox").await;
    assert_eq!(read(nice.good("crypto_token")).await.gateway(), "1200");
    for call in CALLS {
        assert_eq!(nice.suffer(call, "gw_1903").await.gateway(), "1903");
    }
}

#[tokio::test]
async fn the_page_explains_and_shows_what_is_on() {
    let nice = start().await;
    nice.put(json!([{"call": "crypto_token", "fault": "garbage", "times": 42}]))
        .await;
    let page = read(nice.request("GET", "/sandbox/faults")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.content_type, "text/html; charset=utf-8");
    let text = page.text();
    assert!(text.contains("&#34;times&#34;: 42"), "{text}");
    let on = format!(
        "curl -X PUT http://{}{FAULTS} -d &#39;[{{&#34;call&#34;:&#34;crypto_token&#34;,\
         &#34;fault&#34;:&#34;gw_1800&#34;,&#34;times&#34;:1}}]&#39;",
        nice.address
    );
    assert!(text.contains(&on), "{text}");
    assert!(text.contains(&format!("curl -X DELETE http://{}{FAULTS}", nice.address)));
}

#[tokio::test]
async fn the_page_switches_faults_on_and_off() {
    let nice = start().await;
    let form = |path: &'static str, body: &'static str| {
        nice.request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let on = form(
        "/sandbox/faults/on",
        "call=crypto_token&fault=gw_1706&times=2&delay=",
    );
    assert_eq!(on.await.unwrap().status(), 303);
    let active = nice.request("GET", FAULTS).send().await.unwrap();
    let active = active.text().await.unwrap();
    assert!(active.contains(r#""fault":"gw_1706""#) && active.contains(r#""times":2"#));
    let wrong = form("/sandbox/faults/on", "call=crypto_token&fault=nonsense");
    assert_eq!(wrong.await.unwrap().status(), 400);
    assert_eq!(form("/sandbox/faults/off", "").await.unwrap().status(), 303);
    let active = nice.request("GET", FAULTS).send().await.unwrap();
    assert!(active.text().await.unwrap().contains(r#""active":[]"#));
}
