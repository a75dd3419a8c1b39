//! The callback page: the bytes as a posted form and as a query. The page
//! stays what it is but for the three values, each of which a browser reads
//! as it was sent.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use member_verification_fuzz::Service;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

const PATH: &str = "/api/member/v1/member/verificationCallback";
const VALUES: [(&str, &str); 3] = [
    ("token_version_id", "data-token-version-id"),
    ("enc_data", "data-enc-data"),
    ("integrity_value", "data-integrity-value"),
];

thread_local! {
    static SERVICE: Service = Service::start();
}

fuzz_target!(|bytes: &[u8]| {
    SERVICE.with(|service| {
        let page = get(service, PATH);
        let query = percent_encode(bytes, NON_ALPHANUMERIC).to_string();
        // As long as a request line may be here.
        if query.len() < 60_000 {
            assert_eq!(get(service, &format!("{PATH}?{query}")), page);
            assert_eq!(get(service, &format!("{PATH}?enc_data={query}")), page);
        }
        check_posted(service, bytes, &page);
    });
});

fn get(service: &Service, address: &str) -> String {
    let answer = service.send(Request::get(address).body(Body::empty()).unwrap());
    assert_eq!(answer.status, 200);
    answer.body
}

fn check_posted(service: &Service, bytes: &[u8], page: &str) {
    let answer = service.post(PATH, "application/x-www-form-urlencoded", bytes.to_vec());
    let mut expected: [Vec<String>; 3] = Default::default();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        if let Some(index) = VALUES.iter().position(|(known, _)| *known == name) {
            expected[index].push(value.into_owned());
        }
    }
    let is_doubled = expected.iter().any(|values| values.len() > 1);
    let status = match bytes.len() {
        65_537.. => 413,
        _ if is_doubled => 400,
        _ => 200,
    };
    assert_eq!(answer.status, status);
    if status != 200 {
        return;
    }
    let mut rest = answer.body;
    for ((_, attribute), values) in VALUES.iter().zip(expected) {
        let begin = rest.find(&format!("{attribute}=\"")).unwrap() + attribute.len() + 2;
        let end = begin + rest[begin..].find('"').unwrap();
        // NUL is in no value of NICE's, and no browser would keep it.
        let value = values.first().filter(|value| !value.contains('\0'));
        assert_eq!(
            unescape(&rest[begin..end]),
            value.map_or("", String::as_str)
        );
        rest.replace_range(begin..end, "");
    }
    assert_eq!(rest, page);
}

/// As a browser reads an attribute's value.
fn unescape(text: &str) -> String {
    assert!(!text.contains(['<', '>']));
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&amp;", "&")
}
