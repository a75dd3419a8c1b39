//! NICE hands a result out once: whatever comes back, and however often.

use std::time::Duration;

use jiff::SignedDuration;
use member_verification::store::{Cell, Put};
use serde_json::json;

use super::bench::{Bench, SHOP, WTID, check_page, location, message, title};
use crate::support::{app::RETURN_URL, integrated_stub::IntegratedStub, parallel::until};

const ANOTHER: &str = "ZmVkY2JhOTgtNzY1NC0xMmQzLWE0NTYtNDI2NjE0MTc0MDAw";

#[tokio::test]
async fn a_return_leads_to_the_shop_and_its_repetition_to_the_same() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({})).await;
    let values = bench.values(&window).await;
    assert!(values.as_str().starts_with(&format!("{RETURN_URL}?")));
    let token = begun.text("token_version_id");
    assert_eq!(values.query_pairs().next().unwrap().1, token);
    // Reloaded, in another browser, by POST, and after the shop has opened it.
    assert_eq!(bench.values(&window).await, values);
    let posted = bench
        .post_form(&window.return_url, &[("web_transaction_id", WTID)])
        .await;
    assert_eq!(location(&posted), values);
    assert_eq!(bench.open(&begun, &values).await.status, 200);
    assert_eq!(bench.values(&window).await, values);
    bench.pass(SignedDuration::from_mins(11));
    assert_eq!(bench.values(&window).await, values);
    assert_eq!(bench.results(), 1);
    assert_eq!(
        bench.open(&begun, &values).await.reason(),
        "RESULT_ALREADY_USED"
    );
}

#[tokio::test]
async fn a_missing_doubled_or_misshapen_id_changes_nothing() {
    let bench = Bench::start().await;
    let (_, window) = bench.opened(&json!({})).await;
    let long = "A".repeat(101);
    for query in [
        String::new(),
        "?web_transaction_id=".to_owned(),
        format!("?web_transaction_id={WTID}&web_transaction_id={WTID}"),
        format!("?web_transaction_id={long}"),
        "?web_transaction_id=%3Cscript%3E".to_owned(),
        "?web_transaction_id=a%00b".to_owned(),
        format!("?Web_Transaction_Id={WTID}"),
    ] {
        let told = bench.get(&format!("{}{query}", window.return_url)).await;
        assert_eq!(
            (told.status, title(&told)),
            (400, "No result came"),
            "{query}"
        );
        check_page(&told);
        // The attempt is open still, so the shop's page goes on waiting.
        assert_eq!(message(&told)[0], "");
    }
    for form in [
        &[][..],
        &[("web_transaction_id", WTID), ("web_transaction_id", WTID)],
        &[("web_transaction_id", "<>")],
    ] {
        let told = bench.post_form(&window.return_url, form).await;
        assert_eq!(told.status, 400, "{form:?}");
    }
    let json = bench.request("POST", &window.return_url).body("{}").send();
    assert_eq!(json.await.unwrap().status(), 400);
    assert_eq!(bench.results(), 0);
    bench.values(&window).await;
}

#[tokio::test]
async fn an_unknown_return_and_one_of_a_closed_window_are_nobodys() {
    let bench = Bench::start().await;
    let (_, window) = bench.opened(&json!({})).await;
    let (base, _) = window.return_url.rsplit_once('/').unwrap();
    let (_, closing) = window.close_url.rsplit_once('/').unwrap();
    for id in ["AAAAAAAAAAAAAAAAAAAAAA", closing, "x"] {
        let told = bench
            .get(&format!("{base}/{id}?web_transaction_id={WTID}"))
            .await;
        assert_eq!(
            (told.status, message(&told)),
            (404, ["", "", ""]),
            "{told:?}"
        );
        check_page(&told);
    }
    assert_eq!(bench.results(), 0);
}

#[tokio::test]
async fn values_go_to_the_return_that_brought_them_and_to_no_other() {
    let bench = Bench::start().await;
    let (begun, first) = bench.opened(&json!({})).await;
    let second = bench.window(&begun).await;
    bench.values(&first).await;
    for address in [first.with(ANOTHER), second.with(WTID), second.with(ANOTHER)] {
        let told = bench.get(&address).await;
        assert_eq!(
            (told.status, title(&told)),
            (409, "Already verified elsewhere")
        );
        check_page(&told);
        assert_eq!(message(&told)[0], "");
        assert!(!told.all().contains("enc_data"), "{told:?}");
    }
    assert_eq!(bench.results(), 1);
}

#[tokio::test]
async fn a_later_attempt_may_finish_first() {
    let bench = Bench::start().await;
    let (begun, first) = bench.opened(&json!({})).await;
    let second = bench.window(&begun).await;
    let values = bench.values(&second).await;
    assert_eq!(bench.back(&first).await.status, 409);
    assert_eq!(bench.open(&begun, &values).await.status, 200);
}

