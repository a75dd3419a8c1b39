//! Who may open a result, and which one.

use member_verification::crypto::{self, KeySet};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    support::app::OPEN,
    support::client::browser,
    support::nice_stub::{ACCESS_TOKEN, TOKEN_VAL},
    support::opening_room::{OpeningRoom, result},
    support::parallel::futures_in_order,
    support::program::Service,
};
use crate::{
    support::live::{API_KEY, CLIENT_SECRET, Live},
    support::told::Told,
    support::window::{self, Begun},
};

#[tokio::test]
async fn a_result_is_not_opened_without_the_right_key() {
    let other = "another-key-of-the-shop-0123456789abc";
    let live = Live::start(&[("RESULT_API_KEY", &format!("{API_KEY},{other}"))]).await;
    let verification = live.begin().await;
    let body = verification.genuine_call().to_string();
    let refused = async |request: reqwest::RequestBuilder| {
        let request = request.header("content-type", "application/json");
        let told = Told::of(request.body(body.clone()).send().await.unwrap()).await;
        assert_eq!(told.status, 401, "{told:?}");
        assert_eq!(told.reason(), "UNAUTHORIZED");
        assert!(!told.body.contains("홍길동"), "{told:?}");
    };
    for key in [
        "",
        "*",
        "null",
        &API_KEY[1..],
        &API_KEY[..API_KEY.len() - 1],
        &API_KEY.to_lowercase(),
        &format!("{API_KEY},{other}"),
        &format!("{API_KEY}0"),
        CLIENT_SECRET,
        ACCESS_TOKEN,
    ] {
        refused(live.request("POST", OPEN).header("x-api-key", key)).await;
    }
    refused(live.request("POST", OPEN)).await;
    // A proxy may have judged the other one.
    for [first, second] in [[API_KEY, other], [API_KEY, API_KEY], ["wrong", API_KEY]] {
        let twice = live.request("POST", OPEN).header("x-api-key", first);
        refused(twice.header("x-api-key", second)).await;
    }
    // Nor does it count anywhere else.
    refused(live.request("POST", &format!("{OPEN}?x-api-key={API_KEY}"))).await;
    refused(live.request("POST", OPEN).bearer_auth(API_KEY)).await;
    let authorization = live.request("POST", OPEN);
    refused(authorization.header("authorization", API_KEY)).await;
    let cookie = format!("x-api-key={API_KEY}");
    refused(live.request("POST", OPEN).header("cookie", cookie)).await;
    let based = format!("/api/member{OPEN}");
    refused(live.request("POST", &based).header("x-api-key", "wrong")).await;
    // None of that has used the verification up, and each key opens.
    let request = live.request("POST", OPEN).header("x-api-key", other);
    let request = request.header("content-type", "application/json");
    assert_eq!(request.body(body).send().await.unwrap().status(), 200);
}

/// Whether a key came, not which one would do.
#[tokio::test]
async fn what_came_instead_of_the_key_is_told() {
    let live = Live::start(&[]).await;
    let quoted = format!("\"{API_KEY}\"");
    for (keys, words) in [
        (&[][..], "There is no X-Api-Key header"),
        (&[""], "There is no X-Api-Key header, or it is empty"),
        (&[quoted.as_str()], "without quotes"),
        (&[API_KEY, API_KEY], "more than once"),
    ] {
        let mut request = live.request("POST", OPEN).header("accept-language", "en");
        for key in keys {
            request = request.header("x-api-key", *key);
        }
        let told = Told::of(request.send().await.unwrap()).await;
        assert_eq!(told.status, 401);
        assert!(told.body.contains(words), "{keys:?}: {told:?}");
    }
}

