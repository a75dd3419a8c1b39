//! The window: one use, ten minutes, the page, outcomes and the ways back.

use serde_json::{Value, json};

use super::client::{Begun, CLOSE_URL, Nice, RETURN_URL, good, nice, refusal, returned, start};
use crate::support::told::Told;

/// What the page's form sends.
async fn answer(nice: &Nice, begun: &Begun, more: &str) -> Told {
    let id = begun.auth_url.rsplit('/').next().unwrap();
    let request = nice
        .post("/sandbox/integrated/window/answer")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("window={id}&{more}"));
    Told::of(request.send().await.unwrap()).await
}

async fn history(nice: &Nice) -> String {
    let page = nice.http.get(format!("{}/sandbox/", nice.base_url));
    page.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_person_chooses_on_the_page() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let page = nice.open(&begun, "").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    assert!(page.body.contains("shop.example") && page.body.contains("휴대폰"));
    assert!(page.body.contains("Cancel") && page.body.contains("value=\"hong\""));
    let told = answer(&nice, &begun, "sandbox_persona=mvno&sandbox_mobileco=7").await;
    let web = returned(told.header("location").unwrap());
    let result = good(&nice.result(&token, &begun, &web).await);
    let person = token.opened(&begun, &result).unwrap();
    assert_eq!(
        (&person["name"], &person["mobile_co"]),
        (&json!("이알뜰"), &json!("7"))
    );
}

#[tokio::test]
async fn an_address_opens_once_and_for_ten_minutes() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    // Nobody sees what a HEAD gets.
    let head = nice.http.head(&begun.auth_url).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(nice.open(&begun, "").await.status, 200);
    for _ in 0..2 {
        let again = nice.open(&begun, "?sandbox_persona=hong").await;
        assert_eq!(again.header("x-sandbox-fault").unwrap(), "auth_url_used");
    }
    let late = nice.begin(&token, json!({})).await;
    nice.pass(600);
    let told = nice.open(&late, "").await;
    assert_eq!(
        (told.status, told.header("x-sandbox-fault")),
        (404, Some("auth_url_expired"))
    );
    // The page that was still open is over, too.
    let told = answer(&nice, &begun, "sandbox_persona=hong").await;
    assert_eq!(told.header("x-sandbox-fault").unwrap(), "auth_url_expired");
    let unknown = Begun {
        auth_url: format!("{}/ido/cert/request/S1-none", nice.base_url),
        ..begun
    };
    let told = nice.open(&unknown, "").await;
    assert_eq!(
        (told.status, told.header("x-sandbox-fault")),
        (404, Some("auth_url_unknown"))
    );
}

#[tokio::test]
async fn a_page_answers_once() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let told = answer(&nice, &begun, "sandbox_persona=hong").await;
    assert_eq!(told.header("x-sandbox-fault").unwrap(), "auth_url_unknown");
    nice.open(&begun, "").await;
    assert_eq!(
        answer(&nice, &begun, "sandbox_persona=hong").await.status,
        302
    );
    let told = answer(&nice, &begun, "sandbox_persona=mvno").await;
    assert_eq!(told.header("x-sandbox-fault").unwrap(), "already_verified");
}

#[tokio::test]
async fn a_mistake_in_the_sandboxs_parameters_spends_nothing() {
    let nice = nice().await;
    let begun = nice.begin(&nice.token().await, json!({})).await;
    for (query, fault) in [
        ("?sandbox_person=hong", "sandbox_parameter_unknown"),
        ("?sandbox_persona=nobody", "persona_unknown"),
        ("?sandbox_outcome=raw_plus", "outcome_unknown"),
    ] {
        let told = nice.open(&begun, query).await;
        assert_eq!(told.header("x-sandbox-fault").unwrap(), fault);
    }
    nice.verify(&begun, "").await;
}

