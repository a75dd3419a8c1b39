//! What an address, a cookie and a route may give away: nothing.

use serde_json::{Value, json};

use crate::{
    support::app::{ISSUE, OPEN},
    support::client::browser,
    support::nice_stub::{ACCESS_TOKEN, TOKEN_VAL},
    support::program::Service,
};
use crate::{
    support::live::{API_KEY, CLIENT_SECRET, Live},
    support::told::Told,
    support::window::{self, Begun},
};

/// What is personal or secret about a verification in the sandbox.
fn not_for_urls(begun: &Begun, result: &Value) -> Vec<String> {
    let of = |value: &Value, names: &[&str]| -> Vec<String> {
        let text = |name: &&str| value[*name].as_str().unwrap().to_owned();
        names.iter().map(text).collect()
    };
    let personal = ["name", "birthdate", "mobileno", "ci", "di"];
    [
        of(&begun.answer, &["key", "iv", "reqNo"]),
        of(result, &personal),
        vec!["%ED%99%8D".to_owned(), "CANARY-RECEIVED".to_owned()],
    ]
    .concat()
}

#[tokio::test]
async fn nothing_secret_or_personal_is_in_an_address() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for method in ["get", "post"] {
        let request = json!({"methodtype": method, "receivedata": "CANARY-RECEIVED"});
        let begun = Begun::at(&service, &request).await;
        let mut addresses = vec![begun.window.clone()];
        let told = begun.show_window(&[("sandbox_persona", "hong")]).await;
        // By POST they are in a form; what is in the form's own address?
        addresses.extend(told.header("location").map(str::to_owned));
        let actions = told.body.split("action=\"").skip(1);
        addresses.extend(actions.map(|rest| rest.split('"').next().unwrap().to_owned()));
        let values = if let Some(location) = told.header("location") {
            begun.call(&location.parse().unwrap())
        } else {
            let mut call = json!({"reqNo": begun.text("reqNo")});
            for name in ["token_version_id", "enc_data", "integrity_value"] {
                let field = format!("name=\"{name}\" value=\"");
                let rest = told.body.split(&field).nth(1).unwrap();
                call[name] = rest.split('"').next().unwrap().into();
            }
            call
        };
        let opened = window::open(&service, &values).await;
        assert_eq!(opened.status, 200, "{opened:?}");
        assert!(addresses.len() > 1, "{addresses:?}");
        for address in addresses {
            for secret in not_for_urls(&begun, &opened.json()) {
                assert!(!address.contains(&secret), "{secret} in {address}");
            }
        }
    }
}

#[tokio::test]
async fn no_personal_data_goes_to_an_address_of_the_callers() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let mut call = verification.genuine_call();
    for name in [
        "returnurl",
        "redirect",
        "redirect_url",
        "returnUrl",
        "next",
        "url",
    ] {
        call[name] = "https://evil.example/".into();
    }
    let path = format!("{OPEN}?returnurl=https://evil.example/&redirect=https://evil.example/");
    let request = live.request("POST", &path).header("x-api-key", API_KEY);
    let request = request.header("content-type", "application/json");
    let request = request.header("accept", "text/html").body(call.to_string());
    let told = Told::of(request.send().await.unwrap()).await;
    assert_eq!(told.status, 200);
    assert_eq!(
        told.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(told.header("location"), None);
    assert_eq!(told.header("refresh"), None);
    assert!(!told.all().contains("evil.example"), "{told:?}");
}

#[tokio::test]
async fn no_answer_sets_a_cookie() {
    let service = Service::start(&["--sandbox"], &[]).await;
    let begun = Begun::at(&service, &json!({})).await;
    let returned = begun.verify(&[]).await;
    let opened = window::open(&service, &begun.call(&returned)).await;
    let mut answers = vec![begun.show_window(&[]).await, opened];
    for (method, path) in [
        ("POST", ISSUE),
        ("GET", "/v1/member/verificationCallback"),
        ("GET", "/docs/"),
        ("GET", "/sandbox/"),
        ("GET", "/sandbox/faults"),
        ("GET", "/health/ready"),
        ("GET", "/nowhere"),
    ] {
        let url = format!("{}{path}", service.url);
        let request = browser().request(method.parse().unwrap(), url);
        let request = request
            .header("content-type", "application/json")
            .body("{}");
        answers.push(Told::of(request.send().await.unwrap()).await);
    }
    for told in answers {
        assert_eq!(told.header("set-cookie"), None, "{told:?}");
        // Nor in any header that goes along with what the answer is for.
        for (name, value) in &told.headers {
            assert!(!value.contains(begun.text("key")), "{name}");
        }
    }
}

#[tokio::test]
async fn no_route_returns_the_institution_token_or_a_secret() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let document = Told::of(live.request("GET", "/openapi.json").send().await.unwrap()).await;
    let mut paths: Vec<String> = document.json()["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert!(paths.contains(&ISSUE.to_owned()), "{paths:?}");
    for path in [
        "/v1/member/verificationCallback",
        "/v1/member/callback.js",
        "/health/live",
        "/health/ready",
        "/docs/",
        "/docs/swagger-initializer.js",
        "/openapi.json",
        "/openapi-3.0.json",
        "/openapi-contract.json",
        "/metrics",
        "/sandbox/",
        "/.env",
        "/",
    ] {
        paths.push(path.to_owned());
    }
    paths.extend(
        paths
            .clone()
            .iter()
            .map(|path| format!("/api/member{path}")),
    );
    let mut seen = Vec::new();
    for path in &paths {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
            let request = || {
                live.request(method, path)
                    .header("authorization", "Bearer x")
            };
            seen.push(request().send().await.unwrap());
            let json = request().header("content-type", "application/json");
            seen.push(json.body("{}").send().await.unwrap());
        }
    }
    let metrics = reqwest::Client::get(&browser(), live.service.metrics_url().await);
    seen.push(metrics.send().await.unwrap());
    for response in seen {
        let (url, all) = (response.url().clone(), Told::of(response).await.all());
        for secret in [
            ACCESS_TOKEN,
            TOKEN_VAL,
            CLIENT_SECRET,
            API_KEY,
            verification.keys.hmac_key(),
        ] {
            assert!(!all.contains(secret), "{secret} at {url}: {all}");
        }
    }
}
