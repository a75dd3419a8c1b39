//! Settings of the two APIs of NICE, and what must not be mixed.

use member_verification::nice::integrated::path;
use serde_json::json;

use super::settings::refused;
use crate::support::{
    integrated_stub::{CLIENT_ID as ID, IntegratedStub, refusal as nice_refusal},
    nice_stub::{Answer, NiceStub},
    program::{run, text},
    redis::Redis,
};

const LIVE: &[(&str, &str)] = &[
    ("NICE_CLIENT_SECRET", "secret"),
    ("RETURN_URLS", "https://shop.example/cb"),
    ("PUBLIC_URL", "https://shop.example/verify"),
];

async fn refusal(more: &[(&str, &str)], names: &[&str]) {
    let settings = [LIVE, more].concat();
    refused(&run(&["serve"], &settings).await, names);
}

#[tokio::test]
async fn credentials_of_the_other_api_are_refused_with_an_explanation() {
    refusal(
        &[("NICE_CLIENT_ID", ID)],
        &["NICE_CLIENT_ID: ", "GW 1702", "NICE_API=integrated"],
    )
    .await;
    for id in ["client", "a8c6f1f2-3f4b-4b3f-9a53-000000000001"] {
        refusal(
            &[("NICE_API", "integrated"), ("NICE_CLIENT_ID", id)],
            &["NICE_CLIENT_ID: ", "NICE_API=standard-window"],
        )
        .await;
    }
    refusal(
        &[
            ("NICE_API", "integrated"),
            ("NICE_CLIENT_ID", ID),
            ("NICE_ACCESS_TOKEN", "an-institution-token"),
        ],
        &["NICE_ACCESS_TOKEN: "],
    )
    .await;
}

#[tokio::test]
async fn a_window_of_the_other_api_is_refused() {
    let window = "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb";
    refusal(
        &[
            ("NICE_API", "integrated"),
            ("NICE_CLIENT_ID", ID),
            ("NICE_WINDOW_URL", window),
        ],
        &["NICE_WINDOW_URL: ", "PUBLIC_URL"],
    )
    .await;
}

#[tokio::test]
async fn an_address_of_the_other_api_is_refused() {
    for (api, id, address) in [
        ("integrated", ID, "https://svc.niceapi.co.kr:22001"),
        ("standard-window", "client", "https://AUTH.niceid.co.kr/"),
    ] {
        refusal(
            &[
                ("NICE_API", api),
                ("NICE_CLIENT_ID", id),
                ("NICE_BASE_URL", address),
            ],
            &["1 mistake", "NICE_BASE_URL: ", "other API"],
        )
        .await;
    }
}