/// Such values are none of NICE's; the caller isn't told, the operator is.
#[tokio::test]
async fn the_log_says_how_a_value_was_damaged() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let (enc_data, integrity_value) = verification
        .keys
        .seal_text(&verification.result().to_string());
    let escaped = |text: &str| text.replace('+', "%2B").replace('=', "%3D");
    for (enc_data, integrity_value, words) in [
        (
            escaped(&enc_data),
            escaped(&integrity_value),
            "escaped twice",
        ),
        (
            format!("{enc_data}\r\n"),
            integrity_value.clone(),
            "line end",
        ),
        (
            format!("\"{enc_data}\""),
            integrity_value.clone(),
            "JSON twice",
        ),
        (
            enc_data.clone(),
            integrity_value.replace('=', "&#61;"),
            "from HTML",
        ),
        (
            enc_data.clone(),
            integrity_value.replace('=', "-"),
            "base64url",
        ),
        (
            enc_data[..250].to_owned(),
            integrity_value.clone(),
            "cut short",
        ),
        (integrity_value.clone(), enc_data.clone(), "swapped"),
    ] {
        let told = live
            .open(&verification.call(&(enc_data, integrity_value)))
            .await;
        assert_eq!(
            (told.status, told.reason()),
            (400, "RESULT_REJECTED".to_owned())
        );
        let printed = live.service.printed_until(words).await;
        assert!(
            printed.contains("\"error\":\"rejected: integrity\"") && !told.body.contains(words)
        );
    }
}

/// This text with one bit of one character flipped, for each character.
fn flips(text: &str) -> Vec<String> {
    (0..text.len())
        .map(|index| {
            // The eighth bit makes it a character of Latin-1.
            let flip = |(at, byte)| {
                char::from(if at == index {
                    byte ^ (1 << (index % 8))
                } else {
                    byte
                })
            };
            text.bytes().enumerate().map(flip).collect()
        })
        .collect()
}

/// Opens all of them, some at a time; the answers, without repetitions.
async fn open_all(live: &Live, calls: &[Value]) -> Vec<Told> {
    let shares = calls.chunks(calls.len().div_ceil(8));
    let answers = futures_in_order(shares.map(async |share| {
        let mut answers = Vec::new();
        for call in share {
            answers.push(live.open(call).await);
            answers.dedup();
        }
        answers
    }))
    .await;
    let mut answers = answers.concat();
    answers.sort();
    answers.dedup();
    answers
}

#[tokio::test]
async fn one_flipped_bit_anywhere_gives_one_and_the_same_error() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let sealed = verification
        .keys
        .seal_text(&verification.result().to_string());
    let enc_data = flips(&sealed.0)
        .into_iter()
        .map(|enc_data| verification.call(&(enc_data, sealed.1.clone())));
    let integrity_value = flips(&sealed.1)
        .into_iter()
        .map(|value| verification.call(&(sealed.0.clone(), value)));
    let calls: Vec<Value> = enc_data.chain(integrity_value).collect();
    assert!(calls.len() > 600);
    let answers = open_all(&live, &calls).await;
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(
        (answers[0].status, answers[0].reason()),
        (400, "RESULT_REJECTED".to_owned())
    );
    // None of them was decrypted.
    live.open(&calls[0]).await;
    let printed = live.service.printed_until("rejected: ").await;
    assert!(printed.contains("rejected: integrity"), "{printed}");
    assert!(!printed.contains("rejected: decryption"), "{printed}");
    // And none has burnt the session.
    assert_eq!(live.open(&verification.call(&sealed)).await.status, 200);
}

/// Time can't be measured in a test; but where integrity comes first, a
/// cipher text can't be asked anything, and the comparison is the HMAC
/// library's own, in constant time.
#[tokio::test]
async fn integrity_is_checked_before_anything_is_decoded_or_decrypted() {
    let live = Live::start(&[]).await;
    let verification = live.begin().await;
    let keys = &verification.keys;
    let good = keys.seal_text(&verification.result().to_string());
    let mut answers = Vec::new();
    let ciphers = [
        "not base64 at all".to_owned(),
        "AAAA".to_owned(),
        String::from("="),
        // A padding that is wrong.
        "A".repeat(64),
        // One that is right, of a text that is none of NICE's.
        keys.seal(b"x").0,
    ];
    for (number, enc_data) in ciphers.into_iter().enumerate() {
        for is_genuine in [false, true] {
            let integrity_value = if is_genuine {
                // Who could do this holds the HMAC key.
                keys.integrity_value(&enc_data.replace(' ', "+"))
            } else {
                good.1.clone()
            };
            let id = format!("cipher-{number}-{is_genuine}");
            let call = verification.call(&(enc_data.clone(), integrity_value));
            let request = live.request("POST", OPEN).header("x-api-key", API_KEY);
            let request = request.header("content-type", "application/json");
            let request = request.header("x-request-id", &id).body(call.to_string());
            answers.push(Told::of(request.send().await.unwrap()).await);
            let why = live.line(&id).await["error"].as_str().unwrap().to_owned();
            assert_eq!(why == "rejected: integrity", !is_genuine, "{id}: {why}");
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0].reason(), "RESULT_REJECTED");
}

