//! What works here and may not at NICE: noticed, not refused.

use reqwest::{Response, StatusCode};
use serde_json::{Map, Value};

use super::client::{Session, Shop, form, returned, shop, start};
use member_verification::sandbox::Sandbox;

const HONG: (&str, &str) = ("sandbox_persona", "hong");

fn notice(answer: &Response) -> &str {
    let value = answer.headers().get("x-sandbox-notice");
    value.map_or("", |value| value.to_str().unwrap())
}

async fn open(
    shop: &Shop,
    session: &Session,
    change: impl FnOnce(&mut Map<String, Value>),
    more: &[(&str, &str)],
) -> Response {
    let mut fields = session.fields(&[]);
    change(&mut fields);
    let sealed = session.seal_text(&Value::Object(fields).to_string());
    shop.open(session, &sealed, more).await
}

#[tokio::test]
async fn misspelt_and_unknown_fields_are_named() {
    let shop = shop().await;
    for (names, header) in [
        (vec!["mobileco"], "field_misspelt=mobileco"),
        (vec!["recievedata"], "field_misspelt=recievedata"),
        (vec!["returnUrl"], "field_misspelt=returnUrl"),
        (vec!["return_url"], "field_misspelt=return_url"),
        (vec!["charset"], "field_unknown=charset"),
        (
            vec!["mobileco", "charset"],
            "field_misspelt=mobileco, field_unknown=charset",
        ),
        // A name may hold anything: only plain ones are shown.
        (vec!["홍길동"], "field_unknown=1"),
        (Vec::new(), ""),
    ] {
        let session = shop.session("request-1").await;
        let add = |fields: &mut Map<String, Value>| {
            for name in &names {
                fields.insert((*name).to_owned(), "x".into());
            }
        };
        let answer = open(&shop, &session, add, &[HONG]).await;
        assert_eq!(answer.status(), StatusCode::FOUND);
        assert_eq!(notice(&answer), header);
        let answer = open(&shop, &session, add, &[]).await;
        assert_eq!(notice(&answer), header);
        let html = answer.text().await.unwrap();
        let noticed = html.contains("class=\"notice\"");
        assert_eq!(noticed, !header.is_empty(), "{names:?}");
        assert!(!html.contains("홍길동 은(는)"));
    }
}

#[tokio::test]
async fn a_missing_field_that_is_there_misspelt_is_told() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let rename = |fields: &mut Map<String, Value>| {
        let value = fields.remove("returnurl").unwrap();
        fields.insert("returnUrl".to_owned(), value);
    };
    let answer = open(&shop, &session, rename, &[]).await;
    assert_eq!(answer.headers()["x-sandbox-fault"], "field_missing");
    let html = answer.text().await.unwrap();
    assert!(html.contains("There is a returnUrl: did you mean returnurl?"));
}

#[tokio::test]
async fn a_request_without_requestno_is_taken_as_nice_takes_it() {
    let shop = shop().await;
    for leave in [true, false] {
        let session = shop.session("request-1").await;
        let change = |fields: &mut Map<String, Value>| {
            fields.remove("requestno");
            if !leave {
                fields.insert("requestno".to_owned(), "".into());
            }
        };
        let answer = open(&shop, &session, change, &[HONG]).await;
        assert_eq!(notice(&answer), "requestno_absent");
        assert_eq!(session.open(&returned(&answer))["requestno"], "");
    }
}

#[tokio::test]
async fn blanks_around_returnurl_are_cut_off() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let change = |fields: &mut Map<String, Value>| {
        fields.insert("returnurl".to_owned(), " https://shop.example/b\n".into());
    };
    let answer = open(&shop, &session, change, &[HONG]).await;
    assert_eq!(notice(&answer), "returnurl_trimmed");
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("https://shop.example/b?token_version_id="));
}

#[tokio::test]
async fn a_fragment_is_noticed() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let change = |fields: &mut Map<String, Value>| {
        fields.insert("returnurl".to_owned(), "https://shop.example/#/b".into());
    };
    let answer = open(&shop, &session, change, &[HONG]).await;
    assert_eq!(notice(&answer), "returnurl_fragment");
}

#[tokio::test]
async fn a_callback_that_common_servers_refuse_is_noticed() {
    let shop = shop().await;
    for (length, method, is_noticed) in [
        (500, "get", false),
        (4_000, "get", true),
        (40_000, "get", true),
        (40_000, "post", false),
    ] {
        let session = shop.session("request-1").await;
        let change = |fields: &mut Map<String, Value>| {
            fields.insert("receivedata".to_owned(), "x".repeat(length).into());
            fields.insert("methodtype".to_owned(), method.into());
        };
        let answer = open(&shop, &session, change, &[HONG]).await;
        let found = notice(&answer).starts_with("callback_too_long=");
        assert_eq!(found, is_noticed, "{length} {method}");
        if let Some(location) = answer.headers().get("location")
            && is_noticed
        {
            assert_eq!(
                notice(&answer),
                format!("callback_too_long={}", location.len())
            );
        }
        let answer = open(&shop, &session, change, &[]).await;
        assert_eq!(
            notice(&answer).starts_with("callback_too_long="),
            is_noticed
        );
    }
}

#[tokio::test]
async fn a_page_on_another_origin_than_returnurl_is_noticed_at_once() {
    let shop = start(None, Sandbox::standalone).await;
    for (header, page, returnurl, noticed) in [
        (
            "origin",
            "http://localhost:3000",
            "http://127.0.0.1:3000/b",
            true,
        ),
        (
            "origin",
            "http://shop.example",
            "https://shop.example/b",
            true,
        ),
        (
            "origin",
            "https://shop.example:8443",
            "https://shop.example/b",
            true,
        ),
        (
            "referer",
            "http://localhost:3000/pay?x=1",
            "http://127.0.0.1:3000/b",
            true,
        ),
        (
            "origin",
            "https://shop.example",
            "https://shop.example/b",
            false,
        ),
        (
            "origin",
            "https://shop.example",
            "https://shop.example:443/b",
            false,
        ),
        // A page that hides its origin.
        ("origin", "null", "https://shop.example/b", false),
        ("origin", "https://shop.example", "shopapp://done", false),
    ] {
        let session = shop.session("request-1").await;
        let sealed = session.seal(&[("returnurl", returnurl)]);
        let url = format!("{}/CheckPlusSafeModel/service.cb", shop.base_url);
        let answer = shop
            .http
            .post(url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(header, page)
            .body(form(&session, &sealed, &[]))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let found = notice(&answer).starts_with("origin_differs=");
        assert_eq!(found, noticed, "{page} {returnurl}");
        let html = answer.text().await.unwrap();
        assert_eq!(html.contains("class=\"notice\""), noticed);
    }
}
