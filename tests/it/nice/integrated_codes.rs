//! Each code of 통합인증, on each of the calls. Written by hand, not taken from
//! the program's table.

use member_verification::{
    nice::{Cause, NiceError, Outcome, TABLES, integrated::path},
    token::ResultError,
};

use crate::support::{
    integrated_stub::{IntegratedClient, IntegratedStub, PLAIN, refusal},
    nice_stub::Answer,
    parallel::futures_in_order,
};

/// What a call for a window leads to that always gets a code.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Window {
    /// An operator has to fix it; one call.
    Refused(Cause),
    /// NICE's fault; so many calls.
    Unavailable(usize),
    /// The token's fault: two calls, two tokens, then this cause.
    NewToken(Cause),
}

/// The same of a call for a result.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Result_ {
    NotVerified,
    HandedOut,
    /// One call: it may have been handed out.
    Lost,
    /// Surely not handed out; so many calls.
    Unsent(usize),
}

use Cause::{Credentials, IpNotRegistered, ProductNotSubscribed, Protocol, Unknown};
use Result_::{HandedOut, Lost, NotVerified, Unsent};
use Window::{NewToken, Refused, Unavailable};

const CODES: &[(&[&str], Window, Result_)] = &[
    (
        &[
            "1001", "1002", "1010", "1011", "3001", "3002", "3003", "3021", "3022", "3023", "3024",
        ],
        Refused(Protocol),
        Unsent(1),
    ),
    (&["1006"], Refused(Credentials), Unsent(1)),
    (&["1007"], Refused(IpNotRegistered), Unsent(1)),
    (&["1009"], Refused(ProductNotSubscribed), Unsent(1)),
    (&["1008"], Unavailable(3), Unsent(3)),
    (&["1014"], Unavailable(2), Unsent(2)),
    (
        &["2001", "2002", "2003", "2999", "3013"],
        Unavailable(3),
        Lost,
    ),
    (&["3011", "3014", "3028"], Unavailable(2), Lost),
    (&["3025", "3026", "3027"], Unavailable(1), Lost),
    (
        &[
            "1003", "1004", "1013", "3041", "3042", "3043", "3045", "3046",
        ],
        NewToken(Credentials),
        Unsent(2),
    ),
    (
        &["1012", "3031", "3044"],
        NewToken(ProductNotSubscribed),
        Unsent(2),
    ),
    (&["3012", "3029", "3032"], Unavailable(1), NotVerified),
    (&["3033"], Unavailable(1), HandedOut),
    // In no table: by the first digit.
    (
        &["1005", "1099", "4711", "9999", "", "20010", "X"],
        Refused(Unknown),
        Unsent(1),
    ),
    (&["2004"], Unavailable(3), Lost),
    (&["3004", "3099"], Unavailable(1), NotVerified),
];

#[test]
fn each_code_of_the_program_is_tried() {
    let table = TABLES.iter().find(|table| table.field == "result_code");
    for row in table.unwrap().rows {
        let is_tried = CODES.iter().any(|(codes, ..)| codes.contains(&row.code));
        assert!(is_tried, "{}", row.code);
        let remedy = row.remedy.unwrap();
        // What the standard window has, and 통합인증 has not.
        for word in ["console", "콘솔", "NICE_PRODUCT_ID", "NICE_ACCESS_TOKEN"] {
            let speaks = remedy.en.contains(word) || remedy.ko.contains(word);
            assert!(!speaks, "{}: {word}", row.code);
        }
    }
}

fn always(nice: &IntegratedStub, path: &'static str, answer: &Answer) {
    for _ in 0..10 {
        nice.queue(path, answer.clone());
    }
}

async fn try_window(code: &str, expected: Window) {
    let nice = IntegratedStub::start().await;
    always(&nice, path::URL, &refusal(code));
    let error = IntegratedClient::new(nice.address).try_window().await;
    let error = error.unwrap_err();
    let (outcome, counts) = match expected {
        Refused(cause) => (Outcome::Refused(cause), [1, 1, 0]),
        Unavailable(calls) => (Outcome::Unavailable, [1, calls, 0]),
        NewToken(cause) => (Outcome::Refused(cause), [2, 2, 0]),
    };
    assert_eq!(error.outcome(), outcome, "{code}");
    assert_eq!(nice.counts(), counts, "{code}");
    let calls = nice.calls(path::URL);
    let mut numbers: Vec<_> = calls.iter().map(|call| &call.body).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(
        numbers.len(),
        calls.len(),
        "{code}: a retry has a new request_no"
    );
}

#[tokio::test]
async fn on_the_call_for_a_window() {
    let tries = CODES
        .iter()
        .flat_map(|(codes, window, _)| codes.iter().map(|code| try_window(code, *window)));
    futures_in_order(tries).await;
}

async fn try_result(code: &str, expected: Result_) {
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let window = client.window().await;
    always(&nice, path::RESULT, &refusal(code));
    let error = client.result(&window).await.unwrap_err();
    let (fits, calls) = match (&error, expected) {
        (ResultError::NotVerified(told), NotVerified) => (told == code, 1),
        (ResultError::AlreadyHandedOut, HandedOut)
        | (ResultError::Lost(NiceError::Refused { .. }), Lost) => (true, 1),
        (ResultError::Unsent(NiceError::Refused { .. }), Unsent(calls)) => (true, calls),
        _ => (false, 0),
    };
    assert!(fits, "{code}: {error:?}");
    assert_eq!(nice.calls(path::RESULT).len(), calls, "{code}");
}

#[tokio::test]
async fn on_the_call_for_a_result() {
    let tries = CODES
        .iter()
        .flat_map(|(codes, _, outcome)| codes.iter().map(|code| try_result(code, *outcome)));
    futures_in_order(tries).await;
}

#[tokio::test]
async fn on_the_call_for_a_token() {
    for (code, outcome) in [
        ("1006", Outcome::Refused(Credentials)),
        ("1007", Outcome::Refused(IpNotRegistered)),
        ("3003", Outcome::Refused(Protocol)),
        ("2001", Outcome::Unavailable),
    ] {
        let nice = IntegratedStub::start().await;
        always(&nice, path::TOKEN, &refusal(code));
        let error = IntegratedClient::new(nice.address).try_window().await;
        assert_eq!(error.unwrap_err().outcome(), outcome, "{code}");
        assert_eq!(nice.counts()[1], 0, "{code}");
    }
}

/// The body is read before the HTTP status is judged.
#[tokio::test]
async fn a_code_counts_whatever_the_http_status() {
    for status in [200, 400, 401, 500, 503] {
        let nice = IntegratedStub::start().await;
        nice.queue(path::URL, refusal("1007").status(status));
        let error = IntegratedClient::new(nice.address).try_window().await;
        let outcome = error.unwrap_err().outcome();
        assert_eq!(outcome, Outcome::Refused(IpNotRegistered), "{status}");
    }
    let nice = IntegratedStub::start().await;
    let client = IntegratedClient::new(nice.address);
    let window = client.window().await;
    let sealed = client.result(&window).await;
    assert_eq!(sealed.unwrap(), PLAIN);
}
