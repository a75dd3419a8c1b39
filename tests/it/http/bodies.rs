//! Bodies that are too long, too deep, or that two parsers would read
//! differently; and that none of them costs a token.

use member_verification::nice::path;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::app::{ISSUE, OPEN};
use crate::{
    support::live::{API_KEY, Live},
    support::told::Told,
};

#[tokio::test]
async fn a_refused_request_costs_no_token() {
    let live = Live::start(&[("TOKEN_POOL_MIN", "1"), ("TOKEN_POOL_MAX", "1")]).await;
    assert_eq!(live.issue("{}").await.status(), 200);
    let before = live.nice.calls(path::CRYPTO_TOKEN).len();
    for _ in 0..50 {
        assert_eq!(live.issue("{").await.status(), 400);
        assert_eq!(live.issue(r#"{"authtype":"?"}"#).await.status(), 400);
        assert_eq!(live.open(&json!({})).await.status, 400);
    }
    // The token that the pool keeps ready may still have been on its way.
    let calls = live.nice.calls(path::CRYPTO_TOKEN).len();
    assert!(calls <= before + 1, "{before}, then {calls}");
}

/// JSON that is one thing to one parser and another to the next.
fn unsound() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str, times| {
        format!(r#"{{"x":{}0{}}}"#, open.repeat(times), close.repeat(times))
    };
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "}",
        "{}{}",
        "{},",
        "[]",
        "null",
        "\"{}\"",
        "{'requestno':'a'}",
        "{requestno:\"a\"}",
        r#"{"requestno":"a",}"#,
        r#"{"requestno":"a"} // more"#,
        r#"{"requestno":"a","requestno":"b"}"#,
        r#"{"requestno":"a","\u0072equestno":"b"}"#,
        r#"{"x":1,"x":1}"#,
        r#"{"x":{"y":1,"y":2}}"#,
        r#"{"x":[{"y":1,"y":2}]}"#,
        "{\"receivedata\":\"a\u{0}b\"}",
        r#"{"x":"\u0000"}"#,
        r#"{"\u0000":"x"}"#,
        r#"{"receivedata":"\ud800"}"#,
        r#"{"receivedata":"\udc00\ud800"}"#,
        r#"{"x":["\ud83d"]}"#,
        r#"{"receivedata":"\x41"}"#,
        r#"{"receivedata":"\u00"}"#,
        "{\"receivedata\":\"a\nb\"}",
        r#"{"x":NaN}"#,
        r#"{"x":01}"#,
        r#"{"x":+1}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    bodies.push(deep("[", "]", 32).into());
    bodies.push(deep("{\"y\":", "}", 32).into());
    bodies.push(deep("[", "]", 30_000).into());
    bodies.push(b"{\"receivedata\":\"\xff\"}".into());
    bodies.push(b"{\"receivedata\":\"\xc0\x80\"}".into());
    bodies.push(b"{\"receivedata\":\"\xed\xa0\x80\"}".into());
    bodies.push(b"\xff\xfe{\0}\0".into());
    bodies
}

#[tokio::test]
async fn unsound_json_is_refused_in_the_envelope() {
    let live = Live::start(&[]).await;
    for body in unsound() {
        for path in [ISSUE, OPEN] {
            let request = live.request("POST", path).header("x-api-key", API_KEY);
            let request = request.header("content-type", "application/json");
            let told = Told::of(request.body(body.clone()).send().await.unwrap()).await;
            let what = String::from_utf8_lossy(&body)
                .chars()
                .take(60)
                .collect::<String>();
            assert_eq!(told.status, 400, "{path} {what:?}: {told:?}");
            assert_eq!(told.reason(), "INVALID_REQUEST", "{path} {what:?}");
            assert_eq!(told.json()["errors"], json!([]), "{path} {what:?}");
        }
    }
}

/// Sends so many KiB of blanks without saying how many; the answer.
async fn chunked(live: &Live, kib: usize) -> String {
    let address = live.service.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut back, mut out) = stream.split();
    let sending = async {
        let head = format!(
            "POST {ISSUE} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        );
        let _ = out.write_all(head.as_bytes()).await;
        let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
        for _ in 0..kib {
            if out.write_all(chunk.as_bytes()).await.is_err() {
                return;
            }
        }
        let _ = out.write_all(b"0\r\n\r\n").await;
    };
    let mut answer = Vec::new();
    let reading = back.read_to_end(&mut answer);
    let ((), _) = tokio::join!(sending, reading);
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_without_a_length_has_a_limit_and_unknown_fields_are_ignored() {
    let live = Live::start(&[]).await;
    let issue = async |body: String| Told::of(live.issue(body).await).await;
    // Without a length it is counted as it comes.
    let answer = chunked(&live, 1024).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("BODY_TOO_LARGE"), "{answer}");

    // What nobody knows is left alone, but still has to be sound.
    let unknown = json!({"__proto__": {"isAdmin": true}, "constructor": [1.5e300, null]});
    assert_eq!(issue(unknown.to_string()).await.status, 200);
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(31), "]".repeat(31));
    assert_eq!(issue(deep).await.status, 200);
}

#[tokio::test]
async fn a_form_is_held_to_the_same_rules() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let call = verification.genuine_call();
    let form = |more: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in call.as_object().unwrap() {
            form.append_pair(name, value.as_str().unwrap());
        }
        form.finish() + more
    };
    let open = async |body: String| {
        let request = live.request("POST", OPEN).header("x-api-key", API_KEY);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Told::of(request.body(body).send().await.unwrap()).await
    };
    for more in [
        "&reqNo=another",
        "&enc_data=",
        "&%72eqNo=another",
        "&token_version_id=x",
    ] {
        let told = open(form(more)).await;
        assert_eq!(told.reason(), "INVALID_REQUEST", "{more}: {told:?}");
    }
    let told = open(form("").replace("reqNo=", "reqNo=%00")).await;
    assert_eq!(told.reason(), "INVALID_REQUEST", "{told:?}");
    let told = open(form("&x=") + &"x".repeat(64 * 1024)).await;
    assert_eq!(told.reason(), "BODY_TOO_LARGE");
    assert_eq!(open(String::new()).await.reason(), "INVALID_REQUEST");
    assert_eq!(open(form("&unknown=1&unknown=2")).await.status, 200);
}

#[tokio::test]
async fn a_result_with_ten_thousand_characters_of_receivedata_opens() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let mut result = verification.result();
    // NICE's word, not the caller's: it comes back as NICE sends it.
    result["receivedata"] = "가".repeat(10_000).into();
    let sealed = verification.keys.seal_text(&result.to_string());
    let told = live.open(&verification.call(&sealed)).await;
    assert_eq!(told.status, 200);
    assert_eq!(told.json()["receivedata"], result["receivedata"]);
}
