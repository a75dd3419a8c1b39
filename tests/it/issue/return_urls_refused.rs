//! Whoever chooses `returnurl` receives the person's data.

use serde_json::json;

use crate::{
    support::app::ISSUE,
    support::client::client,
    support::program::{Service, run, text},
};
use crate::{
    support::live::{Live, RETURN_URL},
    support::told::Told,
};

/// All of these have led somewhere else, somewhere. The list is in the
/// settings as `https://shop.example/nice/callback` and `shop://cb`.
const TRICKS: &[&str] = &[
    // Another scheme, and none.
    "http://shop.example/nice/callback",
    "HTTPS://shop.example/nice/callback",
    "Https://shop.example/nice/callback",
    "//shop.example/nice/callback",
    "///shop.example/nice/callback",
    "shop.example/nice/callback",
    "/nice/callback",
    "nice/callback",
    "https:shop.example/nice/callback",
    "https:/shop.example/nice/callback",
    "https:///shop.example/nice/callback",
    "ftp://shop.example/nice/callback",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://shop.example/nice/callback%0aalert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:x",
    "blob:https://shop.example/nice/callback",
    "file:///etc/passwd",
    "view-source:https://shop.example/nice/callback",
    "intent://shop.example/nice/callback#Intent;scheme=https;end",
    "about:blank",
    // Another host.
    "https://evil.example/nice/callback",
    "https://shop.example.evil.example/nice/callback",
    "https://evil.example/https://shop.example/nice/callback",
    "https://evil.example/?https://shop.example/nice/callback",
    "https://evil.example#https://shop.example/nice/callback",
    "https://evilshop.example/nice/callback",
    "https://www.shop.example/nice/callback",
    "https://shop.example.com/nice/callback",
    "https://shop.examp1e/nice/callback",
    "https://shop/nice/callback",
    "https://*.example/nice/callback",
    // User names, and what is taken for them.
    "https://shop.example@evil.example/nice/callback",
    "https://shop.example:443@evil.example/nice/callback",
    "https://evil.example@shop.example/nice/callback",
    "https://user:password@shop.example/nice/callback",
    "https://@shop.example/nice/callback",
    "https://:@shop.example/nice/callback",
    "https://evil.example;@shop.example/nice/callback",
    "https://shop.example%40evil.example/nice/callback",
    // Backslashes.
    r"https:\\shop.example\nice\callback",
    r"https://shop.example\nice\callback",
    r"https://evil.example\@shop.example/nice/callback",
    r"https://evil.example\.shop.example/nice/callback",
    r"\\shop.example\nice\callback",
    r"/\shop.example/nice/callback",
    // Ports.
    "https://shop.example:443/nice/callback",
    "https://shop.example:8443/nice/callback",
    "https://shop.example:/nice/callback",
    "https://shop.example:0443/nice/callback",
    "https://shop.example:80/nice/callback",
    // The host written otherwise.
    "https://SHOP.EXAMPLE/nice/callback",
    "https://Shop.example/nice/callback",
    "https://shop.example./nice/callback",
    "https://shop.example../nice/callback",
    "https://.shop.example/nice/callback",
    "https://shop..example/nice/callback",
    "https://sh%6fp.example/nice/callback",
    "https://shop%2eexample/nice/callback",
    "https://shop.example%00.evil.example/nice/callback",
    "https://shop.example%2f.evil.example/nice/callback",
    // Letters that look the same, and that are made the same.
    "https://ѕhop.example/nice/callback",
    "https://shоp.example/nice/callback",
    "https://shop.ехample/nice/callback",
    "https://ｓｈｏｐ.example/nice/callback",
    "https://shop。example/nice/callback",
    "https://shop．example/nice/callback",
    "https://sho\u{ad}p.example/nice/callback",
    "https://shop\u{200b}.example/nice/callback",
    "https://shop\u{2060}.example/nice/callback",
    "https://ⓢhop.example/nice/callback",
    "https://xn--hop-emd.example/nice/callback",
    "https://shop.example\u{2215}evil.example/nice/callback",
    "https://shop.example\u{ff0f}evil.example/nice/callback",
    "https://shop.example\u{fe0f}/nice/callback",
    "https://\u{202e}elpmaxe.pohs/nice/callback",
    // Addresses in numbers.
    "https://127.0.0.1/nice/callback",
    "https://2130706433/nice/callback",
    "https://0x7f000001/nice/callback",
    "https://0177.0.0.1/nice/callback",
    "https://[::1]/nice/callback",
    "https://[::ffff:127.0.0.1]/nice/callback",
    "https://[0:0:0:0:0:0:0:1]/nice/callback",
    "https://[::1%25lo]/nice/callback",
    "https://[shop.example]/nice/callback",
    "https://169.254.169.254/latest/meta-data/",
    // Another path.
    "https://shop.example",
    "https://shop.example/",
    "https://shop.example/nice",
    "https://shop.example/nice/callback/",
    "https://shop.example/nice//callback",
    "https://shop.example//nice/callback",
    "https://shop.example/nice/./callback",
    "https://shop.example/nice/../nice/callback",
    "https://shop.example/nice/callback/..",
    "https://shop.example/nice/callback/../../redirect",
    "https://shop.example/nice/%2e%2e/nice/callback",
    "https://shop.example/nice/callbac%6b",
    "https://shop.example/nice%2fcallback",
    "https://shop.example/nice/callback%00",
    "https://shop.example/nice/callback%20",
    "https://shop.example/Nice/Callback",
    "https://shop.example/nice/callback;x=1",
    "https://shop.example/nice/callbackx",
    "https://shop.example/nice/callback,https://evil.example",
    // A query, a fragment.
    "https://shop.example/nice/callback?",
    "https://shop.example/nice/callback?next=https://evil.example",
    "https://shop.example/nice/callback&x=1",
    "https://shop.example/nice/callback#",
    "https://shop.example/nice/callback#@evil.example",
    // Spaces and control characters.
    " https://shop.example/nice/callback",
    "https://shop.example/nice/callback ",
    "\thttps://shop.example/nice/callback",
    "https://shop.example/nice/callback\t",
    "https://shop.example/nice/callback\n",
    "https://shop.example/nice/callback\r\nSet-Cookie: x=1",
    "ht\ntps://shop.example/nice/callback",
    "https://shop\n.example/nice/callback",
    "https://shop.example/nice/\tcallback",
    "https://shop.example /nice/callback",
    "https://shop.example/nice/callback\u{b}",
    "https://shop.example/nice/callback\u{7f}",
    "https://shop.example/nice/callback\u{a0}",
    "https://shop.example/nice/callback\u{2028}",
    "https://shop.example/nice/callback\u{feff}",
    "\u{feff}https://shop.example/nice/callback",
    // The app's address.
    "shop:cb",
    "shop:/cb",
    "shop://cb/",
    "shop://CB",
    "SHOP://cb",
    "shop://cb?x=1",
    "shop://evil",
    "shop2://cb",
    // What may stand in a list, but not in a request.
    "*",
    "**",
    "https://*",
    "null",
    "undefined",
    ",",
    "https://shop.example/nice/callback,shop://cb",
];

