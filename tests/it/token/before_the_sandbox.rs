//! The client of 통합인증 against the sandbox, which is written independently of
//! it.

use member_verification::token::{OpenedWindow, ResultError};
use serde_json::{Value, json};

use crate::{
    sandbox::integrated::client::{Nice, nice},
    support::integrated_stub::IntegratedClient,
};

/// A client with the sandbox's credentials.
fn client_of(nice: &Nice) -> IntegratedClient {
    let address = nice.base_url.strip_prefix("http://").unwrap();
    let settings = nice.settings.clone();
    IntegratedClient::with(
        address.parse().unwrap(),
        |config| {
            config.credentials.client_id = settings.client_id;
            config.credentials.client_secret = settings.client_secret;
        },
        None,
    )
}

/// The id that comes back with the person.
async fn verify(nice: &Nice, window: &OpenedWindow) -> String {
    let mut url = window.auth_url.clone();
    url.set_query(Some("sandbox_persona=hong"));
    let response = nice.http.get(url).send().await.unwrap();
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let location: url::Url = location.parse().unwrap();
    let mut pairs = location.query_pairs();
    let (_, id) = pairs
        .find(|(name, _)| name == "web_transaction_id")
        .unwrap();
    id.into_owned()
}

async fn result(
    client: &IntegratedClient,
    window: &OpenedWindow,
    id: &str,
) -> Result<Value, ResultError> {
    let plain = client.transactions.result(&window.transaction, id).await?;
    Ok(serde_json::from_slice(&plain).unwrap())
}

/// The client recovers from anything that happens once.
#[tokio::test]
async fn a_person_is_told_whatever_goes_wrong_once() {
    for (call, fault) in [
        ("access_token", "none"),
        ("access_token", "code_2001"),
        ("access_token", "code_1008"),
        ("access_token", "answer_lost"),
        ("auth_url", "code_1003"),
        ("auth_url", "code_1012"),
        ("auth_url", "code_2999"),
        ("auth_url", "code_3011"),
        ("auth_url", "code_3028"),
        ("auth_url", "access_token_expired"),
        ("auth_url", "ticket_rotated"),
        ("auth_url", "answer_lost"),
        ("auth_result", "code_1004"),
        ("auth_result", "code_1008"),
        ("auth_result", "code_1014"),
        ("auth_result", "code_3043"),
        ("auth_result", "access_token_expired"),
        ("auth_result", "ticket_of_url"),
        ("auth_result", "integrity_over_all"),
    ] {
        let nice = nice().await;
        let client = client_of(&nice);
        let switch_on = async |of: &str| {
            if of == call && fault != "none" {
                nice.switch_on(json!([{"call": call, "fault": fault, "times": 1}]))
                    .await;
            }
        };
        switch_on("access_token").await;
        switch_on("auth_url").await;
        let window = client.window().await;
        let id = verify(&nice, &window).await;
        switch_on("auth_result").await;
        let person = result(&client, &window, &id).await;
        let person = person.unwrap_or_else(|error| panic!("{call} {fault}: {error:?}"));
        assert_eq!(person["name"], "홍길동", "{call} {fault}");
        let again = result(&client, &window, &id).await;
        assert!(
            matches!(again, Err(ResultError::AlreadyHandedOut)),
            "{again:?}"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_is_told_apart_from_what_is_asked_again() {
    let nice = nice().await;
    let client = client_of(&nice);
    let window = client.window().await;
    let error = result(&client, &window, "unknown").await.unwrap_err();
    assert!(matches!(error, ResultError::NotVerified(_)), "{error:?}");
    let id = verify(&nice, &window).await;
    nice.switch_on(json!([{"call": "auth_result", "fault": "answer_lost", "times": 1}]))
        .await;
    let error = result(&client, &window, &id).await.unwrap_err();
    assert!(matches!(error, ResultError::Lost(_)), "{error:?}");
    let error = result(&client, &window, &id).await.unwrap_err();
    assert!(matches!(error, ResultError::AlreadyHandedOut), "{error:?}");
}

#[tokio::test]
async fn a_result_that_fits_nothing_is_unreadable() {
    let nice = nice().await;
    let client = client_of(&nice);
    let window = client.window().await;
    let id = verify(&nice, &window).await;
    nice.switch_on(json!([{"call": "auth_result", "fault": "integrity_wrong", "times": 1}]))
        .await;
    let error = result(&client, &window, &id).await.unwrap_err();
    assert!(matches!(error, ResultError::Unreadable(_)), "{error:?}");
}
