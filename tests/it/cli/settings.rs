//! Settings and commands, as an operator meets them.

use std::process::Output;

use serde_json::Value;

use crate::{
    support::client::client,
    support::nice_stub::{ACCESS_TOKEN, NiceStub},
    support::program::{Service, run, text},
};

pub(super) const LIVE: &[(&str, &str)] = &[
    ("NICE_CLIENT_ID", "client"),
    ("NICE_CLIENT_SECRET", "secret"),
    ("RETURN_URLS", "https://shop.example/cb"),
];

#[track_caller]
pub(super) fn refused(output: &Output, names: &[&str]) {
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{stderr}");
    for name in names {
        assert!(stderr.contains(name), "{name} isn't named: {stderr}");
    }
}

/// All settings that the program documents, and which of them are secrets.
/// So a new setting is under test without a new line here.
pub(super) async fn documented() -> (Vec<String>, Vec<String>) {
    let table = text(&run(&["settings"], &[]).await.stdout);
    let (settings, secrets) = table.split_once("## Secrets").unwrap();
    let names = |rows: &str| -> Vec<String> {
        let cells = rows.lines().filter_map(|row| row.strip_prefix("| `"));
        cells
            .map(|cell| cell.split('`').next().unwrap().to_owned())
            .collect()
    };
    let (settings, secrets) = (names(settings), names(secrets));
    assert!(settings.len() >= 34 && secrets.len() >= 6, "{table}");
    (settings, secrets)
}

#[tokio::test]
async fn each_setting_reports_its_mistake_together_with_all_others() {
    let (settings, secrets) = documented().await;
    let files: Vec<String> = secrets.iter().map(|name| format!("{name}_FILE")).collect();
    let mut variables: Vec<(&str, &str)> = Vec::new();
    variables.extend(settings.iter().map(|name| (name.as_str(), ",=?한")));
    // A secret's mistake: it is given twice.
    variables.extend(secrets.iter().map(|name| (name.as_str(), "hush-hush")));
    variables.extend(files.iter().map(|name| (name.as_str(), "/dev/null")));

    let live = run(&["serve"], &variables).await;
    let sandbox = run(&["serve", "--sandbox"], &variables).await;
    for name in settings.iter().chain(&secrets) {
        let output = if name.starts_with("SANDBOX_") {
            &sandbox
        } else {
            &live
        };
        refused(output, &[&format!("\n  {name}: ")]);
    }
    for output in [live, sandbox] {
        assert!(!text(&output.stderr).contains("hush-hush"));
        assert!(!text(&output.stdout).contains("listening"));
    }
}

