use member_verification::crypto::Sealed;
use reqwest::{Response, StatusCode};

use super::client::{SERVICE, Session, Shop, form, shop};

/// That it was refused so, in both languages.
async fn assert_fault(answer: Response, status: u16, fault: &str, title: &str) {
    assert_eq!(answer.status().as_u16(), status, "{fault}");
    assert_eq!(answer.headers()["x-sandbox-fault"], fault);
    assert_eq!(answer.headers()["x-nice-environment"], "sandbox");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let html = answer.text().await.unwrap();
    assert!(html.contains(title), "{fault}: {html}");
    assert!(html.contains("이렇게 고치세요") && html.contains("How to fix it"));
}

async fn refused(shop: &Shop, session: &Session, sealed: Sealed, fault: &str, title: &str) {
    let more = [("sandbox_persona", "hong")];
    let answer = shop.open(session, &sealed, &more).await;
    assert_fault(answer, 400, fault, title).await;
}

#[tokio::test]
async fn each_field_that_breaks_a_rule_is_named() {
    let shop = shop().await;
    let (long, longer) = ("x".repeat(30), "x".repeat(31));
    for (field, value, fault, title) in [
        ("returnurl", "", "field_missing", "returnurl"),
        (
            "requestno",
            "가나다라마바사아자차카타파하가나",
            "field_too_long",
            "has 32 bytes in CP949; the limit is 30",
        ),
        (
            "requestno",
            longer.as_str(),
            "field_too_long",
            "the limit is 30",
        ),
        ("sitecode", "", "field_missing", "sitecode"),
        (
            "sitecode",
            "EXAMPLE00001",
            "sitecode_mismatch",
            "EXAMPLE00001",
        ),
        ("authtype", "Z", "field_value", "M, C, X, U, F, S"),
        ("mobilceco", "SKT", "field_value", "S, K, L"),
        ("methodtype", "put", "field_value", "get, post"),
        ("popupyn", "yes", "field_value", "Y, N"),
        (
            "businessno",
            "12345678901",
            "field_too_long",
            "the limit is 10",
        ),
    ] {
        let session = shop.session("request-1").await;
        let sealed = session.seal(&[(field, value)]);
        refused(&shop, &session, sealed, fault, title).await;
    }
    let session = shop.session("request-1").await;
    let mut fields = session.fields(&[]);
    fields.insert("requestno".to_owned(), 7.into());
    let sealed = session.seal_text(&serde_json::to_string(&fields).unwrap());
    refused(&shop, &session, sealed, "field_not_text", "Not a string").await;
    // The limits themselves and empty optional fields pass.
    let optional = [
        ("requestno", long.as_str()),
        ("authtype", ""),
        ("mobilceco", ""),
        ("popupyn", ""),
        ("businessno", ""),
        ("receivedata", ""),
    ];
    let more = [("sandbox_persona", "hong")];
    let answer = shop.open(&session, &session.seal(&optional), &more).await;
    assert_eq!(answer.status(), StatusCode::FOUND);
}

#[tokio::test]
async fn each_wrong_call_is_named() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let whole = form(&session, &session.seal(&[]), &[]);
    for name in ["m", "token_version_id", "enc_data", "integrity_value"] {
        let without = whole.replace(&format!("{name}="), "unknown=");
        let without = if name == "m" {
            without.replacen("unknown=", "x=", 1)
        } else {
            without
        };
        let answer = shop.post(SERVICE, &without).await;
        assert_fault(answer, 400, "parameter_missing", name).await;
    }
    for (from, to, fault, title) in [
        (
            "m=service",
            "m=checkplusService",
            "not_service",
            "checkplusService",
        ),
        ("enc_data=", "enc_data=%252B", "encoded_twice", "enc_data"),
        (
            "enc_data=",
            "enc_data=AAAA%0D%0A",
            "line_breaks",
            "line breaks",
        ),
    ] {
        let answer = shop.post(SERVICE, &whole.replace(from, to)).await;
        assert_fault(answer, 400, fault, title).await;
    }
    let answer = shop
        .http
        .post(format!("{}{SERVICE}", shop.base_url))
        .header("Content-Type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_fault(answer, 400, "not_a_form", "application/json").await;
}

#[tokio::test]
async fn an_unknown_or_expired_token_is_not_found() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let whole = form(&session, &session.seal(&[]), &[]);
    let unknown = whole.replace(&session.token_version_id, "20260101000000-XX-1");
    let answer = shop.post(SERVICE, &unknown).await;
    assert_fault(answer, 404, "token_unknown", "Unknown token").await;
    shop.pass(3_599);
    assert_eq!(shop.post(SERVICE, &whole).await.status(), StatusCode::OK);
    shop.pass(1);
    let answer = shop.post(SERVICE, &whole).await;
    assert_fault(answer, 404, "token_expired", "11:02:03").await;
}

#[tokio::test]
async fn the_sandboxs_own_parameters_are_checked() {
    let shop = shop().await;
    for (more, fault, lists) in [
        (
            ("sandbox_persona", "nobody"),
            "persona_unknown",
            "hong, pyeop, rare",
        ),
        (
            ("sandbox_outcome", "sucess"),
            "outcome_unknown",
            "tamper_token",
        ),
        (
            ("sandbox_outcom", "fail"),
            "sandbox_parameter_unknown",
            "sandbox_outcome",
        ),
    ] {
        let session = shop.session("request-1").await;
        let answer = shop.open(&session, &session.seal(&[]), &[more]).await;
        assert_fault(answer, 400, fault, lists).await;
    }
}

#[tokio::test]
async fn what_the_caller_sent_is_shown_as_text() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let sealed = session.seal(&[("sitecode", "<b>\"'&")]);
    let html = shop
        .open(&session, &sealed, &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(!html.contains("<b>\""));
    assert!(html.contains("&#60;b&#62;"));
}
