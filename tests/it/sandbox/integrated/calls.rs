//! `auth/token` and `auth/url`: shapes, checks and their order, notices.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::client::{Nice, basic, decoded, good, nice, refusal, request_no, start};
use crate::support::told::Told;

#[tokio::test]
async fn a_token_has_the_shape_of_nices() {
    let nice = nice().await;
    let body = Nice::token_body();
    let told = nice.call("token", &nice.basic(), &body).await;
    let answer = good(&told);
    assert_eq!(told.header("content-type").unwrap(), "application/json");
    assert_eq!(told.header("x-sandbox-notice"), None);
    assert_eq!(answer["result_message"], "응답성공");
    assert_eq!(answer["request_no"], body["request_no"]);
    assert_eq!(answer["token_type"], "Bearer");
    let now = nice.clock.now();
    assert_eq!(answer["expires_in"], now.as_millisecond() + 86_400_000);
    let token = nice.token().await;
    assert!((10..=100).contains(&token.iterators));
    let ticket = decoded(&token.ticket);
    assert_eq!((token.ticket.len(), ticket.len()), (56, 42));
    assert!(ticket.starts_with("S1") || ticket.starts_with("S2"));
    assert_eq!(&ticket[2..19], "20260302100203456");
    let claims = token.claims();
    assert_eq!(claims["jti"], token.ticket);
    assert_eq!(claims["iterations"], token.iterators);
    assert_eq!(claims["iat"], now.as_second());
    assert_eq!(claims["exp"], now.as_second() + 86_400);
    assert_eq!(claims["scope"], json!(["M", "F", "U", "I"]));
    let header = token.jwt.split('.').next().unwrap();
    assert!(decoded(header).contains("HS512"));
}

#[tokio::test]
async fn the_defaults_have_the_shape_of_nices_credentials() {
    let settings = nice().await.settings;
    assert!(settings.client_id.starts_with("NI") && settings.client_id.len() == 38);
    assert_eq!(settings.client_secret.expose().len(), 80);
}

#[tokio::test]
async fn several_tokens_live_at_once_and_a_day_long() {
    let nice = nice().await;
    let (first, second) = (nice.token().await, nice.token().await);
    assert_ne!(first.ticket, second.ticket);
    nice.begin(&first, json!({})).await;
    nice.pass(86_398);
    nice.begin(&first, json!({})).await;
    nice.begin(&second, json!({})).await;
    nice.pass(2);
    let told = nice.url(&first, json!({})).await;
    assert_eq!(refusal(&told), ("1003".into(), 400, "token_expired".into()));
}

#[tokio::test]
async fn an_address_has_the_shape_of_nices() {
    for prefix in ["", "/sandbox"] {
        let nice = start(|_| {}, prefix).await;
        let token = nice.token().await;
        let begun = nice.begin(&token, json!({})).await;
        let window = format!("{}/ido/cert/request/S1", nice.base_url);
        assert!(begun.auth_url.starts_with(&window), "{}", begun.auth_url);
        assert_eq!(begun.auth_url.len(), window.len() + 36);
        let id = decoded(&begun.transaction_id);
        assert_eq!((begun.transaction_id.len(), id.len()), (55, 41));
        assert!(id.starts_with("S1") && &id[16..33] == "20260302100203456");
    }
}

async fn refused(
    nice: &Nice,
    name: &str,
    authorization: &str,
    body: &str,
) -> (String, u16, String) {
    let request = nice
        .post(&format!("/ido/intc/v1.0/auth/{name}"))
        .header("authorization", authorization)
        .header("content-type", "application/json")
        .body(body.to_owned());
    refusal(&Told::of(request.send().await.unwrap()).await)
}

