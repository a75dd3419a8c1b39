//! What common stacks send: no caller is refused because of their tools, and
//! every refusal names what was sent.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    app::{ISSUE, OPEN, start},
    live::{API_KEY, Live, Verification},
    told::Told,
};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

async fn told(request: RequestBuilder) -> Told {
    Told::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_form_begins_a_verification_as_json_does() {
    let live = Live::start(&[]).await;
    let form = "requestno=order-1&authtype=M&methodtype=post&receivedata=%ED%99%8D+a%26b&utm=1";
    let request = live.request("POST", ISSUE).header("content-type", FORM);
    let begun = told(request.body(form)).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    assert_eq!(begun.header("x-unknown-fields"), Some("utm"));
    let sealed = |answer: Value| {
        let verification = Verification::of(&live.nice, answer);
        verification.keys.open(verification.text("enc_data"))
    };
    let same = json!({
        "requestno": "order-1", "authtype": "M", "methodtype": "post", "receivedata": "홍 a&b"
    });
    let by_json = live.answer_to(&same.to_string()).await;
    assert_eq!(sealed(begun.json()), sealed(by_json));
    let request = live.request("POST", ISSUE).header("content-type", FORM);
    let twice = told(request.body("authtype=M&authtype=C")).await;
    assert_eq!(twice.status, 400);
    assert!(twice.body.contains("(authtype)"), "{}", twice.body);
    // In EUC-KR, as the forms of some pages are; NICE's window may be one.
    let request = live.request("POST", ISSUE).header("content-type", FORM);
    let request = request.header("accept-language", "en");
    let foreign = told(request.body("popupyn=Y&receivedata=%B0%A1")).await;
    assert_eq!(foreign.status, 400);
    assert!(foreign.body.contains("not in EUC-KR"), "{}", foreign.body);
    let callback = "/v1/member/verificationCallback";
    let request = live.request("POST", callback).header("content-type", FORM);
    assert_eq!(told(request.body("message=%B0%A1")).await.status, 200);
}

#[tokio::test]
async fn a_form_of_a_foreign_page_is_refused_before_a_token_is_taken() {
    let live = Live::start(&[
        ("CORS_ORIGINS", "https://shop.example"),
        ("TOKEN_POOL_MIN", "1"),
    ])
    .await;
    let form = |name: &'static str, value: &'static str| {
        let request = live.request("POST", ISSUE).header("content-type", FORM);
        told(request.header(name, value).body("authtype=M"))
    };
    for (name, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("origin", "https://shop.example", 200),
        ("sec-fetch-site", "same-origin", 200),
    ] {
        let answer = form(name, value).await;
        assert_eq!(answer.status, status, "{name}: {value}");
        if status == 403 {
            assert_eq!(answer.reason(), "ORIGIN_NOT_ALLOWED");
        }
    }
    let twice = live.request("POST", ISSUE).header("content-type", FORM);
    let twice = twice.header("sec-fetch-site", "same-origin");
    let twice = twice.header("sec-fetch-site", "cross-site");
    assert_eq!(told(twice.body("authtype=M")).await.status, 403);
}

#[tokio::test]
async fn a_type_that_is_not_read_is_named_with_what_to_send_instead() {
    let live = Live::start(&[]).await;
    for (kind, body, words) in [
        (
            Some("text/plain"),
            "{}",
            &["text/plain", "fetch", "curl", "jQuery", "PHP"][..],
        ),
        (
            Some("text/plain;charset=UTF-8"),
            "{}",
            &["text/plain", "fetch"],
        ),
        (
            Some(FORM),
            " \n{\"authtype\":\"M\"}",
            &[FORM, "is JSON", "curl", "jQuery"],
        ),
        (Some(FORM), "\u{feff}[1]", &["is JSON"]),
        (
            Some(FORM),
            "%7B%22authtype%22%3A%22M%22%7D=",
            &["is JSON", "fetch"],
        ),
        (Some(FORM), "%5b1%5d", &["is JSON"]),
        (Some("application/xml"), "<r/>", &["application/xml"]),
        (
            Some("multipart/form-data; boundary=x"),
            "--x--",
            &["multipart/form-data"],
        ),
        (None, "{}", &["no Content-Type"]),
        (Some(""), "{}", &["no Content-Type"]),
        (Some("a<b>\"c"), "{}", &["Content-Type is …"]),
    ] {
        let mut request = live.request("POST", ISSUE).header("accept-language", "en");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = told(request.body(body)).await;
        assert_eq!(answer.status, 415, "{kind:?}");
        assert_eq!(answer.reason(), "UNSUPPORTED_MEDIA_TYPE");
        for word in words {
            assert!(
                answer.json()["message"].as_str().unwrap().contains(word),
                "{kind:?}: {answer:?}"
            );
        }
    }
    let twice = live.request("POST", ISSUE).header("content-type", JSON);
    let twice = told(twice.header("content-type", FORM).body("{}")).await;
    assert_eq!(twice.status, 415);
}

#[tokio::test]
async fn only_a_coding_that_changes_the_body_is_refused_and_by_its_name() {
    let live = Live::start(&[]).await;
    for (coding, refused) in [
        ("identity", None),
        ("Identity", None),
        ("", None),
        ("UTF-8", None),
        ("utf8", None),
        ("euc-kr", None),
        ("identity, utf-8", None),
        ("MS949", None),
        ("cp949", None),
        ("x-windows-949", None),
        ("charset=UTF-8", None),
        ("gzip", Some("gzip")),
        ("BR", Some("BR")),
        ("deflate", Some("deflate")),
        ("identity, zstd", Some("zstd")),
        ("aws-chunked", Some("aws-chunked")),
        ("level=utf-8", Some("level=utf-8")),
    ] {
        for path in [ISSUE, OPEN] {
            let request = live.request("POST", path).header("x-api-key", API_KEY);
            let request = request
                .header("content-type", JSON)
                .header("accept-language", "en")
                .header("content-encoding", coding);
            let answer = told(request.body("{}")).await;
            match refused {
                Some(name) => {
                    assert_eq!(answer.status, 415, "{coding}");
                    let named = format!("Content-Encoding: {name} ");
                    assert!(answer.body.contains(&named), "{}", answer.body);
                }
                None => assert_ne!(answer.status, 415, "{coding}: {answer:?}"),
            }
        }
    }
}

/// Which no client's library lets us send.
#[tokio::test]
async fn a_transfer_coding_that_is_not_undone_is_named() {
    let live = Live::start(&[]).await;
    let address = live.service.url.strip_prefix("http://").unwrap();
    for (coding, words) in [
        ("gzip, chunked", "415 "),
        ("gzip, chunked", "Transfer-Encoding: gzip "),
        ("Chunked", "200 "),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "POST {ISSUE} HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\n\
             accept-language: en\r\ntransfer-encoding: {coding}\r\nconnection: close\r\n\r\n\
             2\r\n{{}}\r\n0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(words), "{coding}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_told_what_it_is() {
    let live = Live::start(&[]).await;
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf32 = |to_bytes: fn(u32) -> [u8; 4], mark: &str| -> Vec<u8> {
        let text = format!("{mark}{{}}");
        text.chars().map(u32::from).flat_map(to_bytes).collect()
    };
    for (body, words) in [
        (b"".to_vec(), "is empty"),
        (b" \r\n".to_vec(), "is empty"),
        (utf16.clone(), "UTF-16"),
        ([b"\xff\xfe".to_vec(), utf16].concat(), "UTF-16"),
        (utf32(u32::to_le_bytes, ""), "UTF-32"),
        (utf32(u32::to_be_bytes, ""), "UTF-32"),
        (utf32(u32::to_le_bytes, "\u{feff}"), "UTF-32"),
        (utf32(u32::to_be_bytes, "\u{feff}"), "UTF-32"),
        (
            b"{\"receivedata\":\"\xb0\xa1\"}".to_vec(),
            "not UTF-8 from byte 17",
        ),
        (b"authtype=M&popupyn=Y".to_vec(), "is a form"),
        (b"[object Object]".to_vec(), "JSON.stringify"),
        (b"[{}]".to_vec(), "JSON array"),
        (b"\"{}\"".to_vec(), "converted to JSON twice"),
        (b"{\"authtype\":\"M\",}".to_vec(), "line 1, column 17"),
        (b"{\"x\":1e999}".to_vec(), "a number that is too large"),
        (b"{\n'authtype':'M'}".to_vec(), "line 2, column 1"),
        (
            b"{\"authtype\":\"M\",\"authtype\":\"M\"}".to_vec(),
            "(authtype)",
        ),
        (b"<html></html>".to_vec(), "line 1, column 1"),
    ] {
        let request = live.request("POST", ISSUE).header("content-type", JSON);
        let answer = told(request.header("accept-language", "en").body(body.clone())).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains(words), "{body:?}: {}", answer.body);
    }
    for (kind, body) in [
        (JSON, "\u{feff}{\"authtype\":\"M\"}"),
        (JSON, "\u{feff}\u{feff}{\"authtype\":\"M\"}"),
        (FORM, "\u{feff}authtype=M"),
    ] {
        let request = live.request("POST", ISSUE).header("content-type", kind);
        assert_eq!(
            told(request.body(body)).await.status,
            200,
            "a mark in front of {kind}"
        );
    }
}

#[tokio::test]
async fn a_name_that_is_nearly_a_fields_is_refused_with_the_right_one() {
    let live = Live::start(&[]).await;
    let issue = async |body: Value| {
        let request = live.request("POST", ISSUE).header("content-type", JSON);
        told(
            request
                .header("accept-language", "en")
                .body(body.to_string()),
        )
        .await
    };
    for (sent, blamed, meant) in [
        ("returnUrl", "returnUrl", "returnurl"),
        ("return_url", "return_url", "returnurl"),
        ("RETURNURL", "RETURNURL", "returnurl"),
        ("mobileco", "mobileco", "mobilceco"),
        ("requestNo", "requestNo", "requestno"),
        ("recievedata", "recievedata", "receivedata"),
        ("popupYn", "popupYn", "popupyn"),
        ("auth-type", "auth-type", "authtype"),
    ] {
        let answer = issue(json!({sent: "M", "sitecode": "x"})).await;
        assert_eq!(answer.status, 400, "{sent}");
        let expected = json!([{
            "field": blamed, "message": format!("is not a field; did you mean {meant}?")
        }]);
        assert_eq!(answer.json()["errors"], expected, "{sent}");
    }
    // Names with invisible or lookalike characters are not repeated.
    for sent in [
        "returnurl ",
        "\u{a0}returnurl",
        "return\u{200b}url",
        "r\u{435}turnurl",
    ] {
        let answer = issue(json!({sent: "M"})).await;
        let expected = json!([{
            "field": "returnurl",
            "message": "has an invalid character in its name, such as a blank; \
                        send it as returnurl"
        }]);
        assert_eq!(answer.json()["errors"], expected, "{sent}");
    }
    // Nothing is lost by these.
    for passes in [
        json!({"returnUrl": null}),
        json!({"returnUrl": ""}),
        json!({"authType": "C", "authtype": "M"}),
        json!({"url": "x"}),
    ] {
        let answer = issue(passes.clone()).await;
        assert_eq!(answer.status, 200, "{passes}: {answer:?}");
    }
    let open =
        json!({"tokenVersionId": "x", "enc_data": "x", "integrity_value": "x", "reqno": "x"});
    let errors = live.open(&open).await.json()["errors"].clone();
    let fields: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["field"].clone())
        .collect();
    assert_eq!(
        fields,
        ["tokenVersionId", "reqno", "token_version_id", "reqNo"]
    );
}

#[tokio::test]
async fn other_unknown_names_are_reported_in_the_header_and_the_log() {
    let live = Live::start(&[]).await;
    let crowd: Vec<String> = (0..40).map(|number| format!("\"y{number}\":1")).collect();
    let many: Vec<String> = (0..12).map(|number| format!("\"x{number}\":1")).collect();
    for (body, reported) in [
        (
            r#"{"foo":1,"bar.baz":null,"utm_source":"x"}"#.to_owned(),
            "foo, bar.baz, utm_source",
        ),
        (r#"{"홍길동":1,"a b":2,"foo":3}"#.to_owned(), "foo, 2 more"),
        (
            format!("{{{}}}", many.join(",")),
            "x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, 2 more",
        ),
        (r#"{"foo":1,"authtype":"?"}"#.to_owned(), "foo"),
        // Names beyond the first 32 are not compared, but counted.
        (
            format!("{{{},\"returnUrl\":\"x\"}}", crowd.join(",")),
            "y0, y1, y2, y3, y4, y5, y6, y7, y8, y9, 31 more",
        ),
    ] {
        let request = live.request("POST", ISSUE).header("content-type", JSON);
        let answer = request
            .header("x-request-id", "unknown")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["x-unknown-fields"], reported);
    }
    let logged = live.line("unknown").await;
    assert_eq!(logged["unknown_fields"], "foo, bar.baz, utm_source");
    let plain = live.issue(r#"{"authtype":"M"}"#).await;
    assert!(!plain.headers().contains_key("x-unknown-fields"));
}

#[tokio::test]
async fn a_path_that_is_nearly_right_is_told_the_right_one() {
    let live = Live::start(&[]).await;
    for (sent, near) in [
        ("/v1/member/getOAuthToken/", ISSUE),
        ("//v1//member/getoauthtoken", ISSUE),
        ("/v1%2Fmember%2FgetVerificationResult", OPEN),
        (
            "/api/member/V1/member/getOAuthToken",
            "/api/member/v1/member/getOAuthToken",
        ),
    ] {
        let request = live.request("POST", sent).header("accept-language", "en");
        let answer = told(request.header("x-request-id", sent.replace(['/', '%'], "."))).await;
        assert_eq!(answer.status, 404);
        let message = answer.json()["message"].clone();
        assert_eq!(
            message,
            format!("There is no such path: {sent}. Did you mean {near}?")
        );
        let logged = live.line(&sent.replace(['/', '%'], ".")).await;
        assert_eq!(logged["path"], format!("near {near}"));
    }
    let scanner = live
        .request("GET", "/wp-login.php")
        .header("x-request-id", "scanner");
    assert_eq!(told(scanner).await.status, 404);
    assert_eq!(live.line("scanner").await["path"], "unmatched");
}

#[tokio::test]
async fn every_json_answer_says_its_charset() {
    let app = start().await;
    for request in [
        app.request("POST", ISSUE)
            .header("content-type", JSON)
            .body("{}"),
        app.request("POST", ISSUE),
        app.request("GET", "/nowhere"),
        app.request("GET", "/health/live"),
        app.request("GET", "/health/ready"),
        app.request("GET", "/openapi.json"),
        app.request("GET", "/openapi-3.0.json"),
        app.request("GET", "/openapi-contract.json"),
        app.request("GET", "/docs/openapi.json"),
    ] {
        let answer = request.send().await.unwrap();
        let kind = &answer.headers()["content-type"];
        assert_eq!(kind, "application/json; charset=utf-8", "{}", answer.url());
    }
}

#[tokio::test]
async fn what_cp949_can_not_carry_is_refused_on_receivedata() {
    let live = Live::start(&[]).await;
    for (text, words) in [
        ("주문 😀", "(U+1F600), which is not in CP949"),
        ("caf\u{e9}", "(U+00E9)"),
        ("\u{a0}", "U+00A0"),
        ("₩1,000", "(U+20A9)"),
        ("\u{1112}\u{1169}\u{11bc}", "(U+1112), decomposed Hangul"),
        ("a\u{301}", "U+0301"),
        ("日本\u{3400}", "(U+3400)"),
        (&"가".repeat(501), "at most 1000 bytes in CP949"),
        (&"a".repeat(1001), "at most 1000 characters"),
    ] {
        let request = live.request("POST", ISSUE).header("content-type", JSON);
        let body = json!({"receivedata": text}).to_string();
        let answer = told(request.header("accept-language", "en").body(body)).await;
        assert_eq!(answer.status, 400, "{text}");
        let error = &answer.json()["errors"][0];
        assert_eq!(error["field"], "receivedata");
        assert!(
            error["message"].as_str().unwrap().contains(words),
            "{error}"
        );
    }
    for text in [
        "€ “홍길동” 똠방각하 漢字 ア",
        "a\r\nb\t",
        &"가".repeat(500),
        &"a".repeat(1000),
    ] {
        let begun = live.issue(json!({"receivedata": text}).to_string()).await;
        assert_eq!(begun.status(), 200, "{text}");
    }
}

#[tokio::test]
async fn another_carrier_is_told_to_leave_the_field_out() {
    let live = Live::start(&[]).await;
    let request = live.request("POST", ISSUE).header("content-type", JSON);
    let answer = told(request.body(r#"{"mobilceco":"SKM"}"#)).await;
    assert!(answer.body.contains("알뜰폰"), "{}", answer.body);
}
