//! The window's close button.

use serde_json::json;

use super::bench::{Bench, SHOP, check_page, message, title};

#[tokio::test]
async fn the_shops_page_is_told_and_nothing_changes() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({})).await;
    let token = begun.text("token_version_id");
    for told in [
        bench.get(&window.close_url).await,
        bench.post_form(&window.close_url, &[]).await,
    ] {
        assert_eq!(
            (told.status, title(&told)),
            (200, "The verification was cancelled")
        );
        check_page(&told);
        assert_eq!(message(&told), ["member-verification:closed", token, SHOP]);
        assert!(told.body.contains(&format!("href=\"{SHOP}/\"")), "{told:?}");
    }
    let values = bench.values(&window).await;
    assert_eq!(bench.open(&begun, &values).await.status, 200);
}

#[tokio::test]
async fn an_unknown_id_is_told_to_nobody() {
    let bench = Bench::start().await;
    let (_, window) = bench.opened(&json!({})).await;
    let (base, _) = window.close_url.rsplit_once('/').unwrap();
    let (_, attempt) = window.return_url.rsplit_once('/').unwrap();
    for id in ["AAAAAAAAAAAAAAAAAAAAAA", attempt] {
        let told = bench.get(&format!("{base}/{id}")).await;
        assert_eq!((told.status, message(&told)), (200, ["", "", ""]));
    }
}

#[tokio::test]
async fn an_app_is_opened_again_without_values() {
    let bench = Bench::start().await;
    let (_, window) = bench.opened(&json!({"returnurl": "shop://cb"})).await;
    let told = bench.get(&window.close_url).await;
    assert!(told.body.contains("href=\"shop://cb\""), "{told:?}");
    // No page has such an origin, so none is told.
    assert_eq!(message(&told)[2], "");
}

#[tokio::test]
async fn style_and_script_are_served_beside() {
    let bench = Bench::start().await;
    for path in ["/v1/member/window.css", "/api/member/v1/member/window.js"] {
        assert_eq!(bench.get(path).await.status, 200, "{path}");
    }
}
