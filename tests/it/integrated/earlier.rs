//! Windows that an earlier release has opened: its records are read as it wrote
//! them, and a release at its side reads on.

use std::time::Duration;

use member_verification::{nice::integrated::path, store::Cell};
use serde_json::json;

use super::bench::{Begun, Bench, SHOP, WTID, location, message, title};
use crate::support::{app::RETURN_URL, integrated_stub::field};

const LIFE: Duration = Duration::from_mins(15);
/// 22 letters and digits, as that release named its windows.
const RETURNING: &str = "0123456789abcdefghijKL";
const CLOSING: &str = "LKjihgfedcba9876543210";

/// A field after its length, after the others.
fn add(record: &mut Vec<u8>, field: &[u8]) {
    record.extend_from_slice(&u16::try_from(field.len()).unwrap().to_be_bytes());
    record.extend_from_slice(field);
}

fn party(begun: &Begun) -> Vec<u8> {
    let mut record = vec![1];
    for text in [
        begun.text("token_version_id"),
        begun.text("reqNo"),
        RETURN_URL,
    ] {
        add(&mut record, text.as_bytes());
    }
    record
}

/// A session whose window that release has opened.
async fn opened(bench: &Bench) -> Begun {
    let begun = bench.begin(&json!({"receivedata": "주문 42"})).await;
    bench.window(&begun).await;
    let call = bench.nice.calls(path::URL).pop().unwrap();
    let number = bench.nice.calls(path::URL).len();
    let transaction = json!({
        "id": format!("{:A<55}", format!("transaction-{number}-")),
        "request_no": field(&call, "request_no"),
        "ticket": format!("{:A<56}", "ticket-of-token-0-"), "iterators": 20,
    });
    let mut attempt = party(&begun);
    for text in ["get", "", "MFUI"] {
        add(&mut attempt, text.as_bytes());
    }
    let now = bench.clock.now().as_millisecond().to_be_bytes();
    add(&mut attempt, &now);
    add(&mut attempt, transaction.to_string().as_bytes());
    let session = begun.text("token_version_id");
    let place = format!("{session}/0");
    for (cell, id, record) in [
        (Cell::Attempt, RETURNING, &*attempt),
        (Cell::Closing, CLOSING, &party(&begun)),
        (Cell::Received, session, "주문 42".as_bytes()),
        (Cell::Opening, &place, RETURNING.as_bytes()),
    ] {
        let written = bench.store().write_cell(cell, id, record, LIFE).await;
        written.unwrap();
    }
    begun
}

#[tokio::test]
async fn its_window_returns() {
    let bench = Bench::start().await;
    let begun = opened(&bench).await;
    let back = format!("/v1/member/verificationReturn/{RETURNING}?web_transaction_id={WTID}");
    bench.refuse(&["3032"]);
    assert_eq!(bench.get(&back).await.status, 422);
    let progress = bench.store().read_cell(Cell::Progress, RETURNING).await;
    // As that release reads it: no call without an answer, one not verified.
    assert_eq!(**progress.unwrap().unwrap(), [1, 0, 3, 0, 1, 0]);
    let values = location(&bench.get(&back).await);
    assert_eq!(location(&bench.get(&back).await), values);
    assert_eq!(bench.results(), 2);
    let told = bench.open(&begun, &values).await;
    assert_eq!(told.json()["receivedata"], "주문 42");
    for (cell, id) in [
        (Cell::Progress, RETURNING),
        (Cell::Received, begun.text("token_version_id")),
    ] {
        let left = bench.store().read_cell(cell, id).await.unwrap();
        assert!(left.is_none(), "{cell:?}");
    }
}

#[tokio::test]
async fn it_returns_to_the_shop_or_tells_it() {
    let bench = Bench::start().await;
    let begun = opened(&bench).await;
    let token = begun.text("token_version_id");
    let told = bench
        .get(&format!("/v1/member/verificationClosed/{CLOSING}"))
        .await;
    assert_eq!(title(&told), "The verification was cancelled");
    assert_eq!(message(&told), ["member-verification:closed", token, SHOP]);
    for id in [CLOSING, "AAAAAAAAAAAAAAAAAAAAAA"] {
        let back = format!("/v1/member/verificationReturn/{id}?web_transaction_id={WTID}");
        assert_eq!(bench.get(&back).await.status, 404);
    }
}

#[tokio::test]
async fn its_place_counts_among_the_five() {
    let bench = Bench::start().await;
    let begun = opened(&bench).await;
    for _ in 1..5 {
        bench.window(&begun).await;
    }
    assert_eq!(bench.bridge(&begun).await.status, 429);
}
