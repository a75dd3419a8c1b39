//! A result, opened once, and everything else refused.

use encoding_rs::EUC_KR;
use member_verification::{
    crypto::{self, KeySet, Sealed},
    nice::path,
};
use reqwest::Response;
use serde_json::{Value, json};

use crate::{
    support::app::{API_KEY, OPEN, TestApp, check_envelope, json, start, start_with},
    support::nice_stub::{NiceStub, SITE_CODE, TOKEN_VAL},
    support::redis::Redis,
};

/// A verification under way, seen from NICE's side.
pub(crate) struct Session {
    pub(crate) answer: Value,
    keys: KeySet,
}

impl Session {
    pub(crate) async fn begin(app: &TestApp, request: &Value) -> Self {
        let answer = json(app.issue(request.to_string()).await).await;
        let id = answer["token_version_id"].as_str().unwrap();
        let index: usize = id.strip_prefix("TEST-").unwrap().parse().unwrap();
        let call = app.nice.calls(path::CRYPTO_TOKEN)[index - 1].clone();
        Self {
            keys: KeySet::derive(&call.field("req_dtim"), &call.field("req_no"), TOKEN_VAL),
            answer,
        }
    }

    fn text(&self, name: &str) -> &str {
        self.answer[name].as_str().unwrap()
    }

    /// A good result, with some fields replaced; null removes one.
    pub(crate) fn result(&self, changes: &Value) -> Value {
        let mut result = json!({
            "resultcode": "0000", "requestno": self.text("reqNo"), "enctime": "20260115010300",
            "sitecode": SITE_CODE, "responseno": "N0000000000000000000001", "authtype": "M",
            "name": "홍길동", "utf8_name": "%ED%99%8D%EA%B8%B8%EB%8F%99", "birthdate": "19900101",
            "gender": "1", "nationalinfo": "0", "mobileco": "1", "mobileno": "01000000000",
            "ci": "C".repeat(88), "di": "D".repeat(64), "businessno": "", "receivedata": ""
        });
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                result.as_object_mut().unwrap().remove(name);
            } else {
                result[name] = value.clone();
            }
        }
        result
    }

    pub(crate) fn seal(&self, result: &Value) -> Sealed {
        crypto::seal(&self.keys, &EUC_KR.encode(&result.to_string()).0)
    }

    pub(crate) fn call(&self, sealed: &Sealed) -> Value {
        json!({
            "token_version_id": self.text("token_version_id"), "enc_data": sealed.enc_data,
            "integrity_value": sealed.integrity_value, "reqNo": self.text("reqNo")
        })
    }
}

pub(crate) async fn open(app: &TestApp, call: &Value) -> Response {
    app.request("POST", OPEN)
        .header("content-type", "application/json")
        .header("x-api-key", API_KEY)
        .body(call.to_string())
        .send()
        .await
        .unwrap()
}

pub(crate) async fn check_refused(app: &TestApp, call: &Value, expected: (u16, &str)) -> Value {
    let response = open(app, call).await;
    let status = response.status();
    let body = json(response).await;
    check_envelope(status, &body, expected);
    body
}

const REJECTED: (u16, &str) = (400, "RESULT_REJECTED");
pub(crate) const USED: (u16, &str) = (409, "RESULT_ALREADY_USED");
pub(crate) const MISSING: (u16, &str) = (404, "SESSION_NOT_FOUND");

#[tokio::test]
async fn a_genuine_result_opens_once() {
    let app = start().await;
    let session = Session::begin(&app, &json!({"requestno": "order-1"})).await;
    let result = session.result(&json!({"receivedata": "state=42"}));
    let call = session.call(&session.seal(&result));
    let response = open(&app, &call).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body = json(response).await;
    assert_eq!(
        body,
        json!({
            "reqNo": "order-1", "responseno": "N0000000000000000000001",
            "enctime": "20260115010300", "sitecode": SITE_CODE, "authtype": "M",
            "name": "홍길동", "birthdate": "19900101", "gender": "1", "nationalinfo": "0",
            "mobileco": "1", "mobileno": "01000000000", "ci": "C".repeat(88),
            "di": "D".repeat(64), "receivedata": "state=42",
            "age": {"years": 36, "over14": true, "over19": true, "youthProtectionAdult": true}
        })
    );
    check_refused(&app, &call, USED).await;
}