#[tokio::test]
async fn mistakes_that_the_syntax_does_not_show_are_reported_too() {
    for (name, value) in [
        ("NICE_BASE_URL", "http://svc.niceapi.co.kr:22001"),
        ("NICE_BASE_URL", "https://svc.niceapi.co.kr:22001/a b"),
        ("NICE_CLIENT_ID", "with:colon"),
        ("NICE_ACCESS_TOKEN_FILE", "/does/not/exist"),
        ("NICE_CONCURRENCY", "0"),
        ("RETURN_URLS", "javascript:alert(1)"),
        ("RETURN_URLS", "https://shop.example/cb,/relative"),
        ("RETURN_URLS", "*"),
        (
            "RETURN_URLS",
            "https://shop.example/cb;https://shop.example/b",
        ),
        ("CORS_ORIGINS", "https://shop.example/"),
        ("RATE_LIMIT_TOTAL", "0/s"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("HEADER_TIMEOUT", "0s"),
        ("BODY_TIMEOUT", "-1s"),
        ("IDLE_TIMEOUT", "75"),
    ] {
        let settings = [LIVE, &[(name, value)]].concat();
        refused(&run(&["serve"], &settings).await, &[name]);
    }
    let flag = run(&["serve", "--nice-call-timeout", "soon"], LIVE).await;
    refused(&flag, &["NICE_CALL_TIMEOUT"]);
}

/// The default itself is too low for this minimum: only a value that somebody
/// wrote is a mistake.
#[tokio::test]
async fn a_default_that_is_written_out_counts_as_given() {
    let few = ("TOKEN_POOL_MIN", "4096");
    let settings = with("http://127.0.0.1:9", &[few]);
    let printed = text(&run(&["check"], &settings).await.stdout);
    assert!(printed.contains("ok     settings"), "{printed}");
    let settings = with("http://127.0.0.1:9", &[few, ("TOKEN_POOL_MAX", "2048")]);
    refused(&run(&["serve"], &settings).await, &["TOKEN_POOL_MAX: "]);
}

#[tokio::test]
async fn a_blank_setting_counts_as_not_given() {
    let (settings, secrets) = documented().await;
    let blank = settings.iter().map(|name| (name.as_str(), " "));
    let empty = secrets.iter().map(|name| (name.as_str(), ""));
    let mut variables: Vec<(&str, &str)> = blank.chain(empty).collect();
    variables.retain(|(name, _)| LIVE.iter().all(|(live, _)| live != name));
    variables.retain(|(name, _)| *name != "NICE_BASE_URL");
    let settings = with("http://127.0.0.1:9", &variables);
    let printed = text(&run(&["check"], &settings).await.stdout);
    assert!(printed.contains("ok     settings"), "{printed}");
}

#[tokio::test]
async fn live_needs_credentials_and_return_urls() {
    let output = run(&["serve"], &[]).await;
    refused(
        &output,
        &["NICE_CLIENT_ID", "NICE_CLIENT_SECRET", "RETURN_URLS"],
    );
}

#[tokio::test]
async fn blank_settings_count_as_missing_and_permit_nothing() {
    for blank in ["", " ", ",", " , ,"] {
        let settings = [
            ("NICE_CLIENT_ID", " "),
            ("NICE_CLIENT_SECRET", "secret"),
            ("RETURN_URLS", blank),
        ];
        refused(
            &run(&["serve"], &settings).await,
            &["NICE_CLIENT_ID", "RETURN_URLS"],
        );
    }
    for (name, value) in [
        ("ADMIN_BIND", "127.0.0.1:8080"),
        ("BASE_PATH", "/a/../b"),
        ("BASE_PATH", "/docs"),
    ] {
        let settings = [LIVE, &[(name, value)]].concat();
        refused(&run(&["serve"], &settings).await, &[name]);
    }
    let relative = [LIVE, &[("RETURN_URLS", "https:shop.example/cb")]].concat();
    refused(&run(&["serve"], &relative).await, &["RETURN_URLS"]);
}

/// Both commands, before any port is opened.
#[tokio::test]
async fn one_port_is_not_both_the_apis_and_the_operators() {
    let both = async |bind, admin| {
        // Nobody listens at NICE's address: only the settings are asked for.
        let more = [("BIND", bind), ("ADMIN_BIND", admin)];
        let settings = with("http://127.0.0.1:9", &more);
        let served = run(&["serve"], &settings).await;
        let checked = run(&["check"], &settings).await;
        (served, text(&checked.stdout))
    };
    for (bind, admin, another) in [
        ("127.0.0.1:65535", "127.0.0.1:65535", "127.0.0.1:65534"),
        ("0.0.0.0:8080", "127.0.0.1:8080", "127.0.0.1:8081"),
        ("[::1]:8080", "[::]:8080", "[::]:8081"),
    ] {
        let (served, checked) = both(bind, admin).await;
        let what = format!(
            "ADMIN_BIND: is already the address of BIND; write another port, like {another}"
        );
        refused(&served, &[&what]);
        assert!(
            checked.contains(&format!("WRONG  settings           {what}")),
            "{checked}"
        );
    }
    let settings = with("http://127.0.0.1:9", &[("ADMIN_BIND", "127.0.0.1:0")]);
    let free = run(&["check", "--bind", "127.0.0.1:0"], &settings).await;
    let printed = text(&free.stdout);
    assert!(printed.contains("ok     settings"), "{printed}");
}

/// Without repeating it: it may hold a password.
#[tokio::test]
async fn a_bad_redis_url_is_told_with_one_that_would_do() {
    let key = ("STORE_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    for (url, what) in [
        (
            "10.0.0.2:6379",
            "write it like redis://:password@10.0.0.2:6379/0",
        ),
        ("http://:hush-hush@10.0.0.2", "write it like redis://"),
        (
            "redis://:hush-hush@10.0.0.2/first",
            "write it like redis://",
        ),
        ("redis://:hush#hush-hush@10.0.0.2", "/ ? # % are written"),
        ("redis://:hush/hush-hush@10.0.0.2", "/ ? # % are written"),
        (
            "rediss://:hush-hush@10.0.0.2/#insecure",
            "must not end in #insecure",
        ),
    ] {
        let settings = with("http://127.0.0.1:9", &[("REDIS_URL", url), key]);
        let served = run(&["serve"], &settings).await;
        refused(&served, &["REDIS_URL: ", what]);
        let checked = text(&run(&["check"], &settings).await.stdout);
        assert!(
            checked.contains("REDIS_URL: ") && checked.contains(what),
            "{checked}"
        );
        let printed = checked + &text(&served.stderr);
        assert!(!printed.contains("hush-hush"), "{printed}");
    }
}

#[tokio::test]
async fn the_sandbox_refuses_live_settings() {
    for name in [
        "NICE_CLIENT_ID",
        "NICE_CLIENT_SECRET",
        "NICE_CLIENT_SECRET_FILE",
        "NICE_ACCESS_TOKEN",
        "NICE_ACCESS_TOKEN_FILE",
        "NICE_PROXY",
        "NICE_PROXY_FILE",
        "NICE_BASE_URL",
    ] {
        let output = run(&["serve", "--sandbox"], &[(name, "https://x.example")]).await;
        refused(&output, &[name.trim_end_matches("_FILE")]);
    }
}

#[tokio::test]
async fn an_unknown_flag_is_a_mistake_like_any_other() {
    refused(&run(&["serve", "--surprise"], LIVE).await, &["--surprise"]);
}

#[tokio::test]
async fn help_names_every_setting_and_shows_no_secret() {
    let settings = [
        ("NICE_CLIENT_SECRET", "hush-hush"),
        ("NICE_CLIENT_ID", "my-client-id"),
    ];
    let help = text(&run(&["serve", "--help"], &settings).await.stdout);
    let (names, secrets) = documented().await;
    for name in names.iter().chain(&secrets) {
        assert!(help.contains(name), "{name} isn't in the help");
    }
    assert!(!help.contains("hush-hush") && !help.contains("my-client-id"));
}

#[tokio::test]
async fn a_port_in_use_is_named_with_one_that_works() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--sandbox", "--bind", &address], &[]).await;
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains(&address) && stderr.contains("--bind 127.0.0.1:"),
        "{stderr}"
    );
}

