//! When a result comes too late.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use tokio::time::{advance, pause, resume};

use crate::support::live::Verification;
use crate::{
    open::opening::{MISSING, check_refused, open},
    support::app::{TestApp, json, start_with},
    support::nice_stub::{Answer, NiceStub, SITE_CODE, TOKEN_VAL},
};

const MINUTE: Duration = Duration::from_mins(1);
/// What is left of a limit where a result is still in time.
const MARGIN: Duration = Duration::from_secs(30);

/// A service whose sessions may last so long, before a NICE whose tokens do.
async fn service(session_ttl: Duration, period: Duration) -> TestApp {
    let nice = NiceStub::start().await;
    for number in 1..=8 {
        nice.queue_crypto(Answer::crypto_token(&json!({
            "rsp_cd": "P000", "result_cd": "0000", "site_code": SITE_CODE,
            "token_version_id": format!("TEST-{number:06}"), "token_val": TOKEN_VAL,
            "period": period.as_secs()
        })));
    }
    start_with(nice, |setup| setup.service.session_ttl = session_ttl).await
}

async fn begin(app: &TestApp) -> Verification {
    Verification::of(&app.nice, json(app.issue("{}").await).await)
}

async fn wait(time: Duration) {
    pause();
    advance(time).await;
    resume();
}

#[tokio::test]
async fn a_result_after_the_sessions_limit_is_refused() {
    let app = service(10 * MINUTE, 60 * MINUTE).await;
    let (early, late) = (begin(&app).await, begin(&app).await);
    wait((10 * MINUTE).saturating_sub(MARGIN)).await;
    let opened = open(&app, &early.genuine_call()).await;
    assert_eq!(opened.status(), 200);
    wait(MARGIN).await;
    check_refused(&app, &late.genuine_call(), MISSING).await;
}

#[tokio::test]
async fn a_result_after_the_tokens_period_is_refused() {
    // The session could last longer; a minute of the period is kept back
    // for the two clocks.
    let app = service(60 * MINUTE, 3 * MINUTE).await;
    let (early, late) = (begin(&app).await, begin(&app).await);
    wait((2 * MINUTE).saturating_sub(MARGIN)).await;
    let opened = open(&app, &early.genuine_call()).await;
    assert_eq!(opened.status(), 200);
    wait(MARGIN).await;
    check_refused(&app, &late.genuine_call(), MISSING).await;
}

#[tokio::test]
async fn setting_the_clock_changes_no_sessions_length() {
    for skew in [
        SignedDuration::from_hours(-2),
        SignedDuration::from_hours(2),
    ] {
        let app = service(10 * MINUTE, 60 * MINUTE).await;
        let (early, late) = (begin(&app).await, begin(&app).await);
        app.clock.set(app.clock.now() + skew);
        let opened = open(&app, &early.genuine_call()).await;
        assert_eq!(opened.status(), 200, "{skew}");
        wait(10 * MINUTE).await;
        check_refused(&app, &late.genuine_call(), MISSING).await;
    }
}