#[tokio::test]
async fn another_sessions_result_is_refused() {
    let live = Live::start(&[]).await;
    let (mine, theirs) = (live.begin().await, live.begin().await);
    let (my_result, their_result) = (mine.genuine_call(), theirs.genuine_call());
    let with = |call: &Value, name: &str, from: &Value| {
        let mut call = call.clone();
        call[name] = from[name].clone();
        call
    };
    let sealed_by_mine = mine.keys.seal_text(&theirs.result().to_string());
    for call in [
        // A genuine result of theirs, brought to my session.
        with(&their_result, "reqNo", &my_result),
        with(&their_result, "token_version_id", &my_result),
        with(&my_result, "token_version_id", &their_result),
        // My own, opened in their name.
        with(&my_result, "reqNo", &their_result),
        // Halves of each.
        with(&my_result, "enc_data", &their_result),
        with(&my_result, "integrity_value", &their_result),
        // Their number under my keys: NICE itself mixing things up.
        mine.call(&sealed_by_mine),
    ] {
        let told = live.open(&call).await;
        assert_eq!(told.reason(), "RESULT_REJECTED", "{call}");
        assert!(!told.body.contains("홍길동"));
    }
    for call in [my_result, their_result] {
        assert_eq!(live.open(&call).await.status, 200);
    }
}

/// A request never has a `resultcode`, which alone gives its reflection away;
/// but what was sent is no result, whatever it holds.
#[tokio::test]
async fn the_cipher_text_that_was_sent_is_no_result() {
    let room = OpeningRoom::new(KeySet::derive("20260115093000", "req-no", TOKEN_VAL));
    let sealed = crypto::seal(&room.keys, result("HONG", "").to_string().as_bytes());
    let sent = Sha256::digest(&sealed.enc_data).into();
    let refused = room.open_after(&sealed, sent).await.unwrap_err();
    assert_eq!(refused.to_string(), "rejected: reflection");
    assert!(room.open_after(&sealed, [0; 32]).await.is_ok());
}

#[tokio::test]
async fn steps_cannot_be_skipped_or_reordered() {
    let service = Service::start(&["--sandbox"], &[]).await;
    let begun = Begun::at(&service, &json!({})).await;
    let returned = begun.verify(&[]).await;
    let call = begun.call(&returned);

    // A result for something that was never begun.
    let mut unknown = call.clone();
    unknown["token_version_id"] = "20260101000000SB-NCSANDBOX-NEVER-BEGUN01234".into();
    let told = window::open(&service, &unknown).await;
    assert_eq!(told.reason(), "SESSION_NOT_FOUND");

    // Begun, but never verified: there is nothing to hand in but the request.
    let waiting = Begun::at(&service, &json!({})).await;
    let told = window::open(&service, &waiting.answer).await;
    assert_eq!(told.reason(), "RESULT_REJECTED");

    // Verified by the window, but said no.
    let failed = Begun::at(&service, &json!({})).await;
    let no = failed.verify(&[("sandbox_outcome", "fail")]).await;
    let told = window::open(&service, &failed.call(&no)).await;
    assert_eq!((told.status, &*told.reason()), (422, "VERIFICATION_FAILED"));

    // The page that a browser comes back to makes nobody verified, whatever
    // it is told: the result is still to be opened, by the one who began.
    let callback = "/v1/member/verificationCallback?verified=true&resultcode=0000";
    let page = format!("{}{callback}", service.url);
    assert_eq!(browser().get(&page).send().await.unwrap().status(), 200);
    let told = window::open(&service, &waiting.answer).await;
    assert_eq!(told.reason(), "RESULT_REJECTED");

    // With somebody else's reqNo, with none, or with one from the address.
    for req_no in [waiting.answer["reqNo"].clone(), Value::Null, "".into()] {
        let mut call = call.clone();
        call["reqNo"] = req_no;
        assert_eq!(window::open(&service, &call).await.status, 400);
    }
    assert!(!returned.as_str().contains(begun.text("reqNo")));

    // In order it passes, and there is no second time.
    assert_eq!(window::open(&service, &call).await.status, 200);
    let told = window::open(&service, &call).await;
    assert_eq!((told.status, &*told.reason()), (409, "RESULT_ALREADY_USED"));
}
