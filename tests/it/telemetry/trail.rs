//! The audit trail's file: each event once, before the answer, and nothing personal.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use member_verification::{
    audit::{AuditKey, AuditTrail},
    random::Random,
    secret::Secret,
};
use serde_json::{Value, json};

use crate::{
    open::{
        lost_answers::{KEY, open_with},
        opening::Session,
    },
    store::fleet::instance_with,
    support::{
        app::{API_KEY, ISSUE, OPEN, Setup, TestApp, check_envelope, json, start_with},
        client::client,
        nice_stub::NiceStub,
        parallel::futures_in_order,
        program::Service,
        redis::Redis,
    },
};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mv-trail-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("audit.log")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn start(file: &Path, is_strict: bool) -> TestApp {
    start_with(NiceStub::start().await, |setup| {
        setup.service.audit.path = Some(file.to_str().unwrap().to_owned());
        setup.service.audit.is_strict = is_strict;
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned();
        setup.service.audit.key = Some(AuditKey::parse(&Secret::new(key)).unwrap());
    })
    .await
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn events(file: &Path) -> Vec<String> {
    let event = |line: &Value| line["event"].as_str().unwrap().to_owned();
    lines(file).iter().map(event).collect()
}

async fn genuine(app: &TestApp, request: &Value) -> Value {
    let session = Session::begin(app, request).await;
    session.call(&session.seal(&session.result(&json!({}))))
}

/// An answer that is out has its line in the file.
#[tokio::test]
async fn each_event_is_a_line_before_its_answer() {
    let folder = Folder::new("events");
    let file = folder.file();
    let app = start(&file, false).await;
    let call = genuine(&app, &json!({"requestno": "audited"})).await;
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let open = async |key: &str, call: &Value| {
        let request = app
            .request("POST", OPEN)
            .header("content-type", "application/json")
            .header("x-api-key", key)
            .header("idempotency-key", KEY)
            .header("x-request-id", "the-request");
        let request = request.body(call.to_string());
        request.send().await.unwrap().status().as_u16()
    };
    let mut tampered = call.clone();
    tampered["integrity_value"] = "AAAA".into();
    let mut unknown = call.clone();
    unknown["token_version_id"] = "unknown".into();
    assert_eq!(open("a wrong key", &call).await, 401);
    assert_eq!(open(API_KEY, &tampered).await, 400);
    assert_eq!(open(API_KEY, &unknown).await, 404);
    assert_eq!(open(API_KEY, &call).await, 200);
    assert_eq!(open(API_KEY, &call).await, 200);
    let expected = [
        ("begin", json!({"route": "getOAuthToken", "status": 200})),
        ("key_refused", json!({})),
        ("key_used", json!({"key": 1})),
        (
            "refused",
            json!({"status": 400, "reason": "RESULT_REJECTED", "check": "integrity"}),
        ),
        ("key_used", json!({"key": 1})),
        (
            "expired",
            json!({"status": 404, "reason": "SESSION_NOT_FOUND"}),
        ),
        ("key_used", json!({"key": 1})),
        ("opened", json!({"status": 200})),
        ("key_used", json!({"key": 1})),
        ("repeated", json!({"status": 200})),
    ];
    let found = lines(&file);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (line, (event, more)) in found.iter().zip(expected) {
        assert_eq!(line["event"], event);
        let mut whole = json!({
            "time": "2026-01-15T01:02:03.000000+09:00", "event": event,
            "request_id": line["request_id"], "route": "getVerificationResult",
        });
        if !event.starts_with("key") {
            // By hand: HMAC-SHA256 of "audited" under the bytes 0 to 31.
            whole["req_no_hash"] = "c06ef81c4864499f".into();
        }
        for (name, value) in more.as_object().unwrap() {
            whole[name] = value.clone();
        }
        assert_eq!(*line, whole);
    }
    assert!(
        found[1..]
            .iter()
            .all(|line| line["request_id"] == "the-request")
    );
}

#[tokio::test]
async fn a_fleet_has_one_opened_for_fifty_calls() {
    let folder = Folder::new("fleet");
    let file = folder.file();
    let (nice, redis) = (NiceStub::start().await, Redis::start());
    let into_file = |setup: &mut Setup| {
        setup.service.audit.path = Some(file.to_str().unwrap().to_owned());
    };
    let fleet = [
        instance_with(&nice, &redis, into_file).await,
        instance_with(&nice, &redis, into_file).await,
    ];
    let call = genuine(&fleet[0], &json!({})).await;
    let calls = (0..50).map(|number| open_with(&fleet[number % 2], &[KEY], &call));
    for answer in futures_in_order(calls).await {
        assert_eq!(answer.status(), 200);
    }
    let events = events(&file);
    let count = |event: &str| events.iter().filter(|found| *found == event).count();
    assert_eq!(
        ["begin", "key_used", "opened", "repeated"].map(count),
        [1, 50, 1, 49]
    );
}

/// Opening one would wait for its reader.
#[test]
fn a_pipe_is_no_file() {
    let folder = Folder::new("pipe");
    let pipe = folder.file();
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let trail = AuditTrail::without_file(AuditKey::random(&Random::System));
    let refused = trail.with_file(pipe.to_str().unwrap(), false).unwrap_err();
    assert!(refused.to_string().contains("pipe"), "{refused}");
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_followed_by_a_new_one() {
    let folder = Folder::new("moved");
    let file = folder.file();
    let app = start(&file, false).await;
    assert_eq!(app.issue("{}").await.status(), 200);
    let moved = folder.0.join("audit.log.1");
    fs::rename(&file, &moved).unwrap();
    assert_eq!(app.issue("{}").await.status(), 200);
    assert_eq!((events(&moved).len(), events(&file).len()), (1, 1));
}

/// Lets the trail lead to another file.
fn lead(link: &Path, to: &Path) {
    let _ = fs::remove_file(link);
    symlink(to, link).unwrap();
}

#[tokio::test]
async fn a_full_disk_is_counted_and_stops_nobody() {
    let folder = Folder::new("full");
    let link = folder.0.join("link");
    lead(&link, Path::new("/dev/full"));
    let app = start(&link, false).await;
    let call = genuine(&app, &json!({})).await;
    assert_eq!(open_with(&app, &[], &call).await.status(), 200);
    let metrics = app.app.metrics.print();
    let failed = "member_verification_audit_lines_failed_total 3\n";
    assert!(metrics.contains(failed), "{metrics}");
}

/// A limit of file size (`ulimit -f`, `LimitFSIZE=`) is told by a signal too.
#[tokio::test]
async fn a_file_that_may_not_grow_is_like_a_full_disk() {
    let folder = Folder::new("small");
    let file = folder.file();
    let trail = [("AUDIT_LOG", file.to_str().unwrap())];
    let service = Service::start_with_small_files(&trail).await;
    let begin = format!("{}{ISSUE}", service.url);
    for _ in 0..20 {
        let call = client()
            .post(&begin)
            .header("content-type", "application/json");
        assert_eq!(call.body("{}").send().await.unwrap().status(), 200);
    }
    assert_eq!(service.stop().await, Some(0));
    assert!(fs::read_to_string(&file).unwrap().lines().count() < 20);
}

/// The result is not used up: once there is room, the same call succeeds.
#[tokio::test]
async fn under_strict_nothing_happens_without_a_line() {
    let folder = Folder::new("strict");
    let (link, file) = (folder.0.join("link"), folder.file());
    lead(&link, &file);
    let app = start(&link, true).await;
    let call = genuine(&app, &json!({})).await;
    lead(&link, Path::new("/dev/full"));
    let refused = [app.issue("{}").await, open_with(&app, &[], &call).await];
    for answer in refused {
        let status = answer.status();
        let body = json(answer).await;
        check_envelope(status, &body, (503, "AUDIT_UNAVAILABLE"));
    }
    lead(&link, &file);
    assert_eq!(open_with(&app, &[], &call).await.status(), 200);
    assert_eq!(events(&file), ["begin", "key_used", "opened"]);
}