#[tokio::test]
async fn a_form_opens_it_too_and_spaces_count_as_plus() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let sealed = (0..64)
        .map(|number| session.seal(&session.result(&json!({"receivedata": number.to_string()}))))
        .find(|sealed| sealed.enc_data.contains('+') && sealed.integrity_value.contains('+'))
        .unwrap();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token_version_id", session.text("token_version_id"))
        .append_pair("enc_data", &sealed.enc_data.replace('+', " "))
        .append_pair("integrity_value", &sealed.integrity_value.replace('+', " "))
        .append_pair("reqNo", session.text("reqNo"))
        .finish();
    let request = app.request("POST", OPEN).header("x-api-key", API_KEY);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.body(form).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn names_beyond_euc_kr_and_beyond_cp949_arrive_whole() {
    let app = start().await;
    for (name, utf8_name, expected) in [
        ("김펲", json!(null), "김펲"),
        ("김펲", json!("%EA%B9%80%ED%8E%B2"), "김펲"),
        ("?", json!("%F0%A0%AE%B7+A"), "𠮷 A"),
        ("JOHN SMITH", json!("JOHN+SMITH"), "JOHN SMITH"),
        ("홍길동", json!("%FF"), "홍길동"),
    ] {
        let session = Session::begin(&app, &json!({})).await;
        let result = session.result(&json!({"name": name, "utf8_name": utf8_name}));
        let body = json(open(&app, &session.call(&session.seal(&result))).await).await;
        assert_eq!(body["name"], expected, "{body}");
    }
}

#[tokio::test]
async fn what_is_not_this_sessions_result_is_rejected_and_burns_nothing() {
    let app = start().await;
    let session = Session::begin(&app, &json!({"requestno": "mine"})).await;
    let other = Session::begin(&app, &json!({"requestno": "theirs"})).await;
    let good = session.seal(&session.result(&json!({})));
    let rejected = [
        // The request's own values, handed back.
        session.call(&Sealed {
            enc_data: session.text("enc_data").to_owned(),
            integrity_value: session.text("integrity_value").to_owned(),
        }),
        // A genuine result of another session.
        session.call(&other.seal(&other.result(&json!({})))),
        // A genuine result, opened in another caller's name.
        {
            let mut call = session.call(&good);
            call["reqNo"] = "theirs".into();
            call
        },
        session.call(&session.seal(&session.result(&json!({"requestno": "theirs"})))),
        session.call(&session.seal(&session.result(&json!({"sitecode": "OTHERSITE"})))),
        session.call(&session.seal(&session.result(&json!({"resultcode": null})))),
        session.call(&session.seal(&session.result(&json!({"responseno": null})))),
        session.call(&session.seal(&session.result(&json!({"responseno": "x".repeat(25)})))),
        session.call(&session.seal(&session.result(&json!({"enctime": "2026"})))),
        session.call(&session.seal(&session.result(&json!({"birthdate": "1990-1-1"})))),
        session.call(&session.seal(&session.result(&json!({"name": "", "utf8_name": ""})))),
        session.call(&session.seal(&session.result(&json!({"name": "\0", "utf8_name": "a%00b"})))),
        session.call(&crypto::seal(&session.keys, b"not json")),
        session.call(&crypto::seal(&session.keys, b"\xff\xff")),
        session.call(&crypto::seal(&session.keys, "{\"name\":\"홍\"}".as_bytes())),
    ];
    let mut told = Vec::new();
    for call in &rejected {
        let mut body = check_refused(&app, call, REJECTED).await;
        body["payload"]["requestId"] = "".into();
        told.push(body);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "one and the same answer for each");
    assert_eq!(open(&app, &session.call(&good)).await.status(), 200);
}

#[tokio::test]
async fn a_failed_verification_says_so_and_is_not_consumed() {
    let app = start().await;
    let session = Session::begin(&app, &json!({})).await;
    let failed = session.call(&session.seal(&session.result(&json!({"resultcode": "0031"}))));
    let body = check_refused(&app, &failed, (422, "VERIFICATION_FAILED")).await;
    assert_eq!(body["payload"]["resultcode"], "0031");
    let good = session.call(&session.seal(&session.result(&json!({}))));
    assert_eq!(open(&app, &good).await.status(), 200);
}

#[tokio::test]
async fn an_unknown_session_is_not_found() {
    let app = start().await;
    let call = json!({
        "token_version_id": "unknown", "enc_data": "A", "integrity_value": "A", "reqNo": "A"
    });
    check_refused(&app, &call, MISSING).await;
}