#[tokio::test]
async fn a_call_for_a_token_is_checked_in_nices_order() {
    let nice = nice().await;
    let (right, body) = (nice.basic(), Nice::token_body().to_string());
    let id = nice.settings.client_id.clone();
    let secret = nice.settings.client_secret.expose().to_owned();
    for (authorization, body, code, status, fault) in [
        // The body comes before the header.
        ("", "", "3001", 200, "body_missing"),
        (
            "",
            "grant_type=client_credentials",
            "3001",
            200,
            "body_is_a_form",
        ),
        ("", "[]", "3001", 200, "body_not_an_object"),
        ("", "{", "3001", 200, "body_not_json"),
        ("Bearer x", &body, "1001", 400, "authorization_scheme"),
        ("Basic ***", &body, "3002", 200, "authorization_not_base64"),
        (
            &format!("Basic {id}:{secret}"),
            &body,
            "3002",
            200,
            "authorization_not_encoded",
        ),
        (
            "Basic YWJj",
            &body,
            "3003",
            200,
            "authorization_without_colon",
        ),
        (
            &basic("NI-other", &secret),
            "{}",
            "1006",
            400,
            "client_id_unknown",
        ),
        (
            &basic(&id, "other"),
            "{}",
            "1006",
            400,
            "client_secret_wrong",
        ),
        (
            &basic(&secret, &id),
            "{}",
            "1006",
            400,
            "client_id_and_secret_swapped",
        ),
        // Those of the standard window.
        (
            &basic("client", "secret"),
            "{}",
            "1006",
            400,
            "client_id_of_the_older_api",
        ),
        (&right, "{}", "1002", 400, "grant_type_missing"),
        (
            &right,
            r#"{"grant_type":1}"#,
            "1002",
            400,
            "grant_type_not_text",
        ),
        (
            &right,
            r#"{"grant_type":"x"}"#,
            "1002",
            400,
            "grant_type_not_client_credentials",
        ),
        (
            &right,
            r#"{"grant_type":"client_credentials"}"#,
            "1002",
            400,
            "request_no_missing",
        ),
    ] {
        let expected = (code.to_owned(), status, fault.to_owned());
        assert_eq!(refused(&nice, "token", authorization, body).await, expected);
    }
}

#[tokio::test]
async fn what_nice_takes_is_taken_and_noticed() {
    let nice = nice().await;
    let notice = async |authorization: &str, body: &Value| {
        let told = nice.call("token", authorization, body).await;
        good(&told);
        told.header("x-sandbox-notice")
            .unwrap_or_default()
            .to_owned()
    };
    let text = format!(
        "{}:{}",
        nice.settings.client_id,
        nice.settings.client_secret.expose()
    );
    let padded = format!("Basic {}", STANDARD.encode(&text));
    assert!(padded.ends_with('='));
    assert_eq!(notice(&padded, &Nice::token_body()).await, "basic_padded");
    let short = json!({"grant_type": "client_credentials", "request_no": "1", "scope": "x"});
    let all = notice(&nice.basic(), &short).await;
    assert_eq!(all, "field_unknown=scope, request_no_length=1");
    let bare = nice
        .post("/ido/intc/v1.0/auth/token")
        .header("authorization", nice.basic())
        .body(Nice::token_body().to_string());
    let told = Told::of(bare.send().await.unwrap()).await;
    good(&told);
    assert_eq!(
        told.header("x-sandbox-notice").unwrap(),
        "content_type_not_json, devlang_absent"
    );
}

#[tokio::test]
async fn the_standard_alphabet_is_noticed() {
    let nice = start(
        |settings| {
            // A text whose base64 has a slash.
            settings.integrated.client_secret =
                member_verification::secret::Secret::new("ab??????".to_owned());
        },
        "",
    )
    .await;
    let text = format!("{}:ab??????", nice.settings.client_id);
    let standard = STANDARD.encode(text);
    assert!(standard.contains('/'), "{standard}");
    let told = nice
        .call("token", &format!("Basic {standard}"), &Nice::token_body())
        .await;
    good(&told);
    let notice = told.header("x-sandbox-notice").unwrap();
    assert!(notice.contains("basic_standard_alphabet"), "{notice}");
}

#[tokio::test]
async fn what_comes_in_an_access_tokens_place_is_named() {
    let nice = nice().await;
    let token = nice.token().await;
    let other = format!("{}x", &token.jwt[..token.jwt.len() - 1]);
    let encoded = STANDARD.encode(&token.jwt);
    let older = STANDARD.encode("00000000-0000-0000-0000-000000000000:1700000000:client");
    for (authorization, code, fault) in [
        (token.jwt.as_str(), "1001", "authorization_scheme"),
        (&format!("Bearer {other}"), "1004", "token_unknown"),
        (&format!("Bearer {encoded}"), "1004", "token_encoded_again"),
        (
            &format!("Bearer {}", token.ticket),
            "1004",
            "ticket_for_access_token",
        ),
        (&format!("bearer {older}"), "1004", "token_of_the_older_api"),
        ("Bearer nonsense", "1004", "token_not_a_jwt"),
        ("Bearer ", "1001", "authorization_scheme"),
    ] {
        for call in ["url", "result"] {
            let told = nice.call(call, authorization, &json!({})).await;
            assert_eq!(
                refusal(&told),
                (code.into(), 400, fault.into()),
                "{authorization}"
            );
        }
    }
}

