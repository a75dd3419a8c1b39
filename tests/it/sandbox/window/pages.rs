use std::collections::BTreeSet;

use member_verification::sandbox::Sandbox;
use reqwest::StatusCode;

use super::client::{form, inputs, returned, shop, start};

#[tokio::test]
async fn a_person_chooses_on_the_page() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let sealed = session.seal(&[]);
    let answer = shop.open(&session, &sealed, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for (header, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "origin"),
        ("x-content-type-options", "nosniff"),
        ("content-type", "text/html; charset=utf-8"),
        ("x-nice-environment", "sandbox"),
    ] {
        assert_eq!(answer.headers()[header], value);
    }
    assert!(!answer.headers().contains_key("cross-origin-opener-policy"));
    let html = answer.text().await.unwrap();
    assert!(html.contains("SANDBOX") && html.contains("shop.example"));
    assert!(html.contains("action=\"../sandbox/window/answer\""));
    // Neither script nor style in the page itself, nor another host's.
    assert!(!html.contains("style=") && !html.contains("<style") && !html.contains("onclick"));
    assert!(!html.contains("<script>"));
    assert!(!html.contains("src=\"http") && !html.contains("href=\"http"));
    // The page's own fields, and choices as a browser sends them.
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(inputs(&html));
    body.append_pair("sandbox_persona", "mvno");
    body.append_pair("sandbox_mobileco", "5");
    body.append_pair("sandbox_name", "");
    body.append_pair("sandbox_ci", "");
    body.append_pair("sandbox_outcome", "success");
    body.append_pair("sandbox_resultcode", "");
    let answer = shop.post("/sandbox/window/answer", &body.finish()).await;
    let result = session.open(&returned(&answer));
    assert_eq!(result["name"], "이알뜰");
    assert_eq!(result["mobileco"], "5");
    assert_eq!(result["ci"].as_str().unwrap().len(), 88);
}

#[tokio::test]
async fn the_answer_checks_everything_again() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let whole = form(&session, &session.seal(&[]), &[("sandbox_persona", "hong")]);
    for (from, to, fault) in [
        (
            "integrity_value=",
            "integrity_value=AAAA",
            "integrity_mismatch",
        ),
        (
            "sandbox_persona=hong",
            "sandbox_persona=x",
            "persona_unknown",
        ),
        ("sandbox_persona=hong", "", "parameter_missing"),
        ("m=service", "m=x", "not_service"),
    ] {
        let answer = shop
            .post("/sandbox/window/answer", &whole.replace(from, to))
            .await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{fault}");
        assert_eq!(answer.headers()["x-sandbox-fault"], fault);
    }
    shop.pass(3_600);
    let answer = shop.post("/sandbox/window/answer", &whole).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_start_page_says_how_to_begin() {
    let shop = shop().await;
    let answer = shop.get("/").await;
    assert_eq!(answer.headers()["location"], "./sandbox/");
    let html = shop.get("/sandbox/").await.text().await.unwrap();
    for part in [
        "client",
        "secret",
        "2101979031",
        "hong",
        "tamper_mac",
        "curl",
        &shop.base_url,
    ] {
        assert!(html.contains(part), "{part}");
    }
    let embedded = start(None, Sandbox::embedded).await;
    assert_eq!(embedded.get("/").await.status(), StatusCode::NOT_FOUND);
    let html = embedded.get("/sandbox/").await.text().await.unwrap();
    assert!(html.contains(&format!("{}/sandbox/CheckPlusSafeModel", embedded.base_url)));
    assert!(html.contains("/v1/member/getOAuthToken"));
}

#[tokio::test]
async fn pages_find_their_files_in_both_mountings() {
    for router in [Sandbox::standalone, Sandbox::embedded] {
        let shop = start(None, router).await;
        let html = shop.get("/sandbox/").await.text().await.unwrap();
        assert!(html.contains("../sandbox/assets/sandbox.css"));
        for (file, kind) in [
            ("sandbox.css", "text/css; charset=utf-8"),
            ("window.js", "text/javascript; charset=utf-8"),
            ("way_back.js", "text/javascript; charset=utf-8"),
        ] {
            let answer = shop.get(&format!("/sandbox/assets/{file}")).await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()["content-type"], kind);
        }
    }
}

#[tokio::test]
async fn each_field_of_the_faults_page_has_a_name_of_its_own() {
    let shop = shop().await;
    let answer = shop.get("/sandbox/faults").await;
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(answer.headers()[header], value);
    }
    let html = answer.text().await.unwrap();
    let all = |before: &str| -> Vec<String> {
        let parts = html.split(before).skip(1);
        parts
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let names = all("aria-label=\"");
    assert!(names.len() > 300, "{}", names.len());
    let different: BTreeSet<_> = names.iter().collect();
    assert_eq!(different.len(), names.len());
    // The index leads to each row.
    let links = all("<li><a href=\"#");
    assert!(links.len() > 100);
    assert_eq!(links, all("<tr id=\""));
}

#[tokio::test]
async fn texts_follow_the_browsers_own_size() {
    let shop = shop().await;
    let css = shop.get("/sandbox/assets/sandbox.css").await;
    let css = css.text().await.unwrap();
    for size in css.split("font-size:").skip(1) {
        let size = size.split([';', '}']).next().unwrap().trim();
        assert!(size.ends_with("rem"), "{size}");
    }
    assert!(css.contains("@media (forced-colors: active)"));
}

#[tokio::test]
async fn links_work_under_a_prefix_that_a_proxy_strips() {
    for (router, path) in [
        (
            Sandbox::standalone as fn(&Sandbox) -> _,
            "/CheckPlusSafeModel/service.cb",
        ),
        (Sandbox::embedded, "/sandbox/CheckPlusSafeModel/service.cb"),
        (Sandbox::standalone, "/cert/request"),
        (Sandbox::standalone, "/sandbox/"),
        (Sandbox::standalone, "/sandbox/faults"),
    ] {
        let shop = start(None, router).await;
        let session = shop.session("request-1").await;
        let form = form(&session, &session.seal(&[]), &[]);
        let answer = shop.get(&format!("{path}?{form}")).await;
        let html = answer.text().await.unwrap();
        let at: url::Url = format!("http://shop.example/prefix{path}").parse().unwrap();
        for before in ["href=\"", "src=\"", "action=\""] {
            for rest in html.split(before).skip(1) {
                let link = rest.split('"').next().unwrap();
                let target = at.join(link).unwrap();
                assert!(target.path().starts_with("/prefix/"), "{path}: {link}");
            }
        }
    }
}
