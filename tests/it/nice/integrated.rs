//! 통합인증 on the wire: what is sent, and what is read in which form.

use std::time::Duration;

use member_verification::{
    crypto::integrated::Iterators,
    nice::{
        Garbage, NiceError, Rejected,
        integrated::{FreshToken, SealedAnswer, path},
    },
};
use serde_json::{Value, json};

use crate::support::{
    integrated_stub::{IntegratedClient, IntegratedStub, PLAIN, WEB_TRANSACTION_ID, field},
    nice_stub::Answer,
};

/// Of the guide's own rules for `client_id:client_secret`, as the credentials
/// of the tests come out.
const BASIC: &str = "Basic TkkwMDAwMDAwMC1hYWFhLTRiYmItOGNjYy0wMTIzNDU2Nzg5YWI6\
    WlhoaGJYQnNaUzF6WldOeVpYUXRabTl5TFdSdlkzVnRaVzUwWVhScGIyNHRiMjVzZVMwd01USXpORFUyTnpnNVFVSkRSRVZHTURFeU16UTE";

#[tokio::test]
async fn the_three_calls_are_those_of_the_guide() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let window = client.window().await;
    assert_eq!(
        window.auth_url.as_str(),
        format!("http://{}/ido/cert/request/S1", nice.address)
    );
    assert_eq!(client.result(&window).await.unwrap(), PLAIN);
    assert_eq!(nice.counts(), [1, 1, 1]);
    let [token, url, result] =
        [path::TOKEN, path::URL, path::RESULT].map(|path| nice.calls(path).remove(0));
    for call in [&token, &url, &result] {
        assert_eq!(call.header("content-type"), "application/json");
        assert_eq!(call.header("x-intc-devlang"), "Linux/Rust");
    }
    assert_eq!(token.header("authorization"), BASIC);
    assert_eq!(field(&token, "grant_type"), "client_credentials");
    assert_eq!(url.header("authorization"), "Bearer token.0");
    assert_eq!(result.header("authorization"), "Bearer token.0");
    let number = field(&url, "request_no");
    let sent: Value = serde_json::from_str(&url.body).unwrap();
    assert_eq!(
        sent,
        json!({
            "request_no": number, "return_url": "https://shop.example/verify/return/x",
            "close_url": "https://shop.example/verify/closed/y", "svc_types": ["M", "U"],
            "method_type": "GET", "exp_mods": ["closeButtonOn"]
        })
    );
    let sent: Value = serde_json::from_str(&result.body).unwrap();
    assert_eq!(
        sent,
        json!({
            "web_transaction_id": WEB_TRANSACTION_ID, "transaction_id": format!("{:A<55}", "transaction-1-"),
            "request_no": number
        })
    );
    for call in [&token, &url] {
        let number = field(call, "request_no");
        let length = number.as_str().unwrap().len();
        assert!((20..=50).contains(&length), "{number}");
    }
}

const NOW: &str = "2026-01-15T00:30:00Z";

fn token(name: &str, value: Value) -> Result<FreshToken, Rejected> {
    let mut reply = json!({
        "result_code": "0000", "result_message": "응답성공", "request_no": "x",
        "access_token": "aaa.bbb.ccc", "expires_in": 1_768_523_400_000_u64,
        "token_type": "Bearer", "iterators": 66, "ticket": "a-ticket", "more": {"a": [1]}
    });
    reply[name] = value;
    FreshToken::read(reply.to_string().as_bytes(), NOW.parse().unwrap())
}

#[test]
fn the_end_of_a_token_is_read_in_each_form_that_was_seen() {
    let hours = |hours| Duration::from_hours(hours);
    for (expires_in, life) in [
        // Milliseconds and seconds since 1970, and seconds from now.
        (json!(1_768_523_400_000_u64), hours(24)),
        (json!("1768523400000"), hours(24)),
        (json!(1.768_523_4e12), hours(24)),
        (json!(1_768_480_200_000_u64), hours(12)),
        (json!(1_768_480_200_u64), hours(12)),
        (json!("1768480200"), hours(12)),
        (json!(43_200), hours(12)),
        (json!(43_200.9), hours(12)),
        (json!("1768480200000.25"), hours(12)),
        (json!("43200"), hours(12)),
        // A year is not believed.
        (json!(31_536_000), hours(24)),
        (json!(i64::MAX), hours(24)),
        // Half an hour where there is nothing to believe.
        (json!(1_768_400_000_000_u64), Duration::from_mins(30)),
        (json!(0), Duration::from_mins(30)),
        (json!(-5), Duration::from_mins(30)),
        (json!(i64::MIN), Duration::from_mins(30)),
        (json!("soon"), Duration::from_mins(30)),
        (json!(null), Duration::from_mins(30)),
        (json!([1]), Duration::from_mins(30)),
    ] {
        let fresh = token("expires_in", expires_in.clone()).unwrap();
        assert_eq!(fresh.life, life, "{expires_in}");
    }
}