#[tokio::test]
async fn only_a_listed_returnurl_passes() {
    let list = format!("{RETURN_URL}, shop://cb");
    let live = Live::start(&[("RETURN_URLS", &list)]).await;
    for trick in TRICKS {
        let told = Told::of(live.issue(json!({"returnurl": trick}).to_string()).await).await;
        assert_eq!(told.status, 400, "{trick:?}: {told:?}");
        let errors = &told.json()["errors"];
        assert_eq!(errors[0]["field"], "returnurl", "{trick:?}");
        assert_eq!(errors.as_array().unwrap().len(), 1);
    }
    for listed in [RETURN_URL, "shop://cb"] {
        let begun = live.begin_with(&json!({"returnurl": listed})).await;
        let sealed = begun.keys.open(begun.text("enc_data"));
        let expected = format!(r#""returnurl":"{listed}""#);
        assert!(sealed.contains(&expected), "{sealed}");
    }
    // Nobody else's word chooses it either.
    let request = live.request("POST", ISSUE).header("host", "evil.example");
    let request = request.header("x-forwarded-host", "evil.example");
    let request = request.header("origin", "https://evil.example");
    let request = request.header("content-type", "application/json");
    let told = Told::of(request.body("{}").send().await.unwrap()).await;
    let begun = crate::support::live::Verification::of(&live.nice, told.json());
    let sealed = begun.keys.open(begun.text("enc_data"));
    assert!(
        !sealed.contains("evil") && sealed.contains(RETURN_URL),
        "{sealed}"
    );
}

/// The person who reads it sees both forms; another address learns nothing.
#[tokio::test]
async fn a_listed_address_in_another_spelling_is_told_with_both_forms() {
    let list = format!("{RETURN_URL}, https://쇼핑몰.한국/인증");
    let live = Live::start(&[("RETURN_URLS", &list)]).await;
    for (sent, listed) in [
        ("http://www.shop.example:80/nice/callback/", RETURN_URL),
        ("https://SHOP.example/nice/callback", RETURN_URL),
        (
            "https://xn--352bl7khqr.xn--3e0b707e/%EC%9D%B8%EC%A6%9D",
            "https://쇼핑몰.한국/인증",
        ),
    ] {
        let told = Told::of(live.issue(json!({"returnurl": sent}).to_string()).await).await;
        let message = told.json()["errors"][0]["message"].to_string();
        assert!(message.contains(sent), "{message}");
        assert!(message.contains(listed), "{message}");
    }
    let other = json!({"returnurl": "https://evil.example/nice/callback"}).to_string();
    let told = Told::of(live.issue(other).await).await;
    assert!(!told.body.contains("shop.example"), "{}", told.body);
}

#[tokio::test]
async fn an_ambiguous_list_is_refused_at_the_start() {
    for entry in [
        "*",
        "https://shop.example/nice/callback,*",
        "https://*",
        "https://*.shop.example/nice/callback",
        "https://shop.example/nice/*",
        "javascript:alert(1)",
        "JAVASCRIPT://shop.example/%0aalert(1)",
        "data:text/html,x",
        "//shop.example/nice/callback",
        "/nice/callback",
        "https:shop.example/nice/callback",
        r"https:\\shop.example\nice\callback",
        "https://user@shop.example/nice/callback",
        "https://user:password@shop.example/nice/callback",
        "https://@shop.example/nice/callback",
        "https://shop.example/nice/call back",
        "https:///shop.example/nice/callback",
        "https://",
    ] {
        let settings = [
            ("NICE_CLIENT_ID", "client"),
            ("NICE_CLIENT_SECRET", "secret"),
            ("RETURN_URLS", entry),
        ];
        // A mistake of another kind, so that it ends either way.
        let output = run(&["serve", "--bind", "nowhere"], &settings).await;
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{entry:?}: {stderr}");
        assert!(stderr.contains("RETURN_URLS"), "{entry:?}: {stderr}");
    }
}

#[tokio::test]
async fn in_the_sandbox_too_a_returnurl_is_a_web_address() {
    let service = Service::start(&["--sandbox"], &[]).await;
    let issue = async |returnurl: &str| {
        let request = client().post(format!("{}{ISSUE}", service.url));
        let request = request.header("content-type", "application/json");
        let body = json!({"returnurl": returnurl}).to_string();
        Told::of(request.body(body).send().await.unwrap()).await
    };
    for trick in [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "javascript://shop.example/%0aalert(1)",
        "data:text/html,x",
        "blob:https://shop.example/x",
        "file:///etc/passwd",
        "shop://cb",
        "//shop.example/x",
        "/x",
        "https:shop.example/x",
        "https:shop.example/x?://",
        "https:///shop.example/x",
        r"https:\\shop.example\x",
        r"https://shop.example\x",
        "https://user@shop.example/x",
        "https://@shop.example/x",
        "https://shop.example/x y",
        "https://shop.example/x\n",
        "https://",
        "*",
    ] {
        let told = issue(trick).await;
        assert_eq!(told.status, 400, "{trick:?}: {told:?}");
        assert_eq!(told.json()["errors"][0]["field"], "returnurl", "{trick:?}");
    }
    assert_eq!(
        issue("https://anywhere.example:8443/x?y=z").await.status,
        200
    );
}
