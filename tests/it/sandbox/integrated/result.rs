//! `auth/result`: one-shot, the triple, what the result holds, whose ticket seals it.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::client::{Begun, decoded, good, nice, refusal, start};

fn names(person: &Value) -> Vec<&str> {
    person
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn a_result_is_handed_out_once() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let web = nice.verify(&begun, "").await;
    assert_eq!((web.len(), decoded(&web).len()), (48, 36));
    let told = nice.result(&token, &begun, &web).await;
    let answer = good(&told);
    let fields: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "result_code",
            "result_message",
            "enc_data",
            "integrity_value"
        ]
    );
    assert_eq!(answer["integrity_value"].as_str().unwrap().len(), 43);
    let person = token.opened(&begun, &answer).unwrap();
    assert_eq!(person["name"], "홍길동");
    let told = nice.result(&token, &begun, &web).await;
    assert_eq!(
        refusal(&told),
        ("3033".into(), 200, "result_asked_twice".into())
    );
}

#[tokio::test]
async fn fifty_at_once_get_it_once() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let web = nice.verify(&begun, "").await;
    let mut codes = Vec::new();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let request = nice
            .post("/ido/intc/v1.0/auth/result")
            .header("authorization", token.bearer())
            .body(
                json!({"web_transaction_id": web, "transaction_id": begun.transaction_id,
                    "request_no": begun.request_no})
                .to_string(),
            );
        tasks.spawn(async move { request.send().await.unwrap().text().await.unwrap() });
    }
    while let Some(answer) = tasks.join_next().await {
        let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
        codes.push(answer["result_code"].as_str().unwrap().to_owned());
    }
    codes.sort();
    assert_eq!(codes.iter().filter(|code| *code == "0000").count(), 1);
    assert_eq!(codes.iter().filter(|code| *code == "3033").count(), 49);
}

#[tokio::test]
async fn only_the_right_three_values_get_it() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let ask = async |begun: &Begun, web: &str| refusal(&nice.result(&token, begun, web).await);
    let refused = |code: &str, fault: &str| (code.to_owned(), 200, fault.to_owned());
    assert_eq!(ask(&begun, "x").await, refused("3032", "window_not_opened"));
    let other = nice.begin(&token, json!({})).await;
    nice.open(&other, "").await;
    assert_eq!(ask(&other, "x").await, refused("3032", "not_verified"));
    let web = nice.verify(&begun, "").await;
    let change = |transaction_id: &str, request_no: &str| Begun {
        transaction_id: transaction_id.to_owned(),
        request_no: request_no.to_owned(),
        ..begun.clone()
    };
    let (id, number) = (&begun.transaction_id, &begun.request_no);
    for (begun, web, code, fault) in [
        (
            change("unknown", number),
            web.as_str(),
            "3029",
            "transaction_unknown",
        ),
        (change(&web, number), id, "3029", "transaction_ids_swapped"),
        (
            change(&decoded(id), number),
            &web,
            "3029",
            "transaction_id_not_as_received",
        ),
        (
            change(id, &other.request_no),
            &web,
            "3032",
            "request_no_wrong",
        ),
        (
            change(id, number),
            &STANDARD.encode("x"),
            "3032",
            "web_transaction_id_wrong",
        ),
        (
            change(id, number),
            &decoded(&web),
            "3032",
            "web_transaction_id_not_as_received",
        ),
    ] {
        assert_eq!(ask(&begun, web).await, refused(code, fault));
    }
    let missing = json!({"transaction_id": id, "request_no": number});
    let told = nice.call("result", &token.bearer(), &missing).await;
    assert_eq!(
        refusal(&told),
        ("1002".into(), 400, "web_transaction_id_missing".into())
    );
    // None of it has spent the result.
    good(&nice.result(&token, &begun, &web).await);
}

#[tokio::test]
async fn after_ten_minutes_it_is_too_late() {
    let nice = nice().await;
    let token = nice.token().await;
    let (begun, later) = (
        nice.begin(&token, json!({})).await,
        nice.begin(&token, json!({})).await,
    );
    let web = nice.verify(&begun, "").await;
    let web_later = nice.verify(&later, "").await;
    nice.pass(599);
    good(&nice.result(&token, &begun, &web).await);
    nice.pass(1);
    let told = nice.result(&token, &later, &web_later).await;
    assert_eq!(
        refusal(&told),
        ("3032".into(), 200, "transaction_expired".into())
    );
    // Long after, it is forgotten.
    nice.pass(601);
    nice.begin(&token, json!({})).await;
    let told = nice.result(&token, &later, &web_later).await;
    assert_eq!(
        refusal(&told),
        ("3029".into(), 200, "transaction_unknown".into())
    );
}

