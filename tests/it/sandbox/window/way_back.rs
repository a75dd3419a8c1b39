use reqwest::StatusCode;

use super::client::{form, from_pairs, from_url, inputs, location, returned, shop, start};
use member_verification::sandbox::Sandbox;

const HONG: (&str, &str) = ("sandbox_persona", "hong");

#[tokio::test]
async fn get_is_a_redirect_that_escapes_and_keeps_the_query() {
    let shop = shop().await;
    for (returnurl, begins, ends) in [
        (
            "https://shop.example/b",
            "https://shop.example/b?token_version_id=",
            "",
        ),
        (
            "https://shop.example",
            "https://shop.example?token_version_id=",
            "",
        ),
        (
            "http://localhost:3000/b?a=1&c=%2F",
            "http://localhost:3000/b?a=1&c=%2F&token_version_id=",
            "",
        ),
        (
            "https://shop.example/b?",
            "https://shop.example/b?&token_version_id=",
            "",
        ),
        // Behind the fragment, where a hash router reads them.
        (
            "https://shop.example/#/back",
            "https://shop.example/#/back?token_version_id=",
            "",
        ),
        (
            "https://shop.example/?a=1#/back",
            "https://shop.example/?a=1#/back&token_version_id=",
            "",
        ),
        ("myapp://verified", "myapp://verified?token_version_id=", ""),
    ] {
        let session = shop.session("request-1").await;
        let sealed = session.seal(&[("returnurl", returnurl), ("methodtype", "GET")]);
        let answer = shop.open(&session, &sealed, &[HONG]).await;
        let location = location(&answer);
        assert!(location.starts_with(begins), "{location}");
        assert!(location.ends_with(ends), "{location}");
        let query = location.split_once("enc_data=").unwrap().1;
        assert!(!query.contains(['+', '/']), "{location}");
        let values = location.replace("#/back", "");
        let values = values.replace("/&token", "/?token");
        assert_eq!(session.open(&from_url(&values))["resultcode"], "0000");
    }
}

#[tokio::test]
async fn post_is_a_form_that_a_headless_client_can_read() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let returnurl = "https://shop.example/b?a=1&b=2";
    let sealed = session.seal(&[("methodtype", "post"), ("returnurl", returnurl)]);
    let answer = shop.open(&session, &sealed, &[HONG]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("https:"));
    assert!(!policy.contains("unsafe"));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let html = answer.text().await.unwrap();
    assert!(html.contains("method=\"post\" action=\"https://shop.example/b?a=1&#38;b=2\""));
    assert!(html.contains("data-way=\"submit\""));
    let values = inputs(&html);
    assert_eq!(values.len(), 3);
    let returned = from_pairs(&values.into_iter().collect());
    assert_eq!(session.open(&returned)["resultcode"], "0000");
}

#[tokio::test]
async fn without_methodtype_a_mobile_browser_gets_post() {
    let shop = shop().await;
    for (agent, status) in [
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0",
            StatusCode::FOUND,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148",
            StatusCode::OK,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile",
            StatusCode::OK,
        ),
    ] {
        for methodtype in [None, Some("")] {
            let session = shop.session("request-1").await;
            let mut fields = session.fields(&[]);
            fields.remove("methodtype");
            if let Some(methodtype) = methodtype {
                fields.insert("methodtype".to_owned(), methodtype.into());
            }
            let sealed = session.seal_text(&serde_json::to_string(&fields).unwrap());
            let query = form(&session, &sealed, &[HONG]);
            let answer = shop
                .http
                .get(format!(
                    "{}/CheckPlusSafeModel/service.cb?{query}",
                    shop.base_url
                ))
                .header("User-Agent", agent)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), status, "{agent}");
        }
    }
}

#[tokio::test]
async fn every_address_takes_query_and_form() {
    let shop = shop().await;
    for path in [
        "/CheckPlusSafeModel/service.cb",
        "/CheckPlusSafeModel/checkplus.cb",
        "/cert/request",
    ] {
        let session = shop.session("request-1").await;
        let form = form(&session, &session.seal(&[]), &[HONG]);
        let by_post = shop.post(path, &form).await;
        let by_get = shop.get(&format!("{path}?{form}")).await;
        for answer in [by_post, by_get] {
            assert_eq!(session.open(&returned(&answer))["name"], "홍길동");
        }
    }
}

#[tokio::test]
async fn a_space_in_base64_was_a_plus() {
    let shop = shop().await;
    let mut tried = 0;
    for number in 0..20 {
        let session = shop.session(&format!("request-{number}")).await;
        let sealed = session.seal(&[]);
        if !sealed.enc_data.contains('+') {
            continue;
        }
        tried += 1;
        let form = form(&session, &sealed, &[HONG]).replace("%2B", "+");
        let answer = shop
            .get(&format!("/CheckPlusSafeModel/service.cb?{form}"))
            .await;
        assert_eq!(session.open(&returned(&answer))["resultcode"], "0000");
    }
    assert!(tried > 0);
}

#[tokio::test]
async fn embedded_it_lies_under_sandbox() {
    let shop = start(None, Sandbox::embedded).await;
    let session = shop.session("request-1").await;
    let form = form(&session, &session.seal(&[]), &[HONG]);
    let answer = shop
        .post("/sandbox/CheckPlusSafeModel/service.cb", &form)
        .await;
    assert_eq!(session.open(&returned(&answer))["name"], "홍길동");
    let answer = shop.post("/CheckPlusSafeModel/service.cb", &form).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}
