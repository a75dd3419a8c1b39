//! `serve --sandbox --nice-api integrated`: the whole way over real HTTP,
//! without any setting.

use crate::support::{
    client::browser,
    program::Service,
    told::Told,
    window::{Begun, open},
};
use serde_json::json;
use url::{Url, form_urlencoded};

use super::bench::{location, message, title};

async fn get(address: &str) -> Told {
    Told::of(browser().get(address).send().await.unwrap()).await
}

/// Behind a proxy everything is below the prefix that it keeps or strips: the
/// browser never sees the address at which the service asks its own sandbox.
#[tokio::test]
async fn a_window_is_below_the_prefix_that_the_caller_used() {
    let service = Service::start(&["--sandbox", "--nice-api", "integrated"], &[]).await;
    for (kept, stripped, expected) in [
        ("", "", "https://dev.example"),
        ("/api/member", "", "https://dev.example/api/member"),
        ("", "/auth", "https://dev.example/auth"),
        (
            "/api/member",
            "/auth/",
            "https://dev.example/auth/api/member",
        ),
    ] {
        let proxied = |path: &str| {
            browser()
                .post(format!("{}{kept}{path}", service.url))
                .header("host", "dev.example")
                .header("origin", "https://dev.example")
                .header("x-forwarded-proto", "https")
                .header("x-forwarded-prefix", stripped)
        };
        let asked = proxied("/v1/member/getOAuthToken").header("content-type", "application/json");
        let begun = Told::of(asked.body("{}").send().await.unwrap()).await;
        let bridge = format!("{expected}/v1/member/verificationWindow");
        assert_eq!(begun.header("x-nice-window-url").unwrap(), bridge);
        let values = begun.json();
        let mut form = form_urlencoded::Serializer::new(String::new());
        for name in ["token_version_id", "enc_data", "integrity_value"] {
            form.append_pair(name, values[name].as_str().unwrap());
        }
        let posted = proxied("/v1/member/verificationWindow")
            .header("content-type", "application/x-www-form-urlencoded");
        let window = location(&Told::of(posted.body(form.finish()).send().await.unwrap()).await);
        let below = window.as_str().strip_prefix(expected);
        let below = below.unwrap_or_else(|| panic!("{window} is not below {expected}"));
        assert!(below.starts_with("/sandbox/ido/"), "{window}");
        let verified = get(&format!("{}{below}?sandbox_persona=hong", service.url)).await;
        let back = verified.header("location").unwrap();
        let back = back.strip_prefix(expected).unwrap();
        let values = location(&get(&format!("{}{back}", service.url)).await);
        let callback = format!("{expected}/v1/member/verificationCallback?");
        assert!(values.as_str().starts_with(&callback), "{values}");
    }
}

/// From the bridge to NICE's window, from a page of this origin.
async fn window(begun: &Begun, origin: &str) -> Url {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for name in ["token_version_id", "enc_data", "integrity_value"] {
        form.append_pair(name, begun.text(name));
    }
    let posted = browser()
        .post(&begun.window)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", origin);
    location(&Told::of(posted.body(form.finish()).send().await.unwrap()).await)
}

#[tokio::test]
async fn a_verification_goes_all_the_way() {
    let service = Service::start(&["--sandbox", "--nice-api", "integrated"], &[]).await;
    let request = json!({"requestno": "order-1", "receivedata": "장바구니"});
    let begun = Begun::at(&service, &request).await;
    assert_eq!(
        begun.window,
        format!("{}/v1/member/verificationWindow", service.url)
    );
    let there = window(&begun, &service.url).await;
    assert!(there.path().starts_with("/sandbox/ido/cert/request/"));
    let verified = get(&format!("{there}?sandbox_persona=hong")).await;
    let back = verified.header("location").unwrap();
    assert!(back.starts_with(&format!("{}/v1/member/verificationReturn/", service.url)));
    let values = location(&get(back).await);
    assert!(values.path().ends_with("/v1/member/verificationCallback"));
    assert_eq!(location(&get(back).await), values);
    let told = open(&service, &begun.call(&values)).await;
    assert_eq!(told.status, 200, "{told:?}");
    let result = told.json();
    assert_eq!(result["reqNo"], "order-1");
    assert_eq!(result["name"], "홍길동");
    assert_eq!(result["receivedata"], "장바구니");
    for name in ["sitecode", "responseno", "ci", "di"] {
        let value = result[name].as_str().unwrap();
        assert!(value.starts_with("SANDBOX"), "{name}: {value}");
    }
}

#[tokio::test]
async fn any_shop_is_told_of_its_own_window_in_the_sandbox() {
    let service = Service::start(&["--sandbox", "--nice-api", "integrated"], &[]).await;
    let begun = Begun::at(&service, &json!({"returnurl": "http://192.0.2.7:3000/cb"})).await;
    let mut form = form_urlencoded::Serializer::new(String::new());
    for name in ["token_version_id", "enc_data", "integrity_value"] {
        form.append_pair(name, begun.text(name));
    }
    let form = form.finish();
    let post = async |origin: &str| {
        let posted = browser()
            .post(&begun.window)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin)
            .body(form.clone());
        Told::of(posted.send().await.unwrap()).await
    };
    assert_eq!(post("http://192.0.2.7:3000").await.status, 303);
    let asked = post("http://192.0.2.8:3000").await;
    assert_eq!(
        (asked.status, title(&asked)),
        (200, "Verify your identity?")
    );
    assert!(asked.body.contains("<b>192.0.2.7:3000</b>"));
    assert_eq!(message(&asked), ["", "", ""]);
}

/// As at the standard window, so that the same test of a shop works with either.
#[tokio::test]
async fn what_a_test_chooses_is_carried_through_the_bridge() {
    let service = Service::start(
        &["--sandbox", "--nice-api", "integrated"],
        &[("NICE_SVC_TYPES", "M,F")],
    )
    .await;
    let begun = Begun::at(&service, &json!({})).await;
    let mut form = form_urlencoded::Serializer::new(String::new());
    for name in ["token_version_id", "enc_data", "integrity_value"] {
        form.append_pair(name, begun.text(name));
    }
    form.extend_pairs([
        ("m", "service"),
        ("sandbox_persona", "foreigner"),
        ("sandbox_name", "김 & 리"),
    ]);
    let posted = browser()
        .post(&begun.window)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", &service.url)
        .body(form.finish());
    let window = location(&Told::of(posted.send().await.unwrap()).await);
    let names: Vec<_> = window.query_pairs().map(|(name, _)| name).collect();
    assert_eq!(names, ["sandbox_persona", "sandbox_name"]);
    // No page asks any more.
    let verified = get(window.as_str()).await;
    let values = location(&get(verified.header("location").unwrap()).await);
    let result = open(&service, &begun.call(&values)).await.json();
    assert_eq!(
        (&result["name"], &result["nationalinfo"]),
        (&json!("김 & 리"), &json!("1"))
    );
}
