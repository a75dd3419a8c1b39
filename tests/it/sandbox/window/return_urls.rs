use reqwest::StatusCode;

use super::client::shop;

#[tokio::test]
async fn an_address_that_must_not_be_returned_to_is_named() {
    let shop = shop().await;
    let long = format!("https://shop.example/{}", "x".repeat(230));
    for (returnurl, method, fault) in [
        ("javascript:alert(1)", "get", "returnurl_scheme"),
        ("JavaScript:alert(1)", "get", "returnurl_scheme"),
        ("data:text/html,x", "get", "returnurl_scheme"),
        ("file:///etc/passwd", "get", "returnurl_scheme"),
        ("blob:https://shop.example/1", "get", "returnurl_scheme"),
        ("vbscript:x", "get", "returnurl_scheme"),
        ("java\nscript:alert(1)", "get", "returnurl_invalid"),
        ("https://shop.example/ x", "get", "returnurl_invalid"),
        ("/back", "get", "returnurl_invalid"),
        ("//shop.example/back", "get", "returnurl_invalid"),
        ("https:shop.example", "get", "returnurl_invalid"),
        ("https://me@shop.example/", "get", "returnurl_invalid"),
        (
            "https://shop.example\\@evil.example/",
            "get",
            "returnurl_invalid",
        ),
        ("", "get", "field_missing"),
        (&long, "get", "field_too_long"),
        ("myapp://done", "post", "returnurl_app_post"),
    ] {
        let session = shop.session("request-1").await;
        let sealed = session.seal(&[("returnurl", returnurl), ("methodtype", method)]);
        let more = [("sandbox_persona", "hong")];
        let answer = shop.open(&session, &sealed, &more).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{returnurl}");
        assert_eq!(answer.headers()["x-sandbox-fault"], fault, "{returnurl}");
    }
}
