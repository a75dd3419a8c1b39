//! The institution token: issued once, replaced once, never in a loop.

use member_verification::{nice::path, secret::Secret};

use crate::{
    support::app::{TestApp, check_envelope, json, start, start_with},
    support::nice_stub::{ACCESS_TOKEN, Answer, NiceStub},
    support::parallel::futures_in_order,
};

fn issued(app: &TestApp) -> usize {
    app.nice.calls(path::INSTITUTION_TOKEN).len()
}

#[tokio::test]
async fn sixty_four_first_requests_lead_to_one_call() {
    let app = start().await;
    let requests = (0..64).map(|_| app.issue("{}"));
    for response in futures_in_order(requests).await {
        assert_eq!(response.status(), 200);
    }
    assert_eq!(issued(&app), 1);
}

#[tokio::test]
async fn a_configured_token_is_used_and_none_issued() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.nice.access_token = Some(Secret::new(ACCESS_TOKEN.to_owned()));
    })
    .await;
    assert_eq!(app.issue("{}").await.status(), 200);
    assert_eq!(issued(&app), 0);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    for code in ["1401", "1800"] {
        let nice = NiceStub::start().await;
        nice.queue_crypto(Answer::gateway(code));
        let app = start_with(nice, |setup| {
            setup.nice.access_token = Some(Secret::new("an-old-one".to_owned()));
        })
        .await;
        assert_eq!(app.issue("{}").await.status(), 200, "{code}");
        assert_eq!(issued(&app), 1, "{code}");
        let numbers: Vec<String> = app
            .nice
            .calls(path::CRYPTO_TOKEN)
            .iter()
            .map(|call| call.field("req_no"))
            .collect();
        assert_ne!(numbers[0], numbers[1], "each try has a req_no of its own");
    }
}

#[tokio::test]
async fn a_token_just_issued_is_replaced_once_too() {
    for code in ["1401", "1800"] {
        let nice = NiceStub::start().await;
        nice.queue_crypto(Answer::gateway(code));
        let app = start_with(nice, |_| {}).await;
        assert_eq!(app.issue("{}").await.status(), 200, "{code}");
        assert_eq!(issued(&app), 2, "{code}");
    }
}

#[tokio::test]
async fn tokens_refused_again_and_again_are_not_issued_in_a_loop() {
    let nice = NiceStub::start().await;
    nice.always_crypto(Answer::gateway("1800"));
    let app = start_with(nice, |setup| {
        setup.nice.access_token = Some(Secret::new("an-old-one".to_owned()));
    })
    .await;
    for _ in 0..5 {
        let response = app.issue("{}").await;
        let status = response.status();
        let body = json(response).await;
        check_envelope(status, &body, (502, "NICE_REFUSED"));
        assert_eq!(body["payload"]["cause"], "CREDENTIALS");
    }
    assert_eq!(issued(&app), 1);
}

#[tokio::test]
async fn a_clock_that_is_off_to_either_side_is_named_and_no_token_issued() {
    // The service's clock stands at 16:02:03.
    for (date, cause, expected) in [
        ("Wed, 14 Jan 2026 16:04:10 GMT", "CLOCK_SKEW", 0),
        ("Wed, 14 Jan 2026 15:59:56 GMT", "CLOCK_SKEW", 0),
        ("Wed, 14 Jan 2026 16:03:03 GMT", "CREDENTIALS", 1),
        ("Wed, 14 Jan 2026 16:01:03 GMT", "CREDENTIALS", 1),
    ] {
        let nice = NiceStub::start().await;
        nice.always_crypto(Answer::gateway("1800").header("date", date));
        let app = start_with(nice, |setup| {
            setup.nice.access_token = Some(Secret::new(ACCESS_TOKEN.to_owned()));
        })
        .await;
        let body = json(app.issue("{}").await).await;
        assert_eq!(body["payload"]["cause"], cause, "{date}: {body}");
        assert_eq!(issued(&app), expected, "{date}");
    }
}