#[tokio::test]
async fn the_result_is_under_the_ticket_of_the_token_that_asks() {
    let nice = nice().await;
    let (first, second) = (nice.token().await, nice.token().await);
    let begun = nice.begin(&first, json!({})).await;
    let web = nice.verify(&begun, "").await;
    let answer = good(&nice.result(&second, &begun, &web).await);
    assert!(first.opened(&begun, &answer).is_none());
    assert!(second.opened(&begun, &answer).is_some());
}

#[tokio::test]
async fn each_result_has_an_iv_of_its_own() {
    let nice = nice().await;
    let token = nice.token().await;
    let mut ivs = std::collections::HashSet::new();
    for _ in 0..10 {
        let begun = nice.begin(&token, json!({})).await;
        let web = nice.verify(&begun, "").await;
        let answer = good(&nice.result(&token, &begun, &web).await);
        let bytes = URL_SAFE_NO_PAD
            .decode(answer["enc_data"].as_str().unwrap())
            .unwrap();
        assert!(ivs.insert(bytes[..16].to_vec()));
    }
}

#[tokio::test]
async fn each_method_has_its_fields() {
    const ALL: [&str; 6] = ["name", "birthdate", "gender", "national_info", "ci", "di"];
    let nice = nice().await;
    for (letter, more) in [
        ("M", &["mobile_co", "mobile_no"][..]),
        ("F", &[]),
        ("U", &[]),
        ("I", &["ci_update", "vnumber", "age_code", "auth_method"]),
    ] {
        let person = nice.whole(json!({"svc_types": [letter]}), "").await;
        assert_eq!(names(&person), [&ALL[..], more].concat(), "{letter}");
        assert_eq!(person["ci"].as_str().unwrap().len(), 88);
        assert_eq!(person["di"].as_str().unwrap().len(), 64);
        if letter == "I" {
            assert_eq!(person["vnumber"].as_str().unwrap().len(), 13);
            assert_eq!(
                (&person["age_code"], &person["auth_method"]),
                (&json!("7"), &json!("5"))
            );
        }
    }
    let child = nice
        .whole(json!({"svc_types": ["I"]}), "&sandbox_birthdate=20120303")
        .await;
    assert_eq!(child["age_code"], "2", "13 until tomorrow");
}

#[tokio::test]
async fn the_contract_limits_the_fields() {
    let nice = start(
        |settings| {
            settings.integrated.fields =
                member_verification::sandbox::settings::result_fields("name, ci2, di").unwrap();
        },
        "",
    )
    .await;
    let person = nice.whole(json!({}), "").await;
    assert_eq!(names(&person), ["name", "ci2", "di"]);
    assert_eq!(person["ci2"], "");
}

#[tokio::test]
async fn personas_are_those_of_the_standard_window() {
    let nice = nice().await;
    let token = nice.token().await;
    for (persona, name, count) in [
        ("pyeop", "김펲", 8),
        ("rare", "박𠮷수", 8),
        ("noci", "최무연", 6),
        ("corporate", "정법인", 8),
    ] {
        let begun = nice.begin(&token, json!({})).await;
        let told = nice
            .open(&begun, &format!("?sandbox_persona={persona}"))
            .await;
        let web = super::client::returned(told.header("location").unwrap());
        let answer = good(&nice.result(&token, &begun, &web).await);
        let person = token.opened(&begun, &answer).unwrap();
        assert_eq!(person["name"], name);
        assert_eq!(names(&person).len(), count, "{persona}");
    }
}

#[tokio::test]
async fn fields_are_replaced_by_either_apis_names() {
    let nice = nice().await;
    let query = "&sandbox_name=%EA%B9%80&sandbox_mobile_no=01011112222&sandbox_mobileco=5&sandbox_nationalinfo=1";
    let person = nice.whole(json!({}), query).await;
    assert_eq!(person["name"], "김");
    assert_eq!(person["mobile_no"], "01011112222");
    assert_eq!(person["mobile_co"], "5");
    assert_eq!(person["national_info"], "1");
    // Of another method, it has no place.
    let person = nice.whole(json!({"svc_types": ["F"]}), query).await;
    assert!(person.get("mobile_no").is_none());
}

#[tokio::test]
async fn the_same_person_has_the_same_ci_in_either_api() {
    let nice = nice().await;
    let (one, other) = (
        nice.whole(json!({}), "").await,
        nice.whole(json!({}), "").await,
    );
    assert_eq!(one["ci"], other["ci"]);
    let ci = one["ci"].as_str().unwrap();
    assert!(ci.starts_with("SANDBOX"), "{ci}");
}
