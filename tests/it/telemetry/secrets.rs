//! What logs, metrics, errors and panics may know.

use std::fs;

use member_verification::{
    crypto::KeySet,
    http::KeyDigest,
    nice::{Credentials, path},
    secret::Secret,
    store::Session,
    token::ReadyToken,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    support::app::{ISSUE, OPEN},
    support::client::client,
    support::nice_stub::{ACCESS_TOKEN, Answer, TOKEN_VAL},
    support::program::{run, text},
    support::redis::Redis,
};
use crate::{
    support::by_the_book::genuine_result,
    support::live::{API_KEY, Live, Verification},
    support::told::Told,
};

const STATUS: &str = "/v1/member/getVerificationStatus";
/// 32 bytes.
const HASH_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// A person that no log may know.
fn canary_person(requestno: &str) -> Value {
    let mut result = genuine_result(requestno);
    for (name, value) in [
        ("name", "카나리아"),
        ("utf8_name", "%EC%B9%B4%EB%82%98%EB%A6%AC%EC%95%84"),
        ("birthdate", "19870605"),
        ("mobileno", "01098765432"),
        ("responseno", "CANARYRESPONSENO"),
        ("receivedata", "CANARYRECEIVED"),
    ] {
        result[name] = value.into();
    }
    result["ci"] = "CANARYCI".repeat(11).into();
    result["di"] = "CANARYDI".repeat(8).into();
    result
}

/// Whatever was planted begins like this; and what was not planted, but is
/// as secret.
const CANARIES: &[&str] = &[
    "CANARY",
    "카나리아",
    "%EC%B9%B4",
    "19870605",
    "01098765432",
    ACCESS_TOKEN,
    TOKEN_VAL,
    "BwcHBwcHBwcHBwcH",
];

#[track_caller]
fn check_clean(what: &str, printed: &str, more: &[String]) {
    for canary in CANARIES
        .iter()
        .copied()
        .chain(more.iter().map(String::as_str))
    {
        assert!(!printed.contains(canary), "{what}: {canary} in {printed}");
    }
}

pub(crate) async fn send(live: &Live, path: &str, body: &str, id: &str) -> Told {
    let request = live.request("POST", &format!("{path}?q=CANARYQUERY"));
    let request = request
        .header("authorization", "Bearer CANARYAUTH")
        .header("cookie", "session=CANARYCOOKIE")
        .header("user-agent", "CANARYAGENT")
        .header("referer", "https://shop.example/?CANARYREFERER")
        .header("x-forwarded-for", "CANARYFORWARDED")
        .header("traceparent", "CANARYTRACE")
        .header("x-request-id", id)
        .header("x-api-key", API_KEY)
        .header("content-type", "application/json");
    Told::of(request.body(body.to_owned()).send().await.unwrap()).await
}

/// Compared, hashed, once more after a lost answer, and asked for.
async fn open_twice(live: &Live, genuine: &Value, person: &Value) {
    let mut call = genuine.clone();
    call["expect"] = json!({
        "name": "카나리아", "birthdate": "19870605", "mobileno": "01098765432",
        "ci": person["ci"], "di": person["di"],
    });
    for id in ["opened", "repeated"] {
        let request = live
            .request("POST", OPEN)
            .header("x-api-key", API_KEY)
            .header("x-request-id", id)
            .header("idempotency-key", "CANARY-IDEMPOTENCY-KEY")
            .header("content-type", "application/json");
        let opened = Told::of(request.body(call.to_string()).send().await.unwrap()).await;
        assert_eq!(opened.status, 200, "{opened:?}");
        for part in ["카나리아", "ciHash", r#""all":true"#] {
            assert!(opened.body.contains(part), "{part} in {opened:?}");
        }
    }
    let question = json!({
        "token_version_id": genuine["token_version_id"], "reqNo": person["requestno"]
    });
    let told = send(live, STATUS, &question.to_string(), "status").await;
    assert_eq!(told.status, 200, "{told:?}");
}

