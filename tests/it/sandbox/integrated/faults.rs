//! Faults on demand, for each of the three calls.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::client::{Begun, Nice, Token, good, nice, refusal};
use crate::support::told::Told;

const CALLS: [&str; 3] = ["access_token", "auth_url", "auth_result"];

/// Every code of NICE's list but success, written down here once more.
const CODES: &str = "1001 1002 1003 1004 1006 1007 1008 1009 1010 1011 1012 1013 1014 2001 2002 \
    2003 2999 3001 3002 3003 3011 3012 3013 3014 3021 3022 3023 3024 3025 3026 3027 3028 3029 \
    3031 3032 3033 3041 3042 3043 3044 3045 3046";

async fn on(nice: &Nice, call: &str, fault: &str) {
    nice.switch_on(json!([{"call": call, "fault": fault, "times": 1}]))
        .await;
}

async fn verified(nice: &Nice) -> (Token, Begun, String) {
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let web = nice.verify(&begun, "").await;
    (token, begun, web)
}

/// The result under this fault.
async fn result_with(nice: &Nice, fault: &str) -> (Token, Begun, Told) {
    let (token, begun, web) = verified(nice).await;
    on(nice, "auth_result", fault).await;
    let told = nice.result(&token, &begun, &web).await;
    (token, begun, told)
}

async fn person_with(nice: &Nice, fault: &str) -> Value {
    let (token, begun, told) = result_with(nice, fault).await;
    token.opened(&begun, &good(&told)).unwrap()
}

async fn call(nice: &Nice, token: &Token, call: &str) -> Told {
    match call {
        "access_token" => nice.call("token", &nice.basic(), &Nice::token_body()).await,
        "auth_url" => nice.url(token, json!({})).await,
        _ => {
            let body = json!({"web_transaction_id": "x", "transaction_id": "x", "request_no": "x"});
            nice.call("result", &token.bearer(), &body).await
        }
    }
}

