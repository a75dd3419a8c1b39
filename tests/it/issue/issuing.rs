//! The contract's call, answered.

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::{
    crypto::{self, KeySet},
    nice::path,
};
use serde_json::{Value, json};

use crate::{
    support::app::{ISSUE, OPEN, RETURN_URL, TestApp, json, start, start_with},
    support::nice_stub::{ACCESS_TOKEN, Answer, Call, NiceStub, SITE_CODE, TOKEN_VAL},
    support::parallel::until,
};

/// The key set of the token that an answer was sealed with.
fn keys(app: &TestApp, answer: &Value) -> KeySet {
    let id = answer["token_version_id"].as_str().unwrap();
    let index: usize = id.strip_prefix("TEST-").unwrap().parse().unwrap();
    let call: Call = app.nice.calls(path::CRYPTO_TOKEN)[index - 1].clone();
    KeySet::derive(&call.field("req_dtim"), &call.field("req_no"), TOKEN_VAL)
}

/// The text that was sealed, after its integrity value was checked.
fn sealed_text(app: &TestApp, answer: &Value) -> String {
    let text = |name: &str| answer[name].as_str().unwrap();
    let opened = crypto::open(
        &keys(app, answer),
        text("enc_data"),
        text("integrity_value"),
    )
    .unwrap();
    String::from_utf8(opened.to_vec()).unwrap()
}

#[tokio::test]
async fn an_answer_holds_the_six_fields_of_the_contract() {
    let app = start().await;
    let response = app.issue(r#"{"requestno":"my-number.1"}"#).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["x-nice-window-url"],
        "https://window.example/cb"
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    let answer = json(response).await;
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "token_version_id",
            "enc_data",
            "integrity_value",
            "iv",
            "key",
            "reqNo"
        ]
    );
    assert_eq!(answer["key"], keys(&app, &answer).key_text());
    assert_eq!(answer["iv"], keys(&app, &answer).iv_text());
    assert_eq!(answer["reqNo"], "my-number.1");
    assert_eq!(
        sealed_text(&app, &answer),
        format!(
            r#"{{"requestno":"my-number.1","returnurl":"{RETURN_URL}","sitecode":"{SITE_CODE}","methodtype":"get"}}"#
        )
    );
}

#[tokio::test]
async fn every_field_is_sealed_in_ascii_with_the_requestno_first() {
    let app = start().await;
    let request = json!({
        "receivedata": "상태=\"4\\2\" \u{1}\u{1f}\u{7f} €", "popupyn": "Y", "methodtype": "POST",
        "mobilceco": "K", "authtype": "M", "sitecode": "SOMETHINGELSE", "returnurl": RETURN_URL,
        "requestno": "AZaz09._:-", "ignored": {"deeply": ["so"]}
    });
    let answer = json(app.issue(request.to_string()).await).await;
    let text = sealed_text(&app, &answer);
    assert!(text.is_ascii(), "{text}");
    assert!(text.starts_with(r#"{"requestno":"AZaz09._:-","#), "{text}");
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap(),
        json!({
            "requestno": "AZaz09._:-", "returnurl": RETURN_URL, "sitecode": SITE_CODE,
            "authtype": "M", "mobilceco": "K", "methodtype": "post", "popupyn": "Y",
            "receivedata": request["receivedata"]
        })
    );
}

#[tokio::test]
async fn null_and_empty_count_as_absent() {
    let app = start().await;
    let bare = json(app.issue("{}").await).await;
    let empty = json(
        app.issue(
            r#"{"requestno":"","returnurl":null,"sitecode":"","authtype":null,"mobilceco":"",
                "methodtype":"","popupyn":null,"receivedata":""}"#,
        )
        .await,
    )
    .await;
    let without_number = |text: String| text.split_once(',').unwrap().1.to_owned();
    assert_eq!(
        without_number(sealed_text(&app, &bare)),
        without_number(sealed_text(&app, &empty))
    );
}

/// All but the probes.
#[tokio::test]
async fn each_call_answers_under_the_base_path_too() {
    let app = start().await;
    let status = async |method: &str, path: &str| {
        let request = app.request(method, path).body("{}");
        let request = request.header("content-type", "application/json; charset=utf-8");
        request.send().await.unwrap().status().as_u16()
    };
    for (method, path, bare) in [
        ("POST", ISSUE, 200),
        ("POST", OPEN, 401),
        ("POST", "/v1/member/getVerificationStatus", 401),
        ("GET", "/v1/member/verificationCallback", 200),
        ("POST", "/v1/member/verificationCallback", 415),
    ] {
        assert_eq!(status(method, path).await, bare, "{method} {path}");
        let based = format!("/api/member{path}");
        assert_eq!(status(method, &based).await, bare, "{method} {based}");
    }
    for probe in ["/health/live", "/health/ready"] {
        assert_eq!(status("GET", &format!("/api/member{probe}")).await, 404);
    }
}

#[tokio::test]
async fn a_request_that_finds_a_ready_token_waits_for_no_call_to_nice() {
    let app = start().await;
    app.issue("{}").await;
    until(|| app.app.tokens.as_ref().unwrap().status().ready > 0).await;
    let (_institution, _crypto) = (app.nice.stall_at(path::INSTITUTION_TOKEN), app.nice.stall());
    assert_eq!(app.issue("{}").await.status(), 200);
}

/// An outage of NICE must not take the instances away.
#[tokio::test]
async fn an_instance_is_ready_once_its_first_fetch_has_ended_well_or_badly() {
    for answer in [None, Some(Answer::gateway("1702"))] {
        let nice = NiceStub::start().await;
        if let Some(answer) = answer {
            nice.always_crypto(answer);
        }
        let gate = nice.stall();
        let app = start_with(nice, |_| {}).await;
        let ready = async || {
            let answer = app.request("GET", "/health/ready").send().await;
            answer.unwrap().status().as_u16()
        };
        assert_eq!(ready().await, 503);
        gate.close();
        while ready().await != 200 {}
    }
}

#[tokio::test]
async fn nice_is_asked_as_its_guide_says() {
    let app = start().await;
    app.issue("{}").await;
    let institution = &app.nice.calls(path::INSTITUTION_TOKEN)[0];
    assert_eq!(
        institution.header("authorization"),
        format!("Basic {}", STANDARD.encode("client:secret"))
    );
    assert_eq!(
        institution.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        institution.body,
        "grant_type=client_credentials&scope=default"
    );

    let crypto = &app.nice.calls(path::CRYPTO_TOKEN)[0];
    let seconds = app.clock.now().as_second();
    assert_eq!(
        crypto.header("authorization"),
        format!(
            "bearer {}",
            STANDARD.encode(format!("{ACCESS_TOKEN}:{seconds}:client"))
        )
    );
    assert_eq!(crypto.header("productid"), "2101979031");
    assert_eq!(crypto.header("client_id"), "client");
    assert_eq!(crypto.header("content-type"), "application/json");
    let body: Value = serde_json::from_str(&crypto.body).unwrap();
    assert_eq!(
        body,
        json!({
            "dataHeader": {"CNTY_CD": "ko"},
            "dataBody": {
                // Korean time, whatever the zone of the machine.
                "req_dtim": "20260115010203", "req_no": crypto.field("req_no"), "enc_mode": "1"
            }
        })
    );
}