#[tokio::test]
async fn the_address_opens_by_post_too_and_comes_back_by_post() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({"method_type": "POST"})).await;
    let request = nice
        .http
        .post(&begun.auth_url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("sandbox_persona=hong");
    let told = Told::of(request.send().await.unwrap()).await;
    assert_eq!(told.status, 200);
    let action = RETURN_URL.replace('&', "&#38;");
    let form = told
        .body
        .split("<form id=\"back\" method=\"post\"")
        .nth(1)
        .unwrap();
    assert!(form.contains(&action), "{form}");
    let web = form
        .split("name=\"web_transaction_id\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    good(&nice.result(&token, &begun, web).await);
}

#[tokio::test]
async fn cancel_leads_to_close_url_where_there_is_a_button() {
    let nice = nice().await;
    let token = nice.token().await;
    let cancel = "?sandbox_persona=hong&sandbox_outcome=cancel";
    let begun = nice.begin(&token, json!({})).await;
    let told = nice.open(&begun, cancel).await;
    assert_eq!(
        (told.status, told.header("location")),
        (302, Some(CLOSE_URL))
    );
    assert_eq!(refusal(&nice.result(&token, &begun, "x").await).0, "3032");
    for more in [json!({"exp_mods": []}), json!({"close_url": null})] {
        let begun = nice.begin(&token, more.clone()).await;
        let told = nice.open(&begun, cancel).await;
        assert!(
            told.status == 200 && told.body.contains("data-way=\"close\""),
            "{more}"
        );
    }
    // Without the button, the page has none.
    let begun = nice.begin(&token, json!({"exp_mods": []})).await;
    assert!(
        !nice
            .open(&begun, "")
            .await
            .body
            .contains("value=\"cancel\" formnovalidate")
    );
}

#[tokio::test]
async fn a_failure_stays_in_the_window() {
    let nice = nice().await;
    let token = nice.token().await;
    for (query, code) in [
        ("&sandbox_outcome=fail", "0001"),
        ("&sandbox_outcome=fail&sandbox_resultcode=0052", "0052"),
        ("&sandbox_resultcode=0031", "0031"),
        ("&sandbox_outcome=0010", "0010"),
    ] {
        let begun = nice.begin(&token, json!({})).await;
        let told = nice
            .open(&begun, &format!("?sandbox_persona=hong{query}"))
            .await;
        assert_eq!((told.status, told.header("location")), (200, None));
        assert!(
            told.body
                .contains(&format!("<code id=\"window-code\">{code}</code>"))
        );
        let told = nice.result(&token, &begun, "x").await;
        assert_eq!(refusal(&told), ("3032".into(), 200, "not_verified".into()));
    }
}

/// The code of the result after this outcome, and whether it opens.
async fn outcome(nice: &Nice, name: &str) -> (String, bool) {
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let web = nice
        .verify(&begun, &format!("&sandbox_outcome={name}"))
        .await;
    let told = nice.result(&token, &begun, &web).await;
    let code = refusal(&told).0;
    let opens = code == "0000" && token.opened(&begun, &told.json()).is_some();
    (code, opens)
}

#[tokio::test]
async fn outcomes_spoil_what_they_say() {
    let nice = nice().await;
    for (name, code, opens) in [
        ("success", "0000", true),
        ("late", "3032", false),
        ("tamper_enc", "0000", false),
        ("tamper_mac", "0000", false),
        ("tamper_token", "3032", false),
        ("swap", "3032", false),
    ] {
        assert_eq!(
            outcome(&nice, name).await,
            (code.to_owned(), opens),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_swapped_id_is_another_verifications_own() {
    let nice = nice().await;
    let token = nice.token().await;
    let (mine, other) = (
        nice.begin(&token, json!({})).await,
        nice.begin(&token, json!({})).await,
    );
    let others = nice.verify(&other, "").await;
    let swapped = nice.verify(&mine, "&sandbox_outcome=swap").await;
    assert_eq!(swapped, others);
    assert_eq!(
        refusal(&nice.result(&token, &mine, &swapped).await).0,
        "3032"
    );
    good(&nice.result(&token, &other, &others).await);
}

#[tokio::test]
async fn pages_that_wait_or_come_twice_name_the_id() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let told = nice
        .open(&begun, "?sandbox_persona=hong&sandbox_outcome=double")
        .await;
    assert!(told.body.contains("data-way=\"double\"") && told.body.contains("web_transaction_id="));
    let begun = nice.begin(&token, json!({})).await;
    nice.open(&begun, "").await;
    let told = answer(&nice, &begun, "sandbox_persona=hong&sandbox_outcome=late").await;
    assert!(told.body.contains("data-way=\"wait\"") && told.body.contains("3032"));
}

#[tokio::test]
async fn methods_are_offered_and_chosen() {
    let nice = nice().await;
    let token = nice.token().await;
    let several = json!({"svc_types": ["F", "I"]});
    let begun = nice.begin(&token, several.clone()).await;
    let page = nice.open(&begun, "").await.body;
    assert!(page.contains("금융인증서") && page.contains("아이핀"));
    assert!(
        !page.contains("sandbox_mobileco"),
        "no carriers without a phone"
    );
    let chosen: Value = nice.whole(several.clone(), "&sandbox_svc_type=I").await;
    assert!(chosen.get("vnumber").is_some());
    let first = nice.whole(several, "").await;
    assert!(first.get("vnumber").is_none());
    let begun = nice.begin(&token, json!({})).await;
    let told = nice
        .open(&begun, "?sandbox_persona=hong&sandbox_svc_type=F")
        .await;
    assert_eq!(told.header("x-sandbox-fault").unwrap(), "field_value");
}

#[tokio::test]
async fn auto_approve_answers_at_once() {
    let nice = start(
        |settings| settings.auto_approve = Some("minor14".to_owned()),
        "/sandbox",
    )
    .await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let told = nice.open(&begun, "").await;
    let web = returned(told.header("location").unwrap());
    let answer = good(&nice.result(&token, &begun, &web).await);
    assert_eq!(token.opened(&begun, &answer).unwrap()["name"], "어린이");
}

#[tokio::test]
async fn doubts_are_shown_on_the_page_too() {
    let nice = nice().await;
    let begun = nice
        .begin(
            &nice.token().await,
            json!({"return_url": "http://shop.example/"}),
        )
        .await;
    let page = nice.open(&begun, "").await;
    assert_eq!(
        page.header("x-sandbox-notice").unwrap(),
        "url_not_https=return_url"
    );
    assert!(page.body.contains("class=\"notice\""));
}

#[tokio::test]
async fn verifications_are_listed_from_the_address_to_the_result() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let web = nice.verify(&begun, "").await;
    good(&nice.result(&token, &begun, &web).await);
    nice.result(&token, &begun, &web).await;
    let page = history(&nice).await;
    assert!(page.contains(&begun.transaction_id) && page.contains(&begun.request_no));
    for event in [
        "issued",
        "opened",
        "success",
        "handed_out",
        "3033",
        "result_asked_twice",
    ] {
        assert!(page.contains(&format!("<code>{event}</code>")), "{event}");
    }
}

#[tokio::test]
async fn the_pass_app_answers_for_the_window_that_handed_over() {
    let nice = nice().await;
    let token = nice.token().await;
    let begun = nice.begin(&token, json!({})).await;
    let id = begun.auth_url.rsplit('/').next().unwrap();
    let told = nice
        .open(&begun, "?sandbox_persona=mvno&sandbox_outcome=app_switch")
        .await;
    let named = format!(r#"name="window" value="{id}""#);
    assert!(told.all().contains(&named));
    assert!(told.all().contains("sandbox/integrated/window/app"));
    assert!(
        !told
            .all()
            .contains(r#"name="sandbox_outcome" value="app_switch""#)
    );
    // Nobody has come back yet; the app still may.
    let approved = "sandbox_persona=mvno&sandbox_outcome=success";
    let web = returned(
        answer(&nice, &begun, approved)
            .await
            .header("location")
            .unwrap(),
    );
    good(&nice.result(&token, &begun, &web).await);
}
