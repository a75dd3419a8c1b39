//! A result is fetched once, and opened in either reading of NICE's guide.

use std::time::Duration;

use member_verification::{
    nice::{NiceError, integrated::path},
    token::{ResultError, Transaction, Unreadable},
};
use serde_json::json;

use crate::support::{
    integrated_stub::{IntegratedClient, IntegratedStub, PLAIN, WEB_TRANSACTION_ID, refusal},
    nice_stub::Answer,
};

/// The lines of the metric that counts readings.
fn readings(client: &IntegratedClient) -> Vec<String> {
    let printed = client.metrics.print();
    let lines = printed.lines();
    let mut found: Vec<_> = lines
        .filter_map(|line| line.strip_prefix("member_verification_nice_readings_total"))
        .map(str::to_owned)
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn each_reading_is_opened_and_counted() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let [first, second, third, fourth] = [
        client.window().await,
        client.window().await,
        client.window().await,
        client.window().await,
    ];
    assert_eq!(client.result(&first).await.unwrap(), PLAIN);
    // A new token between address and result: NICE seals under the ticket of
    // either.
    nice.queue(path::RESULT, refusal("3043"));
    assert_eq!(client.result(&second).await.unwrap(), PLAIN);
    nice.seal_under(0);
    assert_eq!(client.result(&third).await.unwrap(), PLAIN);
    nice.cover_whole_answers();
    assert_eq!(client.result(&fourth).await.unwrap(), PLAIN);
    let again = client.window().await;
    nice.seal_under(1);
    assert_eq!(client.result(&again).await.unwrap(), PLAIN);
    assert_eq!(
        readings(&client),
        [
            r#"{integrity="enc_data",ticket="result_time"} 1"#,
            r#"{integrity="enc_data",ticket="same"} 1"#,
            r#"{integrity="enc_data",ticket="url_time"} 1"#,
            r#"{integrity="whole_answer",ticket="same"} 1"#,
            r#"{integrity="whole_answer",ticket="url_time"} 1"#,
        ]
    );
}

#[tokio::test]
async fn a_result_under_no_known_ticket_is_unreadable() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let window = client.window().await;
    nice.seal_under(7);
    let error = client.result(&window).await.unwrap_err();
    assert!(
        matches!(error, ResultError::Unreadable(Unreadable::Sealing(_))),
        "{error:?}"
    );
    assert_eq!(nice.counts(), [1, 1, 1]);
    assert_eq!(readings(&client), [r#"{integrity="none",ticket="none"} 1"#]);
    nice.queue(
        path::RESULT,
        Answer::body(json!({"result_code": "0000", "enc_data": "x"}).to_string()),
    );
    let error = client.result(&window).await.unwrap_err();
    assert!(
        matches!(
            error,
            ResultError::Unreadable(Unreadable::Field("integrity_value"))
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_call_that_may_have_arrived_is_not_sent_again() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let window = client.window().await;
    for answer in [
        Answer::body("<html>502</html>").status(502),
        Answer::body("{"),
        Answer::body(""),
        refusal("2001"),
    ] {
        let before = nice.calls(path::RESULT).len();
        nice.queue(path::RESULT, answer);
        let error = client.result(&window).await.unwrap_err();
        assert!(matches!(error, ResultError::Lost(_)), "{error:?}");
        assert_eq!(nice.calls(path::RESULT).len(), before + 1);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_lost_after_the_time_of_a_call() {
    let nice = IntegratedStub::start().await;
    let limit = Duration::from_millis(200);
    let client = IntegratedClient::with(
        nice.address,
        |config| config.client.call_timeout = limit,
        None,
    );
    let window = client.window().await;
    nice.stall(path::RESULT);
    let began = tokio::time::Instant::now();
    let error = client.result(&window).await.unwrap_err();
    assert!(
        matches!(error, ResultError::Lost(NiceError::Timeout)),
        "{error:?}"
    );
    assert!(began.elapsed() < limit + Duration::from_secs(1));
    assert_eq!(nice.calls(path::RESULT).len(), 1);
}

/// A token that does not come is no lost result.
#[tokio::test]
async fn without_a_token_nothing_was_sent() {
    let nice = IntegratedStub::start().await;
    let window = IntegratedClient::new(nice.address).window().await;
    let client = IntegratedClient::with(
        nice.address,
        |config| config.client.call_timeout = Duration::from_millis(200),
        None,
    );
    nice.stall(path::TOKEN);
    let error = client.result(&window).await.unwrap_err();
    assert!(matches!(error, ResultError::Unsent(_)), "{error:?}");
    assert_eq!(nice.counts(), [2, 1, 0]);
}

#[tokio::test]
async fn what_was_never_sent_may_be_sent_again() {
    let nice = IntegratedStub::start().await;
    let window = IntegratedClient::new(nice.address).window().await;
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let client = IntegratedClient::new(address);
    let error = client.result(&window).await.unwrap_err();
    assert!(matches!(error, ResultError::Unsent(_)), "{error:?}");
}

#[tokio::test]
async fn a_transaction_outlives_its_process() {
    let nice = IntegratedStub::start().await;
    let window = IntegratedClient::new(nice.address).window().await;
    let bytes = window.transaction.to_bytes();
    assert!(bytes.len() < 512, "{}", bytes.len());
    let kept = Transaction::from_bytes(&bytes).unwrap();
    // Another process has another token: what the window's ticket opens is
    // still opened.
    nice.seal_under(0);
    let client = IntegratedClient::new(nice.address);
    let plain = client.transactions.result(&kept, WEB_TRANSACTION_ID).await;
    assert_eq!(*plain.unwrap(), PLAIN.as_bytes());
    assert_eq!(nice.counts()[0], 2);
    for broken in [&b""[..], b"{}", b"[]", &bytes[1..]] {
        assert!(Transaction::from_bytes(broken).is_none());
    }
    let printed = format!("{kept:?}");
    assert!(!printed.contains("ticket-of-token"), "{printed}");
}

/// The call goes on when the browser leaves only if its caller spawns it.
#[tokio::test]
async fn a_call_may_run_in_a_task_of_its_own() {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let window = client.window().await;
    let transactions = client.transactions.clone();
    let task = tokio::spawn(async move {
        transactions
            .result(&window.transaction, WEB_TRANSACTION_ID)
            .await
            .map(|plain| plain.len())
    });
    assert_eq!(task.await.unwrap().unwrap(), PLAIN.len());
}