#[tokio::test]
async fn a_mistake_in_the_api_is_blamed_on_nothing_else() {
    for (id, address) in [
        (ID, "https://auth.niceid.co.kr"),
        ("client", "https://svc.niceapi.co.kr:22001"),
    ] {
        refusal(
            &[
                ("NICE_API", "통합인증"),
                ("NICE_CLIENT_ID", id),
                ("NICE_BASE_URL", address),
            ],
            &["1 mistake", "NICE_API: "],
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_no_api_method_or_host_is_a_mistake() {
    for (name, value) in [
        ("NICE_API", "new"),
        ("NICE_SVC_TYPES", "M,S"),
        ("NICE_SVC_TYPES", ","),
        ("NICE_WINDOW_HOSTS", "https://auth.niceid.co.kr"),
        ("NICE_WINDOW_HOSTS", "*.niceid.co.kr"),
    ] {
        refusal(
            &[
                ("NICE_API", "integrated"),
                ("NICE_CLIENT_ID", ID),
                (name, value),
            ],
            &[&format!("{name}: ")],
        )
        .await;
    }
}

#[tokio::test]
async fn what_has_no_effect_is_told() {
    for (api, id, name, value) in [
        ("standard-window", "client", "NICE_SVC_TYPES", "M,F"),
        ("integrated", ID, "NICE_PRODUCT_ID", "2101979031"),
    ] {
        let settings = [
            LIVE,
            &[
                ("NICE_API", api),
                ("NICE_CLIENT_ID", id),
                ("NICE_BASE_URL", "http://127.0.0.1:9"),
                (name, value),
            ],
        ]
        .concat();
        let printed = text(&run(&["check"], &settings).await.stdout);
        assert!(printed.contains("ok     settings"), "{printed}");
        assert!(
            printed.contains(&format!("{name}: has no effect")),
            "{printed}"
        );
    }
}

fn integrated<'a>(url: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let settings = [
        ("NICE_API", "integrated"),
        ("NICE_CLIENT_ID", ID),
        ("NICE_BASE_URL", url),
    ];
    [LIVE, &settings, more].concat()
}

#[tokio::test]
async fn check_tries_the_access_token_and_says_what_it_could_not_try() {
    let nice = IntegratedStub::start().await;
    let url = format!("http://{}", nice.address);
    let well = run(&["check"], &integrated(&url, &[])).await;
    let printed = text(&well.stdout);
    assert_eq!(well.status.code(), Some(0), "{printed}");
    for line in [
        "ok     access token       one was issued by this check",
        "auth.niceid.co.kr, port 443",
        "Not tested here, since it would begin a verification at NICE: auth/url",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    assert!(
        !printed.contains("22001") && !printed.contains("crypto token"),
        "{printed}"
    );
    assert!(
        !printed.contains("token.0") && !printed.contains("ticket-of"),
        "{printed}"
    );
    assert_eq!(nice.counts(), [1, 0, 0]);

    for (code, words) in [
        ("1006", ["NI…", "NICE_API=standard-window"]),
        ("1007", ["1007", "egress IPv4 address"]),
        ("2001", ["2001", "ask NICE"]),
    ] {
        nice.queue(path::TOKEN, nice_refusal(code));
        let output = run(&["check"], &integrated(&url, &[])).await;
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(printed.contains("WRONG  access token"), "{printed}");
        assert!(words.iter().all(|word| printed.contains(word)), "{printed}");
    }
}

#[tokio::test]
async fn check_uses_the_fleets_access_token() {
    let nice = IntegratedStub::start().await;
    let url = format!("http://{}", nice.address);
    let redis = Redis::start();
    let store = redis.settings();
    let store = store
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    for told in ["one was issued by this check", "were not tried"] {
        let output = run(&["check"], &integrated(&url, &store)).await;
        let printed = text(&output.stdout);
        assert!(printed.contains(told), "{printed}");
    }
    assert_eq!(nice.counts(), [1, 0, 0]);
}

/// The older gateway takes a client id that it doesn't know for an address
/// that isn't registered.
#[tokio::test]
async fn check_names_credentials_of_the_other_api() {
    let output = run(&["check"], &[LIVE, &[("NICE_CLIENT_ID", ID)]].concat()).await;
    let printed = text(&output.stdout);
    assert!(
        printed.contains("belongs to 통합인증") && printed.contains("GW 1702"),
        "{printed}"
    );

    let nice = NiceStub::start().await;
    nice.use_real_clock();
    nice.queue_institution(Answer::gateway("1702"));
    let url = format!("http://{}", nice.address);
    let settings = [("NICE_CLIENT_ID", "client"), ("NICE_BASE_URL", &url)];
    let output = run(&["check"], &[LIVE, &settings].concat()).await;
    let printed = text(&output.stdout);
    assert!(
        printed.contains("허용 IP") && printed.contains("NICE_API=integrated"),
        "{printed}"
    );
}

#[tokio::test]
async fn an_access_token_is_issued_by_hand_and_never_revoked() {
    let nice = IntegratedStub::start().await;
    nice.expire(json!("86400"));
    let url = format!("http://{}", nice.address);
    let asked = run(&["token", "issue"], &integrated(&url, &[])).await;
    assert_eq!(asked.status.code(), Some(1));
    assert_eq!(nice.counts(), [0, 0, 0]);
    let issued = run(&["token", "issue", "--yes"], &integrated(&url, &[])).await;
    let ticket = format!("{:A<56}", "ticket-of-token-0-");
    assert_eq!(text(&issued.stdout), format!("token.0\n{ticket}\n20\n"));
    let told = text(&issued.stderr);
    assert!(
        told.contains("1440 more minutes") && !told.contains("token.0"),
        "{told}"
    );
    let revoked = run(&["token", "revoke", "--yes"], &integrated(&url, &[])).await;
    assert_eq!(revoked.status.code(), Some(1));
    assert!(text(&revoked.stderr).contains("no call to revoke"));
    assert_eq!(nice.counts(), [1, 0, 0]);
}

#[tokio::test]
async fn people_must_be_able_to_come_back() {
    let long = format!("https://shop.example/{}", "a".repeat(200));
    for (url, told) in [
        ("", "is missing"),
        ("http://shop.example", "must be https"),
        ("https://user:secret@shop.example", "is not an https URL"),
        ("https://shop.example/?a=b", "must end before"),
        ("shop.example", "is not an https URL"),
        ("https://shop.example/a b", "has a blank in it"),
        (&long, "is longer than"),
    ] {
        refusal(
            &[
                ("NICE_API", "integrated"),
                ("NICE_CLIENT_ID", ID),
                ("PUBLIC_URL", url),
            ],
            &["PUBLIC_URL: ", told],
        )
        .await;
    }
}