#[test]
fn numbers_may_be_texts_and_texts_numbers() {
    for value in [json!(66), json!("66"), json!(66.0), json!(" 66 ")] {
        let fresh = token("iterators", value.clone()).unwrap();
        assert_eq!(
            fresh.token.iterators,
            Iterators::try_from(66_u32).unwrap(),
            "{value}"
        );
    }
    assert!(token("result_code", json!("0000")).is_ok());
    let numeric = token("ticket", json!(12345)).unwrap();
    assert_eq!(numeric.token.ticket.expose(), "12345");
}

#[test]
fn a_token_that_can_not_be_used_is_garbage() {
    for (name, value) in [
        ("access_token", json!(null)),
        ("access_token", json!("")),
        ("access_token", json!("a b")),
        ("access_token", json!("a\r\nx-header: 1")),
        ("access_token", json!("한글")),
        ("access_token", json!("x".repeat(5000))),
        ("ticket", json!({})),
        ("ticket", json!("")),
        ("iterators", json!(0)),
        ("iterators", json!(-1)),
        ("iterators", json!(1_000_001)),
        ("iterators", json!("many")),
        ("iterators", json!(66.5)),
    ] {
        let Err(Rejected::Garbage(Garbage::Field(field))) = token(name, value.clone()) else {
            panic!("{name}: {value}");
        };
        assert_eq!(field, name);
    }
}

#[test]
fn what_is_no_answer_of_nice_is_told_apart() {
    let now = NOW.parse().unwrap();
    for (reply, expected) in [
        ("<html>502</html>", Garbage::Page),
        ("", Garbage::NotJson),
        ("{\"result_code\":", Garbage::NotJson),
        ("{}", Garbage::NotNice),
        ("[]", Garbage::NotNice),
        (
            r#"{"result_code":"0000","result_code":"0000"}"#,
            Garbage::Twice,
        ),
        (
            r#"{"result_code":"0000","ticket":"a","ticket":"b"}"#,
            Garbage::Twice,
        ),
        (r#"["0000","응답성공"]"#, Garbage::NotNice),
        ("\"0000\"", Garbage::NotNice),
        (r#"{"result_code":null}"#, Garbage::NotNice),
        (r#"{"dataHeader":{"GW_RSLT_CD":"1200"}}"#, Garbage::NotNice),
    ] {
        let Err(Rejected::Garbage(what)) = FreshToken::read(reply.as_bytes(), now) else {
            panic!("{reply}");
        };
        assert_eq!(what, expected, "{reply}");
    }
    for missing in [
        r#"{"result_code":"0000","integrity_value":"x"}"#,
        r#"{"result_code":"0000","enc_data":"x"}"#,
        r#"{"result_code":"0000","enc_data":"","integrity_value":"x"}"#,
    ] {
        let read = SealedAnswer::read(missing.as_bytes());
        assert!(
            matches!(read, Err(Rejected::Garbage(Garbage::Field(_)))),
            "{missing}"
        );
    }
}

#[test]
fn a_code_is_known_in_each_form() {
    let read = |code: Value| {
        let reply = json!({"result_code": code, "enc_data": "a", "integrity_value": "b"});
        SealedAnswer::read(reply.to_string().as_bytes())
    };
    for success in [json!("0000"), json!(0), json!(" 0000"), json!("API_0000")] {
        assert!(read(success.clone()).is_ok(), "{success}");
    }
    for (sent, code) in [
        (json!(1007), "1007"),
        (json!("GW_1007"), "1007"),
        (json!("API_3032"), "3032"),
        (json!("3032\n"), "3032"),
        (json!("00000"), "00000"),
        (json!(""), ""),
        (json!("MODULE_9101"), "MODULE_9101"),
    ] {
        let Err(Rejected::Refusal(read, _)) = read(sent.clone()) else {
            panic!("{sent}");
        };
        assert_eq!(read.text(), code, "{sent}");
    }
}

/// An answer to the call for a window, with one value replaced.
async fn window_with(name: &str, value: Value) -> NiceError {
    let nice = IntegratedStub::start().await;
    let mut reply = json!({
        "result_code": "0000", "auth_url": format!("http://{}/ido", nice.address),
        "transaction_id": "t"
    });
    reply[name] = value;
    for _ in 0..3 {
        nice.queue(path::URL, Answer::body(reply.to_string()));
    }
    let client = IntegratedClient::new(nice.address);
    let error = client.try_window().await.unwrap_err();
    assert_eq!(nice.counts(), [1, 3, 0]);
    error
}

#[tokio::test]
async fn nobody_is_sent_to_a_host_that_is_not_listed() {
    for address in [
        "https://evil.example/ido",
        "https://auth.niceid.co.kr/ido",
        "http://127.0.0.1:1/ido",
        "javascript:alert(1)",
        "",
    ] {
        let error = window_with("auth_url", json!(address)).await;
        let what = match error {
            NiceError::Garbage { what, .. } => what,
            other => panic!("{other}"),
        };
        assert_eq!(what, Garbage::Window, "{address}");
    }
}

#[tokio::test]
async fn values_of_another_window_are_garbage() {
    for (name, value) in [
        ("request_no", json!("00000000000000000000")),
        ("transaction_id", json!(null)),
        ("transaction_id", json!("x".repeat(201))),
        ("auth_url", json!(null)),
    ] {
        let error = window_with(name, value).await;
        let NiceError::Garbage { what, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(
            what.to_string(),
            format!("{name} is missing or out of range")
        );
    }
}
