//! The sandbox within `serve`, as the program starts it.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{
    client::{browser, client},
    program::{Service, run, text},
};

const NO_METRICS_PORT: (&str, &str) = ("ADMIN_BIND", "127.0.0.1:0");

#[tokio::test]
async fn a_shops_test_verifies_without_a_click() {
    let service =
        Service::start(&["--sandbox", "--auto-approve=minor14"], &[NO_METRICS_PORT]).await;
    let begun = client()
        .post(format!("{}/v1/member/getOAuthToken", service.url))
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    let window = begun.headers()["x-nice-window-url"]
        .to_str()
        .unwrap()
        .to_owned();
    let begun: Value = serde_json::from_slice(&begun.bytes().await.unwrap()).unwrap();
    let value = |name: &str| begun[name].as_str().unwrap();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("m", "service")
        .append_pair("token_version_id", value("token_version_id"))
        .append_pair("enc_data", value("enc_data"))
        .append_pair("integrity_value", value("integrity_value"))
        .finish();
    let answer = browser()
        .post(window)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    let location = answer.headers()["location"].to_str().unwrap();
    let query = location.split_once('?').unwrap().1;
    let opened = client()
        .post(format!("{}/v1/member/getVerificationResult", service.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("{query}&reqNo={}", value("reqNo")))
        .send()
        .await
        .unwrap();
    let opened: Value = serde_json::from_slice(&opened.bytes().await.unwrap()).unwrap();
    assert_eq!(opened["name"], "어린이", "{opened}");
}

#[tokio::test]
async fn auto_approve_is_the_sandboxs_and_knows_its_personas() {
    for (arguments, what) in [
        (
            &["serve", "--auto-approve"][..],
            "works only with --sandbox",
        ),
        (
            &["serve", "--sandbox", "--auto-approve=nobody"],
            "names no persona of the sandbox; it has hong, pyeop, rare, minor14",
        ),
    ] {
        let refused = run(arguments, &[]).await;
        assert_eq!(refused.status.code(), Some(64), "{arguments:?}");
        assert!(text(&refused.stderr).contains(what), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_proxys_scheme_and_host_are_the_windows() {
    let service = Service::start(&["--sandbox"], &[NO_METRICS_PORT]).await;
    let begin = async |headers: &[(&str, &str)]| {
        let mut request = client()
            .post(format!("{}/v1/member/getOAuthToken", service.url))
            .header("content-type", "application/json")
            .body("{}");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        answer.headers()["x-nice-window-url"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let path = "/sandbox/CheckPlusSafeModel/service.cb";
    assert_eq!(begin(&[]).await, format!("{}{path}", service.url));
    let proxied = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "dev.example:8443"),
    ];
    assert_eq!(
        begin(&proxied).await,
        format!("https://dev.example:8443{path}")
    );
    let page = client()
        .get(format!("{}/sandbox/", service.url))
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "dev.example")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("https://dev.example/sandbox/CheckPlusSafeModel"));
}

#[tokio::test]
async fn the_root_leads_to_the_demo_and_the_sandboxs_page_to_all() {
    let service = Service::start(&["--sandbox"], &[NO_METRICS_PORT]).await;
    let answer = browser()
        .get(format!("{}/", service.url))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_redirection());
    assert_eq!(answer.headers()["location"], "./demo");
    let page = client()
        .get(format!("{}/sandbox/", service.url))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for link in ["../demo", "../docs/", "../sandbox/faults", "#verifications"] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
    }
}