#[tokio::test]
async fn not_verified_leaves_the_attempt_open_for_three_tries() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({})).await;
    bench.refuse(&["3032", "3029"]);
    for _ in 0..2 {
        let told = bench.back(&window).await;
        assert_eq!((told.status, title(&told)), (422, "No result came"));
        assert_eq!(message(&told)[0], "");
    }
    let values = bench.values(&window).await;
    assert_eq!(bench.open(&begun, &values).await.status, 200);

    let (_, window) = bench.opened(&json!({})).await;
    bench.refuse(&["3032", "3032", "3032"]);
    for _ in 0..5 {
        assert_eq!(bench.back(&window).await.status, 422);
    }
    assert_eq!(bench.results(), 6);
}

#[tokio::test]
async fn after_ten_minutes_nice_is_not_asked() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({})).await;
    bench.pass(SignedDuration::from_secs(600));
    let told = bench.back(&window).await;
    assert_eq!(
        (told.status, title(&told)),
        (410, "The verification has expired")
    );
    let token = begun.text("token_version_id");
    assert_eq!(message(&told), ["member-verification:failed", token, SHOP]);
    assert_eq!(bench.results(), 0);

    let (_, window) = bench.opened(&json!({})).await;
    bench.pass(SignedDuration::from_secs(599));
    bench.values(&window).await;
}

#[tokio::test]
async fn after_a_lost_answer_one_more_call_tells() {
    let bench = Bench::start().await;
    // NICE had handed it out, so the second call says 3033.
    let (begun, window) = bench.opened(&json!({})).await;
    bench.nice.lose_a_result();
    for _ in 0..2 {
        let told = bench.back(&window).await;
        assert_eq!((told.status, title(&told)), (502, "No result came"));
        let token = begun.text("token_version_id");
        assert_eq!(message(&told), ["member-verification:failed", token, SHOP]);
    }
    assert_eq!(bench.results(), 2);

    // NICE had not: the second call brings it.
    let (begun, window) = bench.opened(&json!({})).await;
    bench.refuse(&["2999"]);
    let values = location(&bench.get(&window.with(ANOTHER)).await);
    assert_eq!(bench.results(), 4);
    assert_eq!(bench.open(&begun, &values).await.status, 200);

    // Both are lost: nothing is asked any more.
    let (_, window) = bench.opened(&json!({})).await;
    bench.refuse(&["2999", "2999"]);
    for _ in 0..3 {
        assert_eq!(bench.get(&window.with("AAAA")).await.status, 502);
    }
    assert_eq!(bench.results(), 6);
}

#[tokio::test]
async fn a_refused_call_may_be_tried_again() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({})).await;
    bench.refuse(&["1007"]);
    let told = bench.back(&window).await;
    assert_eq!((told.status, title(&told)), (502, "Not available now"));
    let values = bench.values(&window).await;
    assert_eq!(bench.open(&begun, &values).await.status, 200);
}

#[tokio::test]
async fn a_dead_holders_claim_is_waited_for_and_taken_over() {
    let bench = Bench::start_with(IntegratedStub::start().await, |setup| {
        setup.service.session_max = 10;
    })
    .await;
    let (_, window) = bench.opened(&json!({})).await;
    let (_, id) = window.return_url.rsplit_once('/').unwrap();
    let store = bench.store();
    let lease = Duration::from_millis(300);
    let claimed = store
        .add_cell(Cell::Claim, id, b"a dead instance", lease)
        .await;
    assert_eq!(claimed.unwrap(), Put::Stored);
    bench.values(&window).await;
    assert_eq!(bench.results(), 1);
}

#[tokio::test]
async fn a_person_who_leaves_stops_no_call() {
    let bench = Bench::start().await;
    let (_, window) = bench.opened(&json!({})).await;
    let held = bench.hold_results();
    let leaving = bench
        .request("GET", &window.with(WTID))
        .timeout(Duration::from_millis(300))
        .send();
    assert!(leaving.await.unwrap_err().is_timeout());
    until(|| bench.results() == 1).await;
    // A drain waits until what NICE hands out is kept.
    assert_eq!(bench.app.draining.under_way(), 1);
    held.add_permits(1);
    until(|| bench.app.draining.under_way() == 0).await;
    bench.values(&window).await;
    assert_eq!(bench.results(), 1);
}

/// Once NICE has handed a result out, nothing more has to be read for it.
#[tokio::test]
async fn what_the_result_needs_is_read_before_nice_is_asked() {
    let bench = Bench::start().await;
    let (begun, window) = bench.opened(&json!({"receivedata": "order-42"})).await;
    let held = bench.hold_results();
    let during = async {
        until(|| bench.results() == 1).await;
        let removed = bench.store().remove_cell(Cell::Way, &window.way()).await;
        removed.unwrap();
        held.add_permits(1);
    };
    let (values, ()) = tokio::join!(bench.values(&window), during);
    let opened = bench.open(&begun, &values).await;
    assert_eq!(opened.json()["receivedata"], "order-42");
}
