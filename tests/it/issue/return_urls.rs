//! Addresses that resemble a listed one but differ.

use member_verification::verification::{
    Field, Permitted, RequestFields, ReturnUrl, ReturnUrls, Rule, VerificationRequest,
};
use proptest::{
    prelude::{Strategy, any, prop_assert, prop_assume},
    prop_oneof,
    sample::{Index, select},
};

use crate::support::properties::{check, sound_text};

const LISTED: [&str; 4] = [
    "https://shop.example/nice/callback",
    "https://shop.example/nice/callback?next=%2Fcart&x=1",
    "https://xn--vf4b27jg0a.example:8443/콜백",
    "shop://cb",
];

fn listed() -> ReturnUrls {
    let mut urls = LISTED
        .map(|text| ReturnUrl::configured(text).unwrap())
        .into_iter();
    ReturnUrls::Listed {
        first: urls.next().unwrap(),
        others: urls.collect(),
    }
}

/// Changes that some parsers ignore, and others.
fn changed(url: &str, at: usize, with: &str, way: u8) -> String {
    let starts: Vec<usize> = url.char_indices().map(|(start, _)| start).collect();
    let start = starts[at % starts.len()];
    let (before, rest) = url.split_at(start);
    let one = rest.chars().next().unwrap();
    let after = &rest[one.len_utf8()..];
    match way {
        0 => format!("{before}{with}{rest}"),
        1 => format!("{before}{with}{after}"),
        2 => format!("{before}{after}"),
        3 => format!("{before}{}{after}", one.to_ascii_uppercase()),
        4 => format!("{before}%{:02X}{after}", u32::from(one)),
        5 => format!("{url}{with}"),
        6 => format!("{with}{url}"),
        7 => url[..start].to_owned(),
        8 => format!("{before}{one}{rest}"),
        _ => url.replacen('/', with, 1),
    }
}

#[test]
fn no_change_of_a_listed_address_is_listed() {
    let urls = listed();
    let seen = select(vec![
        "/",
        "//",
        "\\",
        "@",
        "@evil.example",
        "?",
        "#",
        "&",
        ".",
        "..",
        "/..",
        "/.",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\0",
        ":443",
        ":",
        "%2F",
        "%00",
        "*",
        ",",
        "\u{200b}",
        "\u{fe0f}",
        "\u{301}",
    ]);
    let with = prop_oneof![3 => seen.prop_map(str::to_owned), 1 => sound_text(3)];
    let change = (select(LISTED.to_vec()), any::<Index>(), with, 0..10_u8);
    check(&change, |(url, at, with, way)| {
        let changed = changed(url, at.index(300), &with, way);
        prop_assume!(!LISTED.contains(&changed.as_str()));
        let chosen = urls.choose(Some(&changed));
        let is_refused = matches!(chosen, Err(Rule::ListedUrl | Rule::RespeltUrl(_)));
        prop_assert!(is_refused, "{chosen:?}");
        Ok(())
    });
}

#[test]
fn each_listed_address_is_taken_as_it_is() {
    let urls = listed();
    for url in LISTED {
        let chosen = urls.choose(Some(url));
        assert_eq!(chosen.unwrap().as_str(), url);
    }
    let default = urls.choose(None);
    assert_eq!(default.unwrap().as_str(), LISTED[0]);
}

#[test]
fn what_a_parser_would_correct_is_no_address() {
    for corrected in [
        "https:shop.example/cb?to=https://shop.example",
        "http:/shop.example/cb#://",
        "https:///shop.example/cb",
        "https://@shop.example/cb",
        "https://:@shop.example/cb",
        "shop://@cb",
    ] {
        let chosen = ReturnUrls::AnyWeb.choose(Some(corrected));
        assert_eq!(chosen, Err(Rule::WebUrl), "{corrected}");
        assert!(ReturnUrl::configured(corrected).is_err(), "{corrected}");
    }
    for whole in ["https://shop.example/@cb?a=@#@", "HTTPS://SHOP.example/cb"] {
        // Also with post: a scheme in capitals is not an app's.
        let fields = RequestFields {
            returnurl: Field::text(whole.into()),
            methodtype: Field::text("post".into()),
            ..RequestFields::default()
        };
        let request = VerificationRequest::parse(&fields, Permitted::all(&ReturnUrls::AnyWeb));
        assert_eq!(request.unwrap().returnurl.as_str(), whole);
    }
    assert!(ReturnUrl::configured("shop:///cb").is_ok());
}