#[tokio::test]
async fn missing_and_faulty_fields_are_named() {
    let app = start().await;
    let body = check_refused(
        &app,
        &json!({"enc_data": "", "integrity_value": 1, "reqNo": null}),
        (400, "INVALID_REQUEST"),
    )
    .await;
    let named: Vec<&str> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        named,
        ["token_version_id", "enc_data", "integrity_value", "reqNo"]
    );
}

#[tokio::test]
async fn without_a_key_in_the_settings_nobody_opens() {
    let closed = start_with(NiceStub::start().await, |setup| {
        setup.service.result_access = None;
    })
    .await;
    let response = open(&closed, &json!({})).await;
    let status = response.status();
    check_envelope(status, &json(response).await, (401, "UNAUTHORIZED"));
}

#[tokio::test]
async fn it_is_not_for_browsers() {
    let app = start().await;
    let preflight = app
        .request("OPTIONS", OPEN)
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST");
    let response = preflight.send().await.unwrap();
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-origin")
    );
    assert_eq!(response.status(), 405);
}

#[tokio::test]
async fn when_sessions_are_full_issuing_is_overloaded_and_takes_no_token() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.service.session_max = 2;
    })
    .await;
    for _ in 0..2 {
        assert_eq!(app.issue("{}").await.status(), 200);
    }
    let before = app.nice.calls(path::CRYPTO_TOKEN).len();
    for _ in 0..5 {
        let response = app.issue("{}").await;
        let status = response.status();
        check_envelope(status, &json(response).await, (503, "OVERLOADED"));
    }
    assert!(app.nice.calls(path::CRYPTO_TOKEN).len() <= before + 1);
}

/// How a genuine result is answered, and the sessions that Redis has then.
async fn kept(has_key: bool) -> (u16, Vec<String>) {
    let redis = Redis::start();
    let app = start_with(NiceStub::start().await, |setup| {
        setup.service.redis = Some(redis.config());
        if !has_key {
            setup.service.result_access = None;
        }
    })
    .await;
    let session = Session::begin(&app, &json!({})).await;
    let sealed = session.seal(&session.result(&json!({})));
    let response = open(&app, &session.call(&sealed)).await;
    let keys = redis.keys().await;
    let is_session = |key: &String| key.starts_with("mv:s:");
    (
        response.status().as_u16(),
        keys.into_iter().filter(is_session).collect(),
    )
}

#[tokio::test]
async fn without_a_key_nothing_is_opened_and_no_session_is_kept() {
    let (status, sessions) = kept(true).await;
    assert_eq!((status, sessions.len()), (200, 1));
    assert_eq!(kept(false).await, (401, vec![]));
}

#[tokio::test]
async fn the_callback_page_keeps_to_its_policy() {
    let app = start().await;
    let page = "/v1/member/verificationCallback?token_version_id=T&enc_data=E&integrity_value=I";
    for path in [page.to_owned(), format!("/api/member{page}")] {
        let response = app.request("GET", &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|v| v.to_str().unwrap().to_owned())
        };
        let policy = header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("cross-origin-opener-policy"), None);
        assert_eq!(header("referrer-policy").unwrap(), "no-referrer");
        assert_eq!(header("cache-control").unwrap(), "no-store");
        let html = response.text().await.unwrap();
        assert!(html.contains("src=\"callback.js\"") && !html.contains("<script>"));
        assert!(
            !html.contains("=T") && !html.contains("\"E\""),
            "nothing of the query: {html}"
        );
    }
    for file in ["callback.js", "callback.css"] {
        let response = app
            .request("GET", &format!("/v1/member/{file}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{file}");
    }
}

#[tokio::test]
async fn posted_values_are_put_into_the_callback_page_escaped() {
    let app = start().await;
    let request = app
        .request("POST", "/v1/member/verificationCallback")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("token_version_id=T1&enc_data=a%2Bb%3D&integrity_value=%22%3E%3Cscript%3E");
    let html = request.send().await.unwrap().text().await.unwrap();
    assert!(
        html.contains(r#"data-token-version-id="T1" data-enc-data="a+b=""#),
        "{html}"
    );
    assert!(
        html.contains(r#"data-integrity-value="&quot;&gt;&lt;script&gt;""#),
        "{html}"
    );
}
