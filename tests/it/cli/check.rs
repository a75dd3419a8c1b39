//! `check`, as an operator meets it.

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::secret::Secret;

use super::settings::{refused, with};
use crate::support::{
    client::client,
    nice_stub::{ACCESS_TOKEN, Answer, NiceStub, TOKEN_VAL},
    program::{Service, run, text},
    redis::Redis,
};

#[tokio::test]
async fn check_says_what_is_well_and_what_is_not() {
    let nice = NiceStub::start().await;
    nice.use_real_clock();
    let url = format!("http://{}", nice.address);
    let well = run(&["check"], &with(&url, &[])).await;
    let printed = text(&well.stdout);
    assert_eq!(well.status.code(), Some(0), "{printed}");
    for what in [
        "settings",
        "DNS",
        "TCP",
        "HTTP",
        "clock",
        "institution token",
        "crypto token",
    ] {
        assert!(
            printed.contains(&format!("ok     {what}")),
            "{what}: {printed}"
        );
    }
    assert!(printed.contains("was issued by this check") && printed.contains("허용 IP"));
    for what in ["RESULT_API_KEY", "RATE_LIMIT", "TRUSTED_PROXIES"] {
        assert!(
            printed.contains(&format!("\n  - {what}")),
            "{what}: {printed}"
        );
    }

    nice.queue_crypto(Answer::gateway("1706"));
    let stored = run(
        &["check"],
        &with(&url, &[("NICE_ACCESS_TOKEN", ACCESS_TOKEN)]),
    )
    .await;
    let printed = text(&stored.stdout);
    assert_eq!(stored.status.code(), Some(1), "{printed}");
    assert!(printed.contains("none was issued") && printed.contains("WRONG  crypto token"));
    assert!(
        printed.contains("1706") && printed.contains("NICE_PRODUCT_ID"),
        "{printed}"
    );
    assert!(!printed.contains(ACCESS_TOKEN) && !printed.contains(TOKEN_VAL));

    // A refused token is told, not replaced.
    nice.queue_crypto(Answer::gateway("1800"));
    let before = nice
        .calls(member_verification::nice::path::INSTITUTION_TOKEN)
        .len();
    let refused = run(
        &["check"],
        &with(&url, &[("NICE_ACCESS_TOKEN", "an-old-one")]),
    )
    .await;
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stdout));
    assert_eq!(
        nice.calls(member_verification::nice::path::INSTITUTION_TOKEN)
            .len(),
        before
    );

    let unread = run(&["check"], &with(&url, &[("ADMIN_BIND", "nonsense")])).await;
    assert!(text(&unread.stdout).contains("WRONG  settings           ADMIN_BIND"));

    let unsettled = run(&["check"], &[]).await;
    assert_eq!(unsettled.status.code(), Some(1));
    assert!(text(&unsettled.stdout).contains("WRONG  settings           RETURN_URLS"));
}

/// Nobody listens there: what is said of the settings doesn't hang on NICE.
const NOWHERE: &str = "http://127.0.0.1:9";

async fn checked(args: &[&str], more: &[(&str, &str)]) -> String {
    let args = [&["check"], args].concat();
    text(&run(&args, &with(NOWHERE, more)).await.stdout)
}

#[tokio::test]
async fn check_says_what_becomes_of_results_and_callers() {
    let lines = async |more: &[(&str, &str)]| {
        let printed = checked(&[], more).await;
        let line = |what: &str| {
            let line = printed
                .lines()
                .find(|line| line.get(7..).is_some_and(|rest| rest.starts_with(what)));
            line.unwrap_or_else(|| panic!("{what}: {printed}"))
                .to_owned()
        };
        (line("results "), line("callers "))
    };

    let (results, callers) = lines(&[]).await;
    assert!(
        results.starts_with("NOTE   results            none is opened"),
        "{results}"
    );
    assert!(
        callers.starts_with("NOTE   callers            no limit"),
        "{callers}"
    );

    let key = "a key of thirty-two characters or more";
    let limited = [("RESULT_API_KEY", key), ("RATE_LIMIT_TOTAL", "20/s")];
    let (results, callers) = lines(&limited).await;
    assert!(
        results.starts_with("ok     results            opened if the caller sends RESULT_API_KEY")
    );
    assert!(!results.contains(key), "{results}");
    assert!(callers.starts_with("ok "), "{callers}");
    assert!(callers.contains("TRUSTED_PROXIES is not set"), "{callers}");

    let behind = [("RATE_LIMIT", "20/s"), ("TRUSTED_PROXIES", "10.0.0.0/8")];
    let (_, callers) = lines(&behind).await;
    assert!(callers.contains("behind TRUSTED_PROXIES"), "{callers}");
}