#[tokio::test]
async fn each_code_comes_with_its_status_from_each_call() {
    let nice = nice().await;
    let token = nice.token().await;
    for code in CODES.split_whitespace() {
        let status = match code.as_bytes()[0] {
            _ if code == "1014" => 500,
            b'1' => 400,
            b'2' => 500,
            _ => 200,
        };
        let name = format!("code_{code}");
        for one in CALLS {
            on(&nice, one, &name).await;
            let told = call(&nice, &token, one).await;
            assert_eq!(refusal(&told), (code.into(), status, name.clone()), "{one}");
            assert!(!told.json()["result_message"].as_str().unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn the_catalogue_is_known_here() {
    let nice = nice().await;
    let listed = nice
        .http
        .get(format!("{}/sandbox/api/faults", nice.base_url));
    let listed: Value =
        serde_json::from_str(&listed.send().await.unwrap().text().await.unwrap()).unwrap();
    let newer: HashSet<String> = listed["catalogue"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| {
            let calls = entry["call"].as_array().unwrap();
            calls
                .iter()
                .all(|call| CALLS.contains(&call.as_str().unwrap()))
        })
        .map(|entry| entry["name"].as_str().unwrap().to_owned())
        .collect();
    let expected: HashSet<String> = CODES
        .split_whitespace()
        .map(|code| format!("code_{code}"))
        .chain(
            "access_token_expired ticket_rotated ticket_of_url integrity_over_all integrity_wrong \
             answer_lost ci_absent mobile_co_unknown extra_fields numbers_for_strings \
             request_no_reuse_taken ends_as_text ends_in_seconds ends_relative ends_absent \
             iterators_as_text iterators_zero iterators_too_many ticket_empty auth_url_elsewhere \
             auth_url_plain auth_url_script transaction_id_too_long enc_data_short"
                .split_whitespace()
                .map(str::to_owned),
        )
        .collect();
    assert_eq!(newer, expected);
}

#[tokio::test]
async fn what_stands_in_between_answers_html() {
    let nice = nice().await;
    let token = nice.token().await;
    for one in CALLS {
        on(&nice, one, "http_502").await;
        let told = call(&nice, &token, one).await;
        assert_eq!(
            (told.status, told.header("x-sandbox-fault")),
            (502, Some("http_502"))
        );
        assert!(
            told.header("content-type")
                .unwrap()
                .starts_with("text/html")
        );
        on(&nice, one, "missing_field").await;
        call(&nice, &token, one).await;
    }
    on(&nice, "access_token", "missing_field").await;
    let told = call(&nice, &token, "access_token").await;
    assert!(good(&told).get("access_token").is_none() && good(&told).get("ticket").is_some());
}

#[tokio::test]
async fn a_token_that_ends_early_is_1003_and_others_live_on() {
    let nice = nice().await;
    let (token, other) = (nice.token().await, nice.token().await);
    on(&nice, "auth_url", "access_token_expired").await;
    for _ in 0..2 {
        let told = nice.url(&token, json!({})).await;
        let (code, status, _) = refusal(&told);
        assert_eq!((code.as_str(), status), ("1003", 400));
    }
    nice.begin(&other, json!({})).await;
}

#[tokio::test]
async fn a_rotated_ticket_seals_under_the_next_token() {
    let nice = nice().await;
    let token = nice.token().await;
    on(&nice, "auth_url", "ticket_rotated").await;
    let begun = nice.begin(&token, json!({})).await;
    let web = nice.verify(&begun, "").await;
    let told = nice.result(&token, &begun, &web).await;
    assert_eq!(refusal(&told).0, "1003");
    let next = nice.token().await;
    let answer = good(&nice.result(&next, &begun, &web).await);
    assert!(next.opened(&begun, &answer).is_some());
}

#[tokio::test]
async fn the_other_ticket_and_the_other_integrity_can_be_had() {
    let nice = nice().await;
    let (of_url, of_result) = (nice.token().await, nice.token().await);
    let begun = nice.begin(&of_url, json!({})).await;
    let web = nice.verify(&begun, "").await;
    on(&nice, "auth_result", "ticket_of_url").await;
    let answer = good(&nice.result(&of_result, &begun, &web).await);
    assert!(of_result.opened(&begun, &answer).is_none());
    assert!(of_url.opened(&begun, &answer).is_some());

    let (token, begun, told) = result_with(&nice, "integrity_over_all").await;
    let answer = good(&told);
    assert!(token.opened(&begun, &answer).is_none());
    let enc_data = answer["enc_data"].as_str().unwrap();
    let keys = token.keys(&begun);
    let whole = keys.integrity(&format!("0000응답성공{enc_data}"));
    assert_eq!(answer["integrity_value"], whole);

    let (token, begun, told) = result_with(&nice, "integrity_wrong").await;
    assert!(token.opened(&begun, &good(&told)).is_none());
    assert!(
        token
            .keys(&begun)
            .decrypt(told.json()["enc_data"].as_str().unwrap())
            .is_some()
    );
}

#[tokio::test]
async fn results_come_in_other_shapes() {
    let nice = nice().await;
    assert!(person_with(&nice, "ci_absent").await.get("ci").is_none());
    assert_eq!(
        person_with(&nice, "mobile_co_unknown").await["mobile_co"],
        "9"
    );
    assert!(person_with(&nice, "extra_fields").await["extra"].is_object());
    let numbers = person_with(&nice, "numbers_for_strings").await;
    assert_eq!(
        (&numbers["birthdate"], &numbers["gender"]),
        (&json!(19_900_101), &json!(1))
    );
    let (_, _, told) = result_with(&nice, "enc_data_short").await;
    assert!(good(&told)["enc_data"].as_str().unwrap().len() < 43);
}

#[tokio::test]
async fn an_answer_that_is_lost_was_handed_out() {
    let nice = nice().await;
    let (token, begun, web) = verified(&nice).await;
    on(&nice, "auth_result", "answer_lost").await;
    let lost = nice
        .post("/ido/intc/v1.0/auth/result")
        .header("authorization", token.bearer())
        .body(
            json!({"web_transaction_id": web, "transaction_id": begun.transaction_id,
                "request_no": begun.request_no})
            .to_string(),
        );
    let lost = lost.send().await;
    assert!(lost.is_err() || lost.unwrap().bytes().await.is_err());
    let told = nice.result(&token, &begun, &web).await;
    assert_eq!(refusal(&told).0, "3033");
}

#[tokio::test]
async fn a_tokens_end_comes_in_every_reading() {
    let nice = nice().await;
    let token = nice.token().await;
    let ends = nice.clock.now().as_millisecond() + 86_400_000;
    for (fault, field, value) in [
        ("ends_as_text", "expires_in", json!(ends.to_string())),
        ("ends_in_seconds", "expires_in", json!(ends / 1_000)),
        ("ends_relative", "expires_in", json!(86_400)),
        ("ends_absent", "expires_in", Value::Null),
        ("iterators_zero", "iterators", json!(0)),
        ("iterators_too_many", "iterators", json!(2_000_000_000)),
        ("ticket_empty", "ticket", json!("")),
    ] {
        on(&nice, "access_token", fault).await;
        assert_eq!(
            good(&call(&nice, &token, "access_token").await)[field],
            value,
            "{fault}"
        );
    }
    on(&nice, "access_token", "iterators_as_text").await;
    assert!(good(&call(&nice, &token, "access_token").await)["iterators"].is_string());
}

#[tokio::test]
async fn an_address_can_lead_astray() {
    let nice = nice().await;
    let token = nice.token().await;
    for (fault, begin) in [
        ("auth_url_elsewhere", "https://elsewhere.invalid/"),
        ("auth_url_plain", "http://auth.niceid.co.kr/"),
        ("auth_url_script", "javascript:"),
    ] {
        on(&nice, "auth_url", fault).await;
        assert!(
            nice.begin(&token, json!({}))
                .await
                .auth_url
                .starts_with(begin)
        );
    }
    on(&nice, "auth_url", "transaction_id_too_long").await;
    assert_eq!(
        nice.begin(&token, json!({})).await.transaction_id.len(),
        101
    );
}

#[tokio::test]
async fn a_fault_of_the_other_api_is_refused() {
    let nice = nice().await;
    for (call, fault) in [("auth_url", "gw_1800"), ("crypto_token", "code_1007")] {
        let url = format!("{}/sandbox/api/faults", nice.base_url);
        let body = json!([{"call": call, "fault": fault}]).to_string();
        let answer = nice.http.put(url).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{fault}");
    }
}
