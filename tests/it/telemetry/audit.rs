//! What the audit must know: each begin, success and refusal, in the log and
//! counted.

use crate::support::app::{ISSUE, OPEN};
use crate::{
    support::client::client,
    support::live::{Live, Verification},
    telemetry::secrets::send,
};

#[tokio::test]
async fn each_begin_success_and_refusal_is_an_event_with_its_reason() {
    let live = Live::start(&[]).await;
    let verification = {
        let told = send(&live, ISSUE, r#"{"requestno":"audited"}"#, "begin").await;
        Verification::of(&live.nice, told.json())
    };
    let genuine = verification.genuine_call();
    let altered = |name: &str, value: &str| {
        let mut call = genuine.clone();
        call[name] = value.into();
        call
    };
    let sealed = |changes: &[(&str, &str)]| {
        let mut result = verification.result();
        for (name, value) in changes {
            result[*name] = (*value).into();
        }
        verification.call(&verification.keys.seal_text(&result.to_string()))
    };
    let reflected = {
        let mut call = verification.answer.clone();
        call["reqNo"] = "audited".into();
        call
    };
    let broken = verification.keys.seal(&[0xff; 20]);
    let tries = [
        ("tampered", altered("integrity_value", "AAAA"), "integrity"),
        ("bound", altered("reqNo", "somebody-elses"), "reqNo"),
        (
            "swapped",
            sealed(&[("requestno", "somebody-elses")]),
            "requestno",
        ),
        ("site", sealed(&[("sitecode", "OTHERSITE")]), "sitecode"),
        ("shape", sealed(&[("birthdate", "1990")]), "shape"),
        ("mirror", reflected, "resultcode"),
        ("charset", verification.call(&broken), "charset"),
        (
            "unknown",
            altered("token_version_id", "unknown"),
            "SESSION_NOT_FOUND",
        ),
        (
            "failed",
            sealed(&[("resultcode", "0031")]),
            "VERIFICATION_FAILED",
        ),
        ("opened", genuine.clone(), ""),
        ("again", genuine.clone(), "RESULT_ALREADY_USED"),
    ];
    let mut counted = vec![("begin", "")];
    for (id, call, reason) in &tries {
        send(&live, OPEN, &call.to_string(), id).await;
        let logged = live.line(id).await;
        let event = match *id {
            "opened" => "opened",
            "unknown" => "expired",
            _ => "refused",
        };
        assert_eq!(logged["audit"], event, "{logged}");
        assert!(
            logged["req_no_hash"].as_str().unwrap().len() == 16,
            "{logged}"
        );
        if *id != "opened" {
            assert!(!logged["error"].as_str().unwrap().is_empty(), "{logged}");
            assert!(!logged["reason"].as_str().unwrap().is_empty(), "{logged}");
        }
        counted.push((event, reason));
    }
    assert_eq!(live.line("begin").await["audit"], "begin");
    // Who comes without the key is in the log, and counted.
    let request = live.request("POST", OPEN).header("x-request-id", "keyless");
    request.body("{}").send().await.unwrap();
    assert_eq!(live.line("keyless").await["reason"], "UNAUTHORIZED");

    let metrics = client().get(live.service.metrics_url().await).send().await;
    let metrics = metrics.unwrap().text().await.unwrap();
    for (event, reason) in counted {
        let logged = format!(
            "member_verification_verifications_total{{event=\"{event}\",reason=\"{reason}\"}} 1\n"
        );
        assert!(metrics.contains(&logged), "{logged} in {metrics}");
    }
    assert!(
        metrics.contains(r#"reason="UNAUTHORIZED",route="getVerificationResult",status="401"} 1"#),
        "{metrics}"
    );
}