/// What strangers begin fills the memory that people need.
#[tokio::test]
async fn check_says_whether_callers_can_fill_the_sessions() {
    let key = ("RESULT_API_KEY", "a-key-of-the-shop-that-is-long-enough");
    for (more, expected) in [
        (
            vec![key],
            "NOTE   sessions           without a limit a flood",
        ),
        (
            vec![key, ("RATE_LIMIT_TOTAL", "20/s")],
            "ok     sessions           RATE_LIMIT_TOTAL keeps them",
        ),
        (
            vec![key, ("RATE_LIMIT", "120/m")],
            "ok     sessions           it takes more than 104 addresses",
        ),
        (
            vec![key, ("RATE_LIMIT_TOTAL", "20/s"), ("SESSION_MAX", "18019")],
            "NOTE   sessions           RATE_LIMIT_TOTAL lets 18020 ",
        ),
    ] {
        let printed = checked(&[], &more).await;
        assert!(printed.contains(expected), "{printed}");
    }
    // Then none is kept here.
    assert!(!checked(&[], &[]).await.contains(" sessions  "));
}

#[tokio::test]
async fn what_works_but_is_not_safe_is_noted() {
    for (name, value, noted) in [
        (
            "TRUSTED_PROXIES",
            "0.0.0.0/0",
            Some("TRUSTED_PROXIES trusts 0.0.0.0/0"),
        ),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/8,::/0",
            Some("TRUSTED_PROXIES trusts ::/0"),
        ),
        (
            "TRUSTED_PROXIES",
            "128.0.0.0/1",
            Some("TRUSTED_PROXIES trusts 128.0.0.0/1"),
        ),
        ("TRUSTED_PROXIES", "10.0.0.0/8,fc00::/7", None),
        (
            "RETURN_URLS",
            "http://shop.example/cb",
            Some("http://shop.example/cb is http"),
        ),
        (
            "RETURN_URLS",
            "https://a.example/,HTTP://b.example/",
            Some("HTTP://b.example/ is http"),
        ),
        ("RETURN_URLS", "https://shop.example/?http://", None),
        (
            "NICE_WINDOW_URL",
            "http://window.example/",
            Some("http://window.example/ is http"),
        ),
    ] {
        let printed = checked(&[], &[(name, value)]).await;
        let notes: Vec<&str> = printed
            .lines()
            .filter(|line| line.starts_with("NOTE "))
            .collect();
        // The other two: no key, and no limit.
        match noted {
            Some(text) => {
                assert_eq!(notes.len(), 3, "{printed}");
                assert!(notes.iter().any(|line| line.contains(text)), "{printed}");
            }
            None => assert_eq!(notes.len(), 2, "{printed}"),
        }
    }
}

#[tokio::test]
async fn a_note_is_a_failure_only_if_it_is_asked_to_be() {
    let nice = NiceStub::start().await;
    nice.use_real_clock();
    let url = format!("http://{}", nice.address);
    let complete = [
        ("RESULT_API_KEY", "0123456789abcdef0123456789abcdef"),
        ("RATE_LIMIT", "20/m"),
    ];
    for (args, more, code) in [
        (&["check"][..], &[][..], 0),
        (&["check", "--strict"], &[], 1),
        (&["check", "--strict"], &complete, 0),
    ] {
        let output = run(args, &with(&url, more)).await;
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {printed}");
        assert!(
            !printed.contains("TLS"),
            "nothing is said of TLS over http: {printed}"
        );
    }
}

#[tokio::test]
async fn check_reads_settings_as_serve_does() {
    for (name, value, what) in [
        (
            "BIND",
            "127.0.0.1:8081",
            "ADMIN_BIND: is already the address of BIND (its default is",
        ),
        (
            "BIND",
            "0.0.0.0:8081",
            "ADMIN_BIND: is already the address of BIND",
        ),
        (
            "NICE_PROXY",
            "10.0.0.1:3128",
            "NICE_PROXY: is no http:// address; write http://10.0.0.1:3128",
        ),
        (
            "NICE_PROXY",
            "\"http://10.0.0.1:3128\"",
            "NICE_PROXY: has quotes around it",
        ),
        (
            "NICE_PROXY",
            "socks5://10.0.0.1:1080",
            "NICE_PROXY: is a SOCKS proxy",
        ),
        (
            "NICE_PROXY",
            "htp://10.0.0.1:3128",
            "NICE_PROXY: begins with htp://",
        ),
        (
            "NICE_PROXY",
            "http://10.0.0.1:3128/path",
            "NICE_PROXY: goes on after the port",
        ),
        // As in these tests, NICE_BASE_URL is http.
        (
            "NICE_PROXY",
            "http://10.0.0.1:3128",
            "NICE_PROXY: can't be used with an http NICE_BASE_URL",
        ),
        (
            "NICE_CA_FILE",
            "/does/not/exist",
            "NICE_CA_FILE: /does/not/exist can't be read",
        ),
        (
            "NICE_CA_FILE",
            "/dev/null",
            "NICE_CA_FILE: /dev/null holds no certificate in PEM",
        ),
        ("NICE_CA_FILE", "/", "NICE_CA_FILE: / can't be read"),
    ] {
        let settings = with(NOWHERE, &[(name, value)]);
        let served = run(&["serve"], &settings).await;
        refused(&served, &[what]);
        let printed = text(&run(&["check"], &settings).await.stdout);
        assert!(
            printed.contains(&format!("WRONG  settings           {what}")),
            "{printed}"
        );
        assert!(!printed.contains("ok     DNS"), "{printed}");
    }
}

