//! Pages and documents under a path prefix: one that a proxy strips, and
//! `BASE_PATH`, which it keeps.

use serde_json::Value;

use crate::support::{client::browser, program::Service, told::Told};

const BASE: &str = "/api/member";
const PAGES: [&str; 9] = [
    "/docs/",
    "/docs/swagger-ui-bundle.js",
    "/popup.js",
    "/openapi.json",
    "/openapi-3.0.json",
    "/openapi-contract.json",
    "/demo",
    "/sandbox/",
    "/sandbox/faults",
];

async fn get(service: &Service, path: &str) -> Told {
    let request = browser().get(format!("{}{path}", service.url));
    Told::of(request.send().await.unwrap()).await
}

/// All that a page names by `href`, `src` or `action`, from its own address.
fn named(page: &url::Url, html: &str) -> Vec<String> {
    ["href=\"", "src=\"", "action=\""]
        .iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|address| !address.starts_with(['#']) && !address.starts_with("data:"))
        .map(|address| page.join(address).unwrap().path().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_are_under_the_base_path_too() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for path in PAGES {
        let bare = get(&service, path).await;
        let based = get(&service, &format!("{BASE}{path}")).await;
        assert_eq!((bare.status, based.status), (200, 200), "{path}");
        assert_eq!(
            bare.header("content-type"),
            based.header("content-type"),
            "{path}"
        );
        if path.contains(".js") {
            assert!(bare.body == based.body, "{path}");
        }
    }
}

/// Behind a proxy that knows one prefix, whatever a page names is below it.
#[tokio::test]
async fn pages_name_nothing_beside_their_prefix() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for (prefix, at) in [(BASE, BASE), ("/auth", "")] {
        for path in ["/docs/", "/demo", "/sandbox/", "/sandbox/faults"] {
            let told = get(&service, &format!("{at}{path}")).await;
            let address = format!("http://shop.example{prefix}{path}")
                .parse()
                .unwrap();
            let named = named(&address, &told.body);
            assert!(named.len() > 2, "{path}: {named:?}");
            for address in named {
                let below = address.strip_prefix(prefix);
                let below = below.unwrap_or_else(|| panic!("{path} names {address}"));
                if below.contains("/on") || below.contains("/off") {
                    continue;
                }
                let answer = get(&service, &format!("{at}{below}")).await;
                assert_eq!(answer.status, 200, "{path} names {address}");
            }
        }
    }
}

#[tokio::test]
async fn redirects_keep_the_prefix() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for (from, to) in [
        ("/", "/demo"),
        ("/docs", "/docs/"),
        ("/demo/", "/demo"),
        ("/sandbox", "/sandbox/"),
    ] {
        for prefix in ["", BASE] {
            let told = get(&service, &format!("{prefix}{from}")).await;
            assert!((300..400).contains(&told.status), "{from}: {told:?}");
            let location = told.header("location").unwrap();
            assert!(!location.starts_with('/'), "{location}");
            let page: url::Url = format!("http://shop.example/auth{from}").parse().unwrap();
            assert_eq!(
                page.join(location).unwrap().path(),
                format!("/auth{to}"),
                "{from}"
            );
        }
    }
}

/// The sandbox's window and the default `returnurl` are where the caller is.
#[tokio::test]
async fn the_sandbox_names_its_addresses_as_the_caller_reaches_them() {
    let service = Service::start(&["--sandbox"], &[]).await;
    for (path, stripped, expected) in [
        ("", None, "https://shop.example"),
        (BASE, None, "https://shop.example/api/member"),
        ("", Some("/auth"), "https://shop.example/auth"),
        (BASE, Some("/auth/"), "https://shop.example/auth/api/member"),
        ("", Some("auth"), "https://shop.example/auth"),
        ("", Some("/out, /in"), "https://shop.example/out/in"),
        ("", Some("//evil.example\" x"), "https://shop.example"),
        ("", Some("/../x"), "https://shop.example"),
        ("", Some(&"/long".repeat(60)), "https://shop.example"),
    ] {
        let mut request = browser()
            .post(format!("{}{path}/v1/member/getOAuthToken", service.url))
            .header("host", "shop.example")
            .header("x-forwarded-proto", "https")
            .header("content-type", "application/json")
            .body("{}");
        if let Some(prefix) = stripped {
            request = request.header("x-forwarded-prefix", prefix);
        }
        let told = Told::of(request.send().await.unwrap()).await;
        assert_eq!(
            told.header("x-nice-window-url").unwrap(),
            format!("{expected}/sandbox/CheckPlusSafeModel/service.cb")
        );
        let answer: Value = told.json();
        let values: Vec<(&str, &str)> = ["token_version_id", "enc_data", "integrity_value"]
            .map(|name| (name, answer[name].as_str().unwrap()))
            .into();
        let path = "/sandbox/CheckPlusSafeModel/service.cb";
        let query = [
            &[("m", "service"), ("sandbox_persona", "hong")],
            &values[..],
        ]
        .concat();
        let window = url::Url::parse_with_params(&format!("{}{path}", service.url), query).unwrap();
        let told = Told::of(browser().get(window).send().await.unwrap()).await;
        let location = told.header("location").unwrap();
        let callback = format!("{expected}/v1/member/verificationCallback?");
        assert!(location.starts_with(&callback), "{location}");
    }
}