#[tokio::test]
async fn a_request_for_an_address_is_checked() {
    let nice = nice().await;
    let token = nice.token().await;
    let long = format!("https://shop.example/{}", "a".repeat(230));
    assert_eq!(long.len(), 251);
    for (more, code, status, fault) in [
        (
            json!({"request_no": null}),
            "1002",
            400,
            "request_no_missing",
        ),
        (
            json!({"request_no": 12}),
            "1002",
            400,
            "request_no_not_text",
        ),
        (
            json!({"request_no": "a".repeat(19)}),
            "1002",
            400,
            "request_no_too_short",
        ),
        (
            json!({"request_no": "a".repeat(51)}),
            "1002",
            400,
            "request_no_too_long",
        ),
        (json!({"return_url": ""}), "1002", 400, "return_url_missing"),
        (
            json!({"return_url": long}),
            "1002",
            400,
            "return_url_too_long",
        ),
        (
            json!({"return_url": "/back"}),
            "3022",
            200,
            "return_url_invalid",
        ),
        (
            json!({"return_url": "javascript:alert(1)"}),
            "3022",
            200,
            "return_url_invalid",
        ),
        (
            json!({"close_url": long}),
            "1002",
            400,
            "close_url_too_long",
        ),
        (
            json!({"close_url": "shop"}),
            "3022",
            200,
            "close_url_invalid",
        ),
    ] {
        let told = nice.url(&token, more.clone()).await;
        assert_eq!(
            refusal(&told),
            (code.into(), status, fault.into()),
            "{more}"
        );
    }
    for length in [20, 50] {
        nice.begin(&token, json!({"request_no": "a".repeat(length)}))
            .await;
    }
    nice.begin(&token, json!({"return_url": &long[..250]}))
        .await;
}

#[tokio::test]
async fn the_choices_of_an_address_are_checked() {
    let nice = nice().await;
    let token = nice.token().await;
    for (more, code, status, fault) in [
        (json!({"svc_types": []}), "1002", 400, "svc_types_missing"),
        (
            json!({"svc_types": "M"}),
            "1002",
            400,
            "svc_types_not_a_list",
        ),
        (json!({"svc_types": [1]}), "1002", 400, "svc_types_not_text"),
        (
            json!({"svc_types": ["C"]}),
            "3031",
            200,
            "svc_types_unknown",
        ),
        (
            json!({"method_type": "get"}),
            "1002",
            400,
            "method_type_not_upper_case",
        ),
        (
            json!({"method_type": "PUT"}),
            "1002",
            400,
            "method_type_unknown",
        ),
        (
            json!({"exp_mods": "closeButtonOn"}),
            "1002",
            400,
            "exp_mods_not_a_list",
        ),
    ] {
        let told = nice.url(&token, more.clone()).await;
        assert_eq!(
            refusal(&told),
            (code.into(), status, fault.into()),
            "{more}"
        );
    }
    let none = json!({"close_url": null, "exp_mods": null, "method_type": null});
    nice.begin(&token, none).await;
}

#[tokio::test]
async fn doubtful_addresses_are_taken_and_noticed() {
    let nice = nice().await;
    let token = nice.token().await;
    for (more, notice) in [
        (
            json!({"return_url": "http://shop.example/"}),
            "url_not_https=return_url",
        ),
        (
            json!({"close_url": "shop://closed"}),
            "url_app_scheme=close_url",
        ),
        (
            json!({"return_url": "https://shop.example/#/back"}),
            "return_url_fragment",
        ),
        (json!({"exp_mods": []}), "close_url_without_button"),
        (
            json!({"exp_mods": ["closeButtonOn", "other"]}),
            "exp_mods_unknown=other",
        ),
        (json!({"returnUrl": "x"}), "field_misspelt=returnUrl"),
    ] {
        let told = nice.url(&token, more.clone()).await;
        good(&told);
        assert_eq!(told.header("x-sandbox-notice").unwrap(), notice, "{more}");
    }
    for local in [
        "http://localhost:8080/",
        "http://127.0.0.1/",
        "http://[::1]/",
    ] {
        let told = nice.url(&token, json!({"return_url": local})).await;
        assert_eq!(told.header("x-sandbox-notice"), None, "{local}");
    }
}

