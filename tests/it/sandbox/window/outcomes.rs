use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::crypto::{self, UnsealError};
use reqwest::StatusCode;

use super::client::{Returned, Session, Shop, from_url, inputs, location, returned, shop};

async fn outcome(shop: &Shop, session: &Session, outcome: &str) -> reqwest::Response {
    let more = [("sandbox_persona", "hong"), ("sandbox_outcome", outcome)];
    shop.open(session, &session.seal(&[]), &more).await
}

fn opened(session: &Session, returned: &Returned) -> Result<(), UnsealError> {
    let sealed = &returned.sealed;
    crypto::open(&session.keys, &sealed.enc_data, &sealed.integrity_value).map(drop)
}

#[tokio::test]
async fn fail_comes_back_with_a_code_and_nobody() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let result = session.open(&returned(&outcome(&shop, &session, "fail").await));
    assert_eq!(result["resultcode"], "0001");
    assert_eq!(result["requestno"], "request-1");
    assert!(!result.contains_key("name") && !result.contains_key("ci"));
    let more = [
        ("sandbox_persona", "hong"),
        ("sandbox_outcome", "fail"),
        ("sandbox_resultcode", "0078"),
        ("sandbox_name", "남의이름"),
    ];
    let result = shop.verify(&more).await;
    assert_eq!(result["resultcode"], "0078");
    assert!(!result.contains_key("name"));
    let implied = [("sandbox_persona", "hong"), ("sandbox_resultcode", "0079")];
    assert_eq!(shop.verify(&implied).await["resultcode"], "0079");
    let success = [&more[..2], &[("sandbox_resultcode", "0000")]].concat();
    let answer = shop.open(&session, &session.seal(&[]), &success).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn cancel_and_the_windows_own_codes_send_nothing_back() {
    let shop = shop().await;
    for code in [
        "0001", "0003", "0010", "0012", "0013", "0014", "0015", "0016", "0017", "0018", "0019",
        "0020", "0021", "0022", "0023", "0031", "0035", "0040", "0041", "0050", "0052", "0070",
        "0071", "0072", "0073", "0074", "0075", "0076", "0078", "0079", "9097", "cancel",
    ] {
        let session = shop.session("request-1").await;
        let answer = outcome(&shop, &session, code).await;
        assert_eq!(answer.status(), StatusCode::OK, "{code}");
        let html = answer.text().await.unwrap();
        assert!(!html.contains("shop.example"), "{code}");
        assert!(!html.contains(&session.token_version_id), "{code}");
        let shown = format!("id=\"window-code\">{code}<");
        assert_eq!(html.contains(&shown), code != "cancel", "{code}");
    }
}

#[tokio::test]
async fn double_carries_the_same_values_twice() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let more = [("sandbox_persona", "hong"), ("sandbox_outcome", "double")];
    let by_post = session.seal(&[("methodtype", "post")]);
    let html = shop.open(&session, &by_post, &more).await;
    let html = html.text().await.unwrap();
    let values = inputs(&html);
    assert_eq!(values.len(), 6);
    assert_eq!(values[..3], values[3..]);
    let returned = super::client::from_pairs(&values.into_iter().collect());
    assert_eq!(session.open(&returned)["resultcode"], "0000");

    let html = outcome(&shop, &session, "double")
        .await
        .text()
        .await
        .unwrap();
    let links: Vec<_> = html
        .split("href=\"")
        .filter_map(|rest| rest.split_once('"'))
        .map(|(link, _)| link.replace("&#38;", "&"))
        .filter(|link| link.starts_with("https://shop.example/back?"))
        .collect();
    assert_eq!(links.len(), 2);
    assert_eq!(links[0], links[1]);
    assert_eq!(session.open(&from_url(&links[0]))["resultcode"], "0000");
}

#[tokio::test]
async fn late_is_from_after_the_period() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let answer = outcome(&shop, &session, "late").await;
    // An hour and a second after 10:02:03.
    assert_eq!(
        session.open(&returned(&answer))["enctime"],
        "20260302110204"
    );
    // By hand there is a page, on which one may wait.
    let more = [("sandbox_persona", "hong"), ("sandbox_outcome", "late")];
    let form = super::client::form(&session, &session.seal(&[]), &more);
    let answer = shop.post("/sandbox/window/answer", &form).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let html = answer.text().await.unwrap();
    assert!(html.contains("data-way=\"wait\"") && html.contains("11:02:03"));
}

#[tokio::test]
async fn what_was_tampered_with_does_not_open() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let returned_with = async |what| returned(&outcome(&shop, &session, what).await);
    for tampered in ["tamper_enc", "tamper_mac"] {
        let returned = returned_with(tampered).await;
        assert_eq!(returned.token_version_id, session.token_version_id);
        assert_eq!(opened(&session, &returned), Err(UnsealError::Integrity));
    }
    // One bit of the one, and the other is whole.
    let mut returned = returned_with("tamper_enc").await;
    flip(&mut returned.sealed.enc_data);
    assert_eq!(opened(&session, &returned), Ok(()));
    let mut returned = returned_with("tamper_mac").await;
    flip(&mut returned.sealed.integrity_value);
    assert_eq!(opened(&session, &returned), Ok(()));

    let returned = returned_with("tamper_token").await;
    assert_ne!(returned.token_version_id, session.token_version_id);
    assert_eq!(opened(&session, &returned), Ok(()));
}

fn flip(base64: &mut String) {
    let mut bytes = STANDARD.decode(&*base64).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    *base64 = STANDARD.encode(bytes);
}

#[tokio::test]
async fn swap_is_another_sessions_genuine_result() {
    let shop = shop().await;
    let other = shop.session("the-others").await;
    shop.open(&other, &other.seal(&[]), &[]).await;
    let session = shop.session("mine").await;
    let swapped = returned(&outcome(&shop, &session, "swap").await);
    let result = other.open(&swapped);
    assert_eq!(result["requestno"], "the-others");
    assert_eq!(result["resultcode"], "0000");
    assert!(opened(&session, &swapped).is_err());
}

#[tokio::test]
async fn swap_works_in_an_empty_sandbox() {
    let shop = shop().await;
    let session = shop.session("mine").await;
    let swapped = returned(&outcome(&shop, &session, "swap").await);
    assert_ne!(swapped.token_version_id, session.token_version_id);
}

#[tokio::test]
async fn raw_plus_leaves_the_plus_and_nothing_else() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let location = location(&outcome(&shop, &session, "raw_plus").await);
    assert!(location.contains('+'));
    assert!(!location.contains("%2B"));
    let escaped = from_url(&location.replace('+', "%2B"));
    assert_eq!(session.open(&escaped)["resultcode"], "0000");
}

#[tokio::test]
async fn the_pass_app_answers_for_the_window_that_handed_over() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let html = outcome(&shop, &session, "app_switch").await;
    assert_eq!(html.status(), StatusCode::OK);
    let html = html.text().await.unwrap();
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(super::client::inputs(&html));
    let app = shop.post("/sandbox/window/app", &form.finish()).await;
    let html = app.text().await.unwrap();
    assert!(html.contains("id=\"approve\""), "{html}");
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(super::client::inputs(&html));
    form.append_pair("sandbox_outcome", "success");
    let answer = shop.post("/sandbox/window/answer", &form.finish()).await;
    assert_eq!(session.open(&returned(&answer))["name"], "홍길동");
}