/// Also for who is told that there is no place, at both ports.
#[tokio::test]
async fn a_limit_of_open_files_that_is_too_low_is_told() {
    let settings = [("MAX_CONNECTIONS", "300"), ("NICE_CONCURRENCY", "10")];
    let service = Service::start_with_files(100, &settings).await;
    let printed = service.printed_until("fewer files may be open").await;
    let needed: usize = printed
        .split_once("needed=")
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .and_then(|needed| needed.parse().ok())
        .unwrap_or_else(|| panic!("{printed}"));
    assert!(needed >= 300 + 256 + 64 + 256 + 10, "{needed}");
    // Of a hundred, 74 are kept for NICE, Redis and all else.
    assert!(printed.contains(" max_connections=22\n"), "{printed}");
}

async fn begin(service: &Service) -> reqwest::Response {
    let call = client()
        .post(format!("{}/v1/member/getOAuthToken", service.url))
        .header("content-type", "application/json")
        .body("{}");
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer
}

#[tokio::test]
async fn the_sandbox_needs_no_setting_and_no_ca_certificates() {
    let missing = [
        ("SSL_CERT_FILE", "/does/not/exist"),
        ("SSL_CERT_DIR", "/does/not/exist"),
    ];
    let service = Service::start(&["--sandbox"], &missing).await;
    let answer = begin(&service).await;
    assert_eq!(answer.headers()["x-nice-environment"], "sandbox");
    assert_eq!(
        answer.headers()["x-nice-window-url"],
        format!("{}/sandbox/CheckPlusSafeModel/service.cb", service.url)
    );
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 6);
    let printed = service.printed_until("curl -s -X POST").await;
    assert!(printed.contains("nothing here is real"));

    let address = service.url.strip_prefix("http://").unwrap();
    let health = run(&["healthcheck", "--bind", address], &[]).await;
    assert!(health.status.success(), "{}", text(&health.stderr));
    assert_eq!(service.stop().await, Some(0));
}