#[tokio::test]
async fn nothing_secret_or_personal_is_in_logs_metrics_or_errors() {
    for format in ["text", "json"] {
        let redis = Redis::start();
        let mut settings = redis.settings().to_vec();
        let trail = std::env::temp_dir().join(format!("mv-canary-{}-{format}", std::process::id()));
        settings.extend([
            ("AUDIT_LOG", trail.to_str().unwrap().to_owned()),
            ("CI_HASH_KEY", format!("k1:{HASH_KEY}")),
            ("RUST_LOG", "trace".to_owned()),
            ("LOG_FORMAT", format.to_owned()),
            ("NICE_ACCESS_TOKEN", ACCESS_TOKEN.to_owned()),
        ]);
        let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let live = Live::start(&settings).await;
        let mut secrets = Vec::new();
        let mut errors = String::new();

        // A whole verification, and each way in which one can fail.
        let request = json!({
            "requestno": "CANARYREQUESTNO", "receivedata": "CANARYRECEIVED",
            "sitecode": "CANARYSITE"
        });
        let told = send(&live, ISSUE, &request.to_string(), "began").await;
        let verification = Verification::of(&live.nice, told.json());
        let person = canary_person("CANARYREQUESTNO");
        let genuine = verification.call(&verification.keys.seal_text(&person.to_string()));
        let mut failed = person.clone();
        failed["resultcode"] = "0031".into();
        let failed = verification.call(&verification.keys.seal_text(&failed.to_string()));
        let misshapen = verification
            .keys
            .seal_text(r#"{"name":"카나리아","ci":"CANARYCI""#);
        let mut unknown = genuine.clone();
        unknown["token_version_id"] = "CANARYTOKENID".into();
        let mut tampered = genuine.clone();
        tampered["integrity_value"] = "CANARYINTEGRITY".into();
        for call in [&failed, &verification.call(&misshapen), &unknown, &tampered] {
            errors.push_str(&send(&live, OPEN, &call.to_string(), "refused").await.all());
        }
        open_twice(&live, &genuine, &person).await;
        errors.push_str(&send(&live, OPEN, &genuine.to_string(), "used").await.all());
        for body in [
            r#"{"requestno":"CANARY CANARY","returnurl":"https://CANARY.example"}"#,
            r#"{"receivedata":"CANARY""#,
            r#"{"CANARY NAME":1,"CANARY NAME":2}"#,
            r#"{"CANARY NAME":1,"authtype":"CANARY"}"#,
        ] {
            errors.push_str(&send(&live, ISSUE, body, "CANARY id").await.all());
        }
        // Its answer names the path, for the caller alone.
        send(&live, "/CANARYPATH", "CANARY", "lost").await;
        // NICE says things that it should not.
        let nonsense = format!(r#"{{"CANARY":"{TOKEN_VAL}""#);
        live.nice.always_crypto(Answer::body(nonsense).status(500));
        while send(&live, ISSUE, "{}", "nonsense").await.status == 200 {}
        redis.signal("-STOP");
        errors.push_str(
            &send(&live, OPEN, &genuine.to_string(), "stopped")
                .await
                .all(),
        );
        redis.signal("-CONT");

        for name in [
            "key",
            "iv",
            "enc_data",
            "integrity_value",
            "token_version_id",
        ] {
            secrets.push(verification.text(name).to_owned());
        }
        for call in [&genuine, &tampered] {
            secrets.push(call["enc_data"].as_str().unwrap().to_owned());
        }
        secrets.push(verification.keys.hmac_key().to_owned());
        for call in live.nice.calls(path::CRYPTO_TOKEN) {
            secrets.push(call.field("req_no"));
            secrets.push(call.header("authorization").to_owned());
        }
        let metrics = client().get(live.service.metrics_url().await).send().await;
        let metrics = metrics.unwrap().text().await.unwrap();
        let printed = live.service.printed_until("stopped").await;
        let lines = fs::read_to_string(&trail).unwrap();
        fs::remove_file(&trail).unwrap();
        assert!(lines.contains("repeated"), "{lines}");
        check_clean("audit trail", &lines, &secrets);
        let kept = redis.dump().await;
        assert!(kept.contains("mv:"), "{kept}");
        check_clean("Redis", &kept, &secrets);
        for id in ["began", "refused", "opened", "used", "lost", "nonsense"] {
            assert!(printed.contains(id), "{id} in {printed}");
        }
        assert!(metrics.contains("verifications_total"), "{metrics}");
        check_clean("log", &printed, &secrets);
        check_clean("metrics", &metrics, &secrets);
        check_clean("errors", &errors, &secrets);
    }
}

#[tokio::test]
async fn mistakes_in_the_settings_do_not_repeat_secrets() {
    let settings = [
        ("NICE_CLIENT_ID", "client:id"),
        ("NICE_CLIENT_SECRET", "CANARY-SECRET"),
        ("NICE_CLIENT_SECRET_FILE", "/dev/null"),
        ("NICE_ACCESS_TOKEN", "CANARY\ntoken"),
        ("RESULT_API_KEY", "CANARY"),
        ("REDIS_URL", "redis://user:CANARY@no host:port/x"),
        ("STORE_KEY", "CANARY"),
        ("NICE_PROXY", "http://user:CANARY@[no proxy"),
        ("RETURN_URLS", "https://shop.example/cb"),
    ];
    for command in ["serve", "check"] {
        let output = run(&[command], &settings).await;
        let printed = text(&output.stdout) + &text(&output.stderr);
        for name in [
            "NICE_ACCESS_TOKEN",
            "RESULT_API_KEY",
            "REDIS_URL",
            "STORE_KEY",
            "NICE_PROXY",
        ] {
            assert!(printed.contains(name), "{command}: {name} in {printed}");
        }
        check_clean(command, &printed, &[]);
    }
    for arguments in [&["serve", "--help"][..], &["check", "--help"], &["--help"]] {
        let output = run(arguments, &settings).await;
        check_clean("help", &(text(&output.stdout) + &text(&output.stderr)), &[]);
    }
}

/// What a panic or a careless log logged would print of them.
#[test]
fn secret_types_do_not_print() {
    let canary = || Secret::new("CANARY".to_owned());
    let keys = KeySet::derive("20260115093000", "CANARY", TOKEN_VAL);
    let shown = [keys.key_text().to_owned(), keys.iv_text().to_owned()];
    let session = Session {
        requestno: "CANARY".try_into().unwrap(),
        site_code: "CANARY".try_into().unwrap(),
        digest: keys.digest(),
        sent: [7; 32],
        begun: None,
    };
    let token = ReadyToken {
        token_version_id: "id".parse().unwrap(),
        site_code: "site".parse().unwrap(),
        keys: keys.clone(),
        session_life: std::time::Duration::from_secs(1),
        usable_until: Instant::now(),
    };
    let credentials = Credentials {
        client_id: "client".to_owned(),
        client_secret: canary(),
        product_id: "product".to_owned(),
    };
    let printed = format!(
        "{:?} {:?} {keys:?} {session:?} {token:?} {credentials:?} {:#?}",
        canary(),
        KeyDigest::of(&canary()),
        (canary(), keys.clone())
    );
    check_clean("Debug", &printed, &shown);
    assert!(printed.contains("redacted"), "{printed}");
}

#[tokio::test]
async fn the_log_names_a_verification_by_a_hash_and_times_have_a_zone() {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let live = Live::start(&[("AUDIT_HASH_KEY", key)]).await;
    let request = json!({"requestno": "order-4711"});
    send(&live, ISSUE, &request.to_string(), "masked").await;
    let logged = live.line("masked").await;
    // HMAC-SHA256 under the bytes 0 to 31, by Python's hmac.
    assert_eq!(logged["req_no_hash"], "6d4648ad0c3baa0e");
    let printed = live.service.printed_until("masked").await;
    assert!(!printed.contains("order-4711"), "{printed}");
    for logged in printed.lines().filter(|logged| logged.starts_with('{')) {
        let logged: Value = serde_json::from_str(logged).unwrap();
        let timestamp = logged["timestamp"].as_str().unwrap();
        assert!(timestamp.parse::<jiff::Timestamp>().is_ok(), "{timestamp}");
        assert!(timestamp.ends_with('Z'), "{timestamp}");
    }
}
