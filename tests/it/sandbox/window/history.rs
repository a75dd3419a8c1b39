//! `/sandbox/` lists the last verifications.

use super::client::{Shop, form, shop};

async fn page(shop: &Shop) -> String {
    shop.get("/sandbox/").await.text().await.unwrap()
}

#[tokio::test]
async fn what_was_sent_and_what_came_back_is_listed() {
    let shop = shop().await;
    assert!(page(&shop).await.contains("None yet."));
    let session = shop.session("request-seen").await;
    let sealed = session.seal(&[("mobileco", "S")]);
    shop.open(&session, &sealed, &[]).await;
    let listed = page(&shop).await;
    assert!(listed.contains(&session.token_version_id));
    assert!(listed.contains("request-seen") && listed.contains("<code>opened</code>"));
    assert!(listed.contains("did you mean mobilceco?"));
    assert!(!listed.contains("홍길동&#34;"));
    let answered = form(&session, &sealed, &[("sandbox_persona", "hong")]);
    shop.post("/sandbox/window/answer", &answered).await;
    let listed = page(&shop).await;
    assert!(listed.contains("<code>success</code>"));
    assert!(listed.contains("&#34;name&#34;:&#34;홍길동&#34;"));
    assert!(listed.contains("https://shop.example/back by get"));
}

#[tokio::test]
async fn a_refusal_and_a_cancelled_window_are_listed() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    shop.open(&session, &session.seal(&[("sitecode", "OTHER")]), &[])
        .await;
    assert!(page(&shop).await.contains("<code>sitecode_mismatch</code>"));
    let more = [("sandbox_persona", "hong"), ("sandbox_outcome", "cancel")];
    shop.open(&session, &session.seal(&[]), &more).await;
    assert!(page(&shop).await.contains("<code>cancel</code>"));
}

#[tokio::test]
async fn a_hundred_are_kept_and_no_more_of_a_text_than_fits() {
    let shop = shop().await;
    let first = shop.session("request-0").await;
    shop.open(&first, &first.seal(&[]), &[]).await;
    for number in 1..=100 {
        let session = shop.session(&format!("request-{number}")).await;
        let long = "가".repeat(5_000);
        shop.open(&session, &session.seal(&[("receivedata", &long)]), &[])
            .await;
    }
    let listed = page(&shop).await;
    assert!(!listed.contains(&first.token_version_id));
    // Each in its summary and as an event.
    assert_eq!(listed.matches("<code>opened</code>").count(), 200);
    assert!(listed.len() < 1_000_000, "{}", listed.len());
}