/// Behind a proxy with TLS the service can't know by which address it is
/// reached, and a page would not send its form to an http one.
#[tokio::test]
async fn the_sandbox_names_its_window_as_it_is_told() {
    let window = "https://dev.example/sandbox/CheckPlusSafeModel/service.cb";
    let service = Service::start(&["--sandbox"], &[("NICE_WINDOW_URL", window)]).await;
    let answer = begin(&service).await;
    assert_eq!(answer.headers()["x-nice-window-url"], window);
}

#[tokio::test]
async fn live_there_is_no_sandbox() {
    let nice = NiceStub::start().await;
    let url = format!("http://{}", nice.address);
    let service = Service::start(&[], &with(&url, &[])).await;
    for path in [
        "/sandbox",
        "/sandbox/",
        "/sandbox/digital/niceid/oauth/oauth/token",
        "/sandbox/digital/niceid/api/v1.0/common/crypto/token",
        "/sandbox/CheckPlusSafeModel/service.cb",
        "/sandbox/api/personas",
        "/sandbox/api/faults",
        "/sandbox/faults",
        "/sandbox/assets/sandbox.css",
        "/sandbox/window/answer",
        "/cert/request",
        "/digital/niceid/oauth/oauth/token",
        "/CheckPlusSafeModel/service.cb",
    ] {
        let answer = client()
            .post(format!("{}{path}", service.url))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(
            !answer.headers().contains_key("x-nice-environment"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn healthcheck_fails_without_a_service() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    assert_eq!(
        run(&["healthcheck", "--bind", &address], &[])
            .await
            .status
            .code(),
        Some(1)
    );
}

pub(super) fn with<'a>(url: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [LIVE, &[("NICE_BASE_URL", url)], more].concat()
}

#[tokio::test]
async fn tokens_by_hand_are_asked_about_first() {
    let nice = NiceStub::start().await;
    let url = format!("http://{}", nice.address);
    let asked = run(&["token", "issue"], &with(&url, &[])).await;
    assert_eq!(asked.status.code(), Some(1));
    assert_eq!(text(&asked.stdout), "");
    assert!(text(&asked.stderr).contains("Nothing was done"));

    let issued = run(&["token", "issue", "--yes"], &with(&url, &[])).await;
    assert_eq!(text(&issued.stdout).trim(), ACCESS_TOKEN);

    let which = run(&["token", "revoke", "--yes"], &with(&url, &[])).await;
    assert_eq!(which.status.code(), Some(1));
    let given = with(&url, &[("NICE_ACCESS_TOKEN", ACCESS_TOKEN)]);
    let revoked = run(&["token", "revoke", "--yes"], &given).await;
    assert_eq!(text(&revoked.stdout).trim(), "revoked");
    assert!(text(&revoked.stderr).contains("EVERY server"));
}
