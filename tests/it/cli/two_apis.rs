//! Settings of the two APIs of NICE, and what must not be mixed.

use super::settings::refused;
use crate::support::program::{run, text};

pub(super) const ID: &str = "NI00000000-aaaa-4bbb-8ccc-0123456789ab";

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
    let settings = [
        LIVE,
        &[
            ("NICE_CLIENT_ID", "client"),
            ("NICE_BASE_URL", "http://127.0.0.1:9"),
            ("NICE_SVC_TYPES", "M,F"),
        ],
    ]
    .concat();
    let printed = text(&run(&["check"], &settings).await.stdout);
    assert!(printed.contains("ok     settings"), "{printed}");
    assert!(
        printed.contains("NICE_SVC_TYPES: has no effect"),
        "{printed}"
    );
}