/// The lines on the store.
async fn told(redis: &Redis) -> String {
    let settings = redis.settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let printed = checked(&[], &settings).await;
    let lines = printed
        .lines()
        .filter(|line| line.get(7..12) == Some("store"));
    lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
}

const WELL: &str = "ok     store              Redis answers and knows the commands";

#[tokio::test]
async fn replicas_and_keys_are_compared_with_the_settings() {
    let primary = Redis::start();
    let _replica = Redis::replica_of(&primary);
    let lines = told(&primary).await;
    assert!(
        lines.contains("NOTE   store              Redis has more replicas")
            && lines.ends_with(WELL),
        "{lines}"
    );
    let mut settings = primary.settings().to_vec();
    settings.push(("STORE_REPLICAS", "2".to_owned()));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let printed = checked(&[], &settings).await;
    assert!(
        printed.contains("WRONG  store              Redis has fewer replicas"),
        "{printed}"
    );
    // The canary of another instance's key.
    let foreign = STANDARD.encode([8; 32]);
    let settings = [
        ("REDIS_URL", primary.url()),
        ("STORE_KEY", Secret::new(foreign)),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.expose())).collect();
    let printed = checked(&[], &settings).await;
    assert!(
        printed.contains("WRONG  store              another STORE_KEY is in use"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_redis_that_can_not_keep_sessions_is_told() {
    let redis = Redis::start();
    assert_eq!(told(&redis).await, WELL);

    let set = async |name: &str, value: &str| {
        redis.ask::<()>(&["CONFIG", "SET", name, value]).await;
    };
    set("maxmemory-policy", "allkeys-lru").await;
    let lines = told(&redis).await;
    assert!(
        lines.starts_with("NOTE   store              Redis would evict keys"),
        "{lines}"
    );
    assert!(lines.ends_with(WELL), "{lines}");
    set("maxmemory", "100mb").await;
    for policy in ["allkeys-lru", "volatile-ttl", "allkeys-random"] {
        set("maxmemory-policy", policy).await;
        let lines = told(&redis).await;
        assert!(
            lines.starts_with("WRONG  store              Redis evicts keys"),
            "{lines}"
        );
        assert!(lines.contains("set maxmemory-policy noeviction"), "{lines}");
    }
    set("maxmemory-policy", "noeviction").await;
    assert_eq!(told(&redis).await, WELL);
    set("maxmemory", "1").await;
    let lines = told(&redis).await;
    assert!(
        lines.contains("WRONG") && lines.contains("filled by more than 90 %"),
        "{lines}"
    );
    set("maxmemory", "0").await;

    // A user who may not see INFO, and then not delete either.
    let allow = async |rules: &[&str]| {
        let words = [&["ACL", "SETUSER", "default"], rules].concat();
        redis.ask::<()>(&words).await;
    };
    allow(&["-info"]).await;
    let lines = told(&redis).await;
    assert!(
        lines.contains("NOTE") && lines.contains("INFO") && lines.ends_with(WELL),
        "{lines}"
    );
    // What docs/going-live.md says is enough.
    allow(&[
        "resetkeys",
        "~mv:*",
        "-@all",
        "+get",
        "+set",
        "+eval",
        "+pttl",
        "+pexpire",
        "+del",
        "+ping",
        "+info",
        "+acl",
    ])
    .await;
    assert_eq!(told(&redis).await, WELL);
    allow(&["-del"]).await;
    let lines = told(&redis).await;
    assert!(
        lines.contains("WRONG") && lines.contains("DEL: NOPERM; allow this user"),
        "{lines}"
    );

    let primary = Redis::start();
    let replica = Redis::start();
    let port = primary.port.to_string();
    replica.ask::<()>(&["REPLICAOF", "127.0.0.1", &port]).await;
    let lines = told(&replica).await;
    assert!(
        lines.starts_with("WRONG  store              Redis is a replica"),
        "{lines}"
    );
    assert!(!lines.contains("ok "), "{lines}");

    let node = Redis::start_with(&["--cluster-enabled", "yes"]);
    let lines = told(&node).await;
    assert!(
        lines.starts_with("WRONG  store              Redis is one node of a cluster"),
        "{lines}"
    );
}

#[tokio::test]
async fn check_tells_another_server_from_nices() {
    let nice = NiceStub::start().await;
    nice.use_real_clock();
    let url = format!("http://{}", nice.address);
    let elsewhere = "NICE_BASE_URL";
    let framework = r#"{"message":"Cannot POST /digital","error":"Not Found","statusCode":404}"#;
    let flat = r#"{"access_token":"a.b.c","expires_in":1576800000}"#;
    let page = "<!doctype html><title>Not Found</title>";
    let numbers = r#"{"dataHeader":{"GW_RSLT_CD":1702,"GW_RSLT_MSG":"m"},"dataBody":""}"#;
    for (status, body, told) in [
        (404, framework, elsewhere),
        (401, framework, elsewhere),
        (200, flat, elsewhere),
        (201, flat, elsewhere),
        (404, page, elsewhere),
        (200, page, elsewhere),
        (404, "Not Found", elsewhere),
        // A code is read where it came as a number, too.
        (200, numbers, "1702"),
    ] {
        nice.queue_crypto(Answer::body(body).status(status));
        let settings = with(&url, &[("NICE_ACCESS_TOKEN", ACCESS_TOKEN)]);
        let printed = text(&run(&["check"], &settings).await.stdout);
        let line = printed
            .lines()
            .find(|line| line.starts_with("WRONG  crypto token"));
        let line = line.unwrap_or_else(|| panic!("{status} {body}: {printed}"));
        assert!(line.contains(told), "{line}");
        assert!(!line.contains("Try again shortly"), "{line}");
    }
}

/// People have less time than `SESSION_TTL` says: both commands tell.
#[tokio::test]
async fn a_period_of_nices_that_is_too_short_is_told_once() {
    let nice = NiceStub::start().await;
    nice.use_real_clock();
    let url = format!("http://{}", nice.address);
    let ttl = [("SESSION_TTL", "2h")];
    let printed = text(&run(&["check"], &with(&url, &ttl)).await.stdout);
    let note = "NOTE   crypto token       it ends before SESSION_TTL: a person has 3540 s";
    assert!(printed.contains(note), "{printed}");

    let service = Service::start(&[], &with(&url, &ttl)).await;
    for _ in 0..3 {
        let call = client()
            .post(format!("{}/v1/member/getOAuthToken", service.url))
            .header("content-type", "application/json")
            .body("{}");
        assert_eq!(call.send().await.unwrap().status(), 200);
    }
    let unknown = client().get(format!("{}/the-last", service.url));
    unknown.send().await.unwrap();
    let printed = service.printed_until("status=404").await;
    let told = printed.matches("NICE's crypto tokens end before SESSION_TTL");
    assert_eq!(told.count(), 1, "{printed}");
}

#[tokio::test]
async fn an_address_that_is_listed_in_two_spellings_is_a_note() {
    let nice = NiceStub::start().await;
    nice.use_real_clock();
    let url = format!("http://{}", nice.address);
    let printed = async |list: &str| {
        let checked = run(&["check"], &with(&url, &[("RETURN_URLS", list)])).await;
        assert_eq!(checked.status.code(), Some(0));
        text(&checked.stdout)
    };
    let told = printed(
        "https://쇼핑몰.한국/cb, https://xn--352bl7khqr.xn--3e0b707e/cb,\
         https://a.example/cb, https://A.example:443/cb, https://a.example/cb",
    )
    .await;
    for what in [
        "https://쇼핑몰.한국/cb and https://xn--352bl7khqr.xn--3e0b707e/cb are one address",
        "https://a.example/cb and https://A.example:443/cb are one address",
        "https://a.example/cb is listed twice",
    ] {
        assert!(told.contains(what), "{what}: {told}");
    }
    // Each of these is a place of its own.
    let told = printed(
        "https://a.example/cb,http://a.example/cb,https://www.a.example/cb,\
         https://a.example/cb/,https://a.example/CB,https://a.example/cb?x",
    )
    .await;
    assert!(!told.contains("NOTE   settings"), "{told}");
}
