//! What a caller got: the contract's success or the envelope, to the letter.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    expectation::Told,
    scene::{DEADLINE, Scene},
};

/// The `token_version_id`, or the failure.
pub(crate) type Reply = Result<String, Told>;

const SIX_FIELDS: [&str; 6] = [
    "token_version_id",
    "enc_data",
    "integrity_value",
    "iv",
    "key",
    "reqNo",
];

const CAUSES: [&str; 8] = [
    "IP_NOT_REGISTERED",
    "PRODUCT_NOT_SUBSCRIBED",
    "CREDENTIALS",
    "CLOCK_SKEW",
    "SUSPENDED",
    "QUOTA",
    "PROTOCOL",
    "UNKNOWN",
];

/// One request, answered; an error is an answer that nobody may give.
pub(crate) async fn ask(scene: &Scene) -> Result<Reply, String> {
    answered(scene.request()).await
}

pub(crate) async fn answered(request: RequestBuilder) -> Result<Reply, String> {
    let began = Instant::now();
    let sent = request.timeout(2 * DEADLINE).send().await;
    let response = sent.map_err(|error| format!("no answer at all: {error:?}"))?;
    let reply = read(response).await?;
    // The deadline, and what a busy machine may add to it.
    if began.elapsed() > DEADLINE + Duration::from_secs(3) {
        return Err(format!("{:?} for {reply:?}", began.elapsed()));
    }
    Ok(reply)
}

async fn read(response: Response) -> Result<Reply, String> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.map_err(|error| error.to_string())?;
    let wrong = |what: &str| Err(format!("{what}: {status} {text}"));
    if headers
        .get("content-type")
        .is_none_or(|kind| kind != "application/json; charset=utf-8")
    {
        return wrong("not JSON");
    }
    let Ok(Value::Object(body)) = serde_json::from_str(&text) else {
        return wrong("not an object");
    };
    if status == 200 {
        let names: Vec<&String> = body.keys().collect();
        if names != SIX_FIELDS
            || body
                .values()
                .any(|value| value.as_str().is_none_or(str::is_empty))
        {
            return wrong("not the contract");
        }
        return Ok(Ok(body["token_version_id"].as_str().unwrap().to_owned()));
    }
    let payload = &body["payload"];
    let is_envelope = body["code"] == "900"
        && body["error"] == true
        && body["isProcess"] == false
        && body["errors"] == Value::Array(Vec::new())
        && body["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
        && body["timestamp"]
            .as_str()
            .is_some_and(|text| text.ends_with("+09:00"))
        && payload["requestId"].is_string();
    if !is_envelope {
        return wrong("not the envelope");
    }
    let retry_after = headers.contains_key("retry-after");
    let told = (
        payload["reason"].as_str().unwrap_or_default(),
        status,
        payload["retryable"] == true,
        payload["cause"].as_str(),
        retry_after,
    );
    match told {
        ("NICE_REFUSED", 502, false, Some(cause), false) => {
            match CAUSES.iter().find(|known| **known == cause) {
                Some(cause) => Ok(Err(Told::Refused(cause))),
                None => wrong("an unknown cause"),
            }
        }
        ("NICE_UNAVAILABLE", 503, true, None, true) => Ok(Err(Told::Unavailable)),
        ("NICE_TIMEOUT", 504, true, None, false) => Ok(Err(Told::TimedOut)),
        _ => wrong("not a failure of NICE's"),
    }
}
