//! Each code of NICE's tables, through the whole service.

use std::time::Duration;

use encoding_rs::EUC_KR;
use member_verification::nice::{TABLES, Verdict, path};
use serde_json::json;

use crate::{
    support::app::{ISSUE, check_envelope, json, start_with},
    support::nice_stub::{Answer, NiceStub, SITE_CODE, TOKEN_VAL},
    support::parallel::futures_in_order,
};

/// What the caller gets, and how often NICE is called. Written by hand, not
/// taken from the program's tables.
#[derive(Clone, Copy)]
enum Expected {
    /// `NICE_REFUSED` with this cause, after one call.
    Refused(&'static str),
    /// `NICE_UNAVAILABLE` after this number of calls.
    Unavailable(usize),
}

use Expected::{Refused, Unavailable};

const GATEWAY: &[(&[&str], Expected)] = &[
    (&["1702", "1705"], Refused("IP_NOT_REGISTERED")),
    (&["1706", "1707", "1908"], Refused("PRODUCT_NOT_SUBSCRIBED")),
    (&["1700", "1801"], Refused("CREDENTIALS")),
    (&["1402", "1403", "1501"], Refused("SUSPENDED")),
    (
        &[
            "1711", "1712", "1713", "1714", "1715", "1716", "1906", "1907",
        ],
        Refused("QUOTA"),
    ),
    (
        &["1300", "1400", "1404", "1701", "1703", "1717", "1904"],
        Refused("PROTOCOL"),
    ),
    (
        &["1405", "1704", "9999", "", "17\u{0}02"],
        Refused("UNKNOWN"),
    ),
    (&["1500"], Unavailable(2)),
    (
        &["1502", "1503", "1900", "1901", "1902", "1903", "1905"],
        Unavailable(3),
    ),
];

const RESPONSE: &[(&[&str], Expected)] = &[
    (&["P013", "E998"], Refused("SUSPENDED")),
    (
        &[
            "EAPI2500", "EAPI2510", "EAPI2550", "EAPI2560", "EAPI2561", "EAPI2562", "EAPI2563",
            "EAPI2564", "EAPI2565", "EAPI2892", "EAPI5001", "EAPI5002",
        ],
        Refused("PROTOCOL"),
    ),
    (
        &[
            "EAPI2702", "EAPI2703", "EAPI2704", "EAPI2705", "EAPI6001", "E123",
        ],
        Refused("UNKNOWN"),
    ),
    (&["E999", "EAPI2530", "EAPI2540"], Unavailable(2)),
    (
        &["S603", "EAPI2600", "EAPI2700", "EAPI2701"],
        Unavailable(3),
    ),
];

const RESULT: &[(&[&str], Expected)] = &[
    (&["0001"], Refused("PROTOCOL")),
    (&["0003"], Refused("PRODUCT_NOT_SUBSCRIBED")),
    (&["0099", "4711"], Refused("UNKNOWN")),
];

/// A new code has to be added above, too. What a refused token leads to is
/// tried in `token::institution_token`.
#[test]
fn each_code_of_the_program_is_tried() {
    for (table, tried) in TABLES.iter().zip([GATEWAY, RESPONSE, RESULT]) {
        let rows = table.rows.iter();
        for row in rows.filter(|row| row.verdict != Verdict::TokenRefused) {
            let is_tried = tried.iter().any(|(codes, _)| codes.contains(&row.code));
            assert!(is_tried, "{} {}", table.field, row.code);
        }
    }
}

async fn try_answer(answer: Answer, expected: Expected, what: String) {
    let nice = NiceStub::start().await;
    nice.always_crypto(answer);
    let app = start_with(nice, |_| {}).await;
    let response = app.issue("{}").await;
    let (status, retry_after) = (
        response.status(),
        response.headers().get("retry-after").cloned(),
    );
    let body = json(response).await;
    let calls = app.nice.calls(path::CRYPTO_TOKEN);
    match expected {
        Refused(cause) => {
            check_envelope(status, &body, (502, "NICE_REFUSED"));
            assert_eq!(body["payload"]["cause"], cause, "{what}");
            assert_eq!(body["payload"]["retryable"], false, "{what}");
            assert_eq!(calls.len(), 1, "{what}");
            let english = app.request("POST", ISSUE).header("accept-language", "en");
            let english = english
                .header("content-type", "application/json")
                .body("{}");
            let english = json(english.send().await.unwrap()).await;
            assert_eq!(english["payload"]["cause"], cause, "{what}");
            let remedies = [&body, &english].map(|told| told["message"].as_str().unwrap());
            assert!(
                remedies[0].chars().any(|c| ('가'..='힣').contains(&c)),
                "{what}"
            );
            assert_ne!(remedies[0], remedies[1], "{what}");
        }
        Unavailable(tries) => {
            check_envelope(status, &body, (503, "NICE_UNAVAILABLE"));
            assert_eq!(body["payload"]["retryable"], true, "{what}");
            assert!(retry_after.is_some(), "{what}");
            assert_eq!(calls.len(), tries, "{what}");
        }
    }
    let mut numbers: Vec<String> = calls.iter().map(|call| call.field("req_no")).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(
        numbers.len(),
        calls.len(),
        "{what}: a retry has a new req_no"
    );
}

async fn try_table(
    table: &'static [(&'static [&'static str], Expected)],
    answer: fn(&str) -> Answer,
) {
    let rows = table.iter().flat_map(|(codes, expected)| {
        codes
            .iter()
            .map(|code| try_answer(answer(code), *expected, format!("code {code}")))
    });
    futures_in_order(rows).await;
}

#[tokio::test]
async fn gateway_codes() {
    try_table(GATEWAY, Answer::gateway).await;
}

#[tokio::test]
async fn gateway_codes_count_whatever_the_http_status() {
    try_table(GATEWAY, |code| Answer::gateway(code).status(500)).await;
}

#[tokio::test]
async fn response_codes() {
    try_table(RESPONSE, Answer::response).await;
}

#[tokio::test]
async fn result_codes() {
    try_table(RESULT, Answer::result).await;
}

#[tokio::test]
async fn a_refused_institution_token_call_is_told_alike() {
    let nice = NiceStub::start().await;
    nice.queue_institution(Answer::gateway("1702"));
    let app = start_with(nice, |_| {}).await;
    let body = json(app.issue("{}").await).await;
    assert_eq!(body["payload"]["cause"], "IP_NOT_REGISTERED");
    assert!(
        body["message"].as_str().unwrap().contains("허용 IP"),
        "{body}"
    );
}

/// As NICE's table has it, with what a gateway or a library may add or take away.
#[tokio::test]
async fn a_code_is_known_in_each_form() {
    let header = |code: serde_json::Value, message: serde_json::Value| {
        let header = json!({"GW_RSLT_CD": code, "GW_RSLT_MSG": message});
        Answer::body(json!({"dataHeader": header, "dataBody": ""}).to_string())
    };
    let refused = |name: &str, code: serde_json::Value| {
        let body = json!({"rsp_cd": "P000", "res_msg": 7, name: code});
        Answer::crypto_token(&body)
    };
    let cases = [
        (header(json!(" 1702 "), json!("x")), "IP_NOT_REGISTERED"),
        (header(json!("1702\r\n"), json!(null)), "IP_NOT_REGISTERED"),
        (header(json!(1702), json!(1702)), "IP_NOT_REGISTERED"),
        (header(json!(1702.0), json!({})), "IP_NOT_REGISTERED"),
        (header(json!("GW_1702"), json!(["x"])), "IP_NOT_REGISTERED"),
        (
            header(json!("API_1706"), json!("x")),
            "PRODUCT_NOT_SUBSCRIBED",
        ),
        (header(json!("X_1702"), json!("x")), "UNKNOWN"),
        (header(json!("17 02"), json!("x")), "UNKNOWN"),
        (refused("rsp_cd", json!(" P013\n")), "SUSPENDED"),
        (refused("result_cd", json!(3)), "PRODUCT_NOT_SUBSCRIBED"),
        (refused("result_cd", json!("0001 ")), "PROTOCOL"),
    ];
    let numbered = cases.into_iter().enumerate();
    futures_in_order(numbered.map(|(index, (answer, cause))| {
        try_answer(answer, Refused(cause), format!("form {index}"))
    }))
    .await;
    for (name, success) in [
        ("result_cd", json!(0)),
        ("result_cd", json!(" 0000")),
        ("rsp_cd", json!("P000 ")),
        ("res_msg", json!(0)),
    ] {
        let nice = NiceStub::start().await;
        nice.queue_crypto(token_with(name, success.clone()));
        let app = start_with(nice, |_| {}).await;
        assert_eq!(app.issue("{}").await.status(), 200, "{name}: {success}");
    }
}

/// What is around a code may be as broken as it is.
#[tokio::test]
async fn a_message_hides_no_code() {
    for (message, cause) in [
        (EUC_KR.encode("허용되지 않은 IP").0.into_owned(), "1702"),
        (b"\xb0".to_vec(), "1706"),
        (b"a\tb\r\nc\x01".to_vec(), "1702"),
        (b"a\\xb\\".to_vec(), "1706"),
    ] {
        let [front, back] = [
            format!(r#"{{"dataHeader":{{"GW_RSLT_CD":"{cause}","GW_RSLT_MSG":""#).into_bytes(),
            b" \"},\"dataBody\":\"\"}\0\0".to_vec(),
        ];
        let cause = match cause {
            "1702" => "IP_NOT_REGISTERED",
            _ => "PRODUCT_NOT_SUBSCRIBED",
        };
        let answer = Answer::bytes([front, message, back].concat());
        try_answer(answer, Refused(cause), cause.to_owned()).await;
    }
    let good = token_with("res_msg", json!("정상")).body;
    let nice = NiceStub::start().await;
    nice.queue_crypto(Answer::bytes(
        EUC_KR.encode(str::from_utf8(&good).unwrap()).0.into_owned(),
    ));
    let app = start_with(nice, |_| {}).await;
    assert_eq!(app.issue("{}").await.status(), 200);
}

/// A good answer with one value replaced.
fn token_with(name: &str, value: serde_json::Value) -> Answer {
    let mut body = json!({
        "rsp_cd": "P000", "result_cd": "0000", "site_code": SITE_CODE,
        "token_version_id": "X", "token_val": TOKEN_VAL, "period": 3600
    });
    body[name] = value;
    Answer::crypto_token(&body)
}

#[tokio::test]
async fn numbers_are_read_in_every_form_that_was_seen() {
    for period in [
        json!(60),
        json!(3600.0),
        json!(3.6e3),
        json!("3600"),
        json!("86400"),
    ] {
        let nice = NiceStub::start().await;
        nice.queue_crypto(token_with("period", period.clone()));
        let app = start_with(nice, |_| {}).await;
        assert_eq!(app.issue("{}").await.status(), 200, "{period}");
    }
}

#[tokio::test]
async fn garbage_is_survived() {
    let cases = [
        Answer::body("<html>maintenance</html>"),
        Answer::body("<html>maintenance</html>").status(503),
        Answer::body(""),
        Answer::body("{}"),
        Answer::body(r#"{"dataHeader":{}}"#),
        Answer::body(r#"{"dataHeader":{"GW_RSLT_CD":"1200"}}"#),
        Answer::body(r#"{"dataHeader":{"GW_RSLT_CD":"1200"},"dataBody":"x"}"#),
        Answer::body("x".repeat(70_000)),
        Answer::body("")
            .status(302)
            .header("location", "http://127.0.0.1:1/"),
    ];
    futures_in_order(
        cases
            .into_iter()
            .enumerate()
            .map(|(index, answer)| try_answer(answer, Unavailable(3), format!("case {index}"))),
    )
    .await;
}

#[tokio::test]
async fn an_unreachable_nice_is_unavailable_and_a_silent_one_times_out() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (gone_port, silent_port) = (
        gone.local_addr().unwrap().port(),
        silent.local_addr().unwrap().port(),
    );
    drop(gone);
    for (port, expected) in [
        (gone_port, (503, "NICE_UNAVAILABLE")),
        (silent_port, (504, "NICE_TIMEOUT")),
    ] {
        let app = start_with(NiceStub::start().await, |setup| {
            setup.nice.client.base_url = format!("http://127.0.0.1:{port}").parse().unwrap();
            setup.nice.client.call_timeout = Duration::from_millis(100);
            setup.nice.request_deadline = Duration::from_millis(900);
        })
        .await;
        let response = app.issue("{}").await;
        let status = response.status();
        check_envelope(status, &json(response).await, expected);
    }
}
