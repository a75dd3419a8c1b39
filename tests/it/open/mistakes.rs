//! Mistakes that other implementations were seen to make, and that no item
//! of the list names.

use member_verification::nice::path;
use serde_json::Value;

use crate::{support::app::OPEN, support::nice_stub::Answer};
use crate::{
    support::by_the_book::hmac,
    support::live::{API_KEY, Live},
    support::told::Told,
};

#[tokio::test]
async fn nothing_in_the_query_counts_and_a_failure_is_no_success() {
    let live = Live::start(&[]).await;
    let (mine, theirs) = (live.begin().await, live.begin().await);
    let open = async |query: &str, call: &Value| {
        let request = live.request("POST", &format!("{OPEN}?{query}"));
        let request = request.header("x-api-key", API_KEY);
        let request = request.header("content-type", "application/json");
        Told::of(request.body(call.to_string()).send().await.unwrap()).await
    };
    let mut call = theirs.genuine_call();
    call["reqNo"] = mine.answer["reqNo"].clone();
    // What the address says is nobody's word.
    let query = format!("reqNo={}&token_version_id=x", theirs.text("reqNo"));
    let told = open(&query, &call).await;
    assert_eq!((told.status, &*told.reason()), (400, "RESULT_REJECTED"));
    let mut bare = theirs.genuine_call();
    bare.as_object_mut().unwrap().remove("reqNo");
    let told = open(&query, &bare).await;
    assert_eq!((told.status, &*told.reason()), (400, "INVALID_REQUEST"));
    // A result that says no is no success.
    let mut no = theirs.result();
    no["resultcode"] = "0001".into();
    let no = theirs.call(&theirs.keys.seal_text(&no.to_string()));
    let told = open("resultcode=0000", &no).await;
    assert_eq!((told.status, &*told.reason()), (422, "VERIFICATION_FAILED"));
    assert!(!told.body.contains("홍길동"));
}

#[tokio::test]
async fn cipher_text_made_with_key_and_iv_alone_is_no_result() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let cases = [
        ("AAAA".to_owned(), "AAAA".to_owned()),
        // Made by a browser that holds key and IV, and guesses the rest.
        {
            let (enc_data, _) = verification
                .keys
                .seal_text(&verification.result().to_string());
            let guess = format!("{}{}", verification.text("key"), verification.text("iv"));
            let integrity_value = hmac(guess.as_bytes(), enc_data.as_bytes());
            (enc_data, integrity_value)
        },
    ];
    for sealed in cases {
        let told = live.open(&verification.call(&sealed)).await;
        assert_eq!(told.status, 400, "{told:?}");
    }
    assert_eq!(live.open(&verification.genuine_call()).await.status, 200);
}

#[tokio::test]
async fn older_sessions_open_after_newer_ones_began() {
    let live = Live::start(&[("TOKEN_POOL_MIN", "1")]).await;
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(live.begin().await);
    }
    // Even the institution token is another one by now.
    live.nice.queue_crypto(Answer::gateway("1800"));
    while live.nice.calls(path::INSTITUTION_TOKEN).len() < 2 {
        waiting.push(live.begin().await);
    }
    // The oldest window is answered first, the newest last.
    for verification in waiting {
        let told = live.open(&verification.genuine_call()).await;
        assert_eq!(told.status, 200, "{told:?}");
    }
}