#[tokio::test]
async fn a_number_serves_once() {
    let nice = nice().await;
    let token = nice.token().await;
    let number = request_no();
    let first = nice.begin(&token, json!({"request_no": number})).await;
    let told = nice.url(&token, json!({"request_no": number})).await;
    assert_eq!(
        refusal(&told),
        ("3028".into(), 200, "request_no_reused".into())
    );
    let reuse = json!([{"call": "auth_url", "fault": "request_no_reuse_taken", "times": 1}]);
    nice.switch_on(reuse).await;
    let second = nice.begin(&token, json!({"request_no": number})).await;
    assert_ne!(first.transaction_id, second.transaction_id);
}

#[tokio::test]
async fn the_contract_limits_the_methods() {
    let nice = start(|settings| settings.integrated.svc_types.truncate(2), "").await;
    let token = nice.token().await;
    assert_eq!(token.claims()["scope"], json!(["M", "F"]));
    nice.begin(&token, json!({"svc_types": ["F", "M"]})).await;
    let told = nice.url(&token, json!({"svc_types": ["M", "I"]})).await;
    assert_eq!(
        refusal(&told),
        ("3031".into(), 200, "svc_types_not_contracted".into())
    );
}

#[tokio::test]
async fn another_path_or_method_is_1010() {
    let nice = nice().await;
    for (path, fault) in [
        ("/ido/intc/v2.0/auth/token", "version_unknown"),
        ("/ido/intc/v1.0/auth/tokens", "path_unknown"),
        (
            "/ido/digital/niceid/oauth/oauth/token",
            "path_of_the_older_api",
        ),
    ] {
        let told = Told::of(nice.post(path).send().await.unwrap()).await;
        assert_eq!(refusal(&told), ("1010".into(), 400, fault.into()), "{path}");
    }
    let get = nice
        .http
        .get(format!("{}/ido/intc/v1.0/auth/token", nice.base_url));
    let told = Told::of(get.send().await.unwrap()).await;
    assert_eq!(
        refusal(&told),
        ("1010".into(), 400, "method_not_post".into())
    );
}

#[tokio::test]
async fn the_older_api_names_what_belongs_to_the_newer_one() {
    let nice = nice().await;
    let older = "/digital/niceid/oauth/oauth/token";
    let padded = {
        let settings = &nice.settings;
        let text = format!("{}:{}", settings.client_id, settings.client_secret.expose());
        format!("Basic {}", STANDARD.encode(text))
    };
    for authorization in [nice.basic(), padded] {
        let request = nice
            .post(older)
            .header("authorization", authorization)
            .body("grant_type=client_credentials&scope=default");
        let told = Told::of(request.send().await.unwrap()).await;
        assert_eq!(told.json()["dataHeader"]["GW_RSLT_CD"], "1702");
        let fault = told.header("x-sandbox-fault").unwrap();
        assert_eq!(fault, "client_id_of_the_newer_api");
    }
    let token = nice.token().await;
    let request = nice
        .post("/digital/niceid/api/v1.0/common/crypto/token")
        .header("authorization", token.bearer())
        .body("{}");
    let told = Told::of(request.send().await.unwrap()).await;
    let fault = told.header("x-sandbox-fault").unwrap();
    assert_eq!(fault, "access_token_of_the_newer_api");
}

#[tokio::test]
async fn a_token_from_before_a_restart_still_works() {
    let (before, after) = (nice().await, nice().await);
    let token = before.token().await;
    after.begin(&token, json!({})).await;
}

#[tokio::test]
async fn no_id_comes_twice() {
    let nice = nice().await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let token = nice.token().await;
        let begun = nice.begin(&token, json!({})).await;
        for id in [token.ticket, begun.transaction_id, begun.auth_url] {
            assert!(seen.insert(id));
        }
    }
    let listed = nice.http.get(format!("{}/sandbox/", nice.base_url));
    let page = listed.send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&nice.settings.client_id));
}
