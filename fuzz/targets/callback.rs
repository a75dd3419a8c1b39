//! The callback page: the bytes as a posted form and as a query. The page
//! stays what it is but for the three values, each of which a browser reads
//! as it was sent; and a result comes through it that can be opened, even if
//! its `+` came unescaped.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use member_verification::crypto::{self, Sealed};
use member_verification_fuzz::{Answer, OpeningRoom, Service, form, is_plain_form};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

const PATH: &str = "/api/member/v1/member/verificationCallback";
const NAMES: [&str; 3] = ["token_version_id", "enc_data", "integrity_value"];
thread_local! {
    static SERVICE: Service = Service::opening();
}

fuzz_target!(|bytes: &[u8]| {
    let page = get(PATH);
    let query = percent_encode(bytes, NON_ALPHANUMERIC);
    assert_eq!(get(&format!("{PATH}?enc_data={query}&{query}")), page);
    if is_plain_form(bytes) {
        check_posted(bytes, &page);
    }
    check_result(bytes, &page);
});

fn post(form: impl Into<Vec<u8>>) -> Answer {
    let media_type = "application/x-www-form-urlencoded; charset=EUC-KR";
    SERVICE.with(|service| service.post(PATH, media_type, form.into()))
}

fn get(address: &str) -> String {
    let request = Request::get(address).body(Body::empty()).unwrap();
    let answer = SERVICE.with(|service| service.send(request));
    assert_eq!(answer.status, 200);
    answer.body
}

fn check_posted(bytes: &[u8], page: &str) {
    let answer = post(bytes);
    let expected = NAMES.map(|name| {
        let pairs = form(bytes).into_iter().filter(|(known, _)| known == name);
        pairs.map(|(_, value)| value).collect::<Vec<_>>()
    });
    if answer.status != 200 {
        assert_eq!(answer.refusal(), ("INVALID_REQUEST", Vec::new()));
        return assert!(expected.iter().any(|values| values.len() > 1));
    }
    // NUL is in no value of NICE's, and no browser would keep it.
    let expected = expected.map(|mut values| {
        let value = values.pop().filter(|value| !value.contains('\0'));
        assert!(values.is_empty(), "a doubled value passed");
        value.unwrap_or_default()
    });
    let values = read(&answer.body, page);
    assert_eq!(values, expected);

    // Sent on, the values stay the same.
    let pairs = NAMES.iter().zip(&values);
    let again = pairs.map(|(name, value)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!("{name}={value}&")
    });
    let again = post(again.collect::<String>());
    assert_eq!(again.body, answer.body);
}

/// The bytes as a plain text that NICE sealed and whose `+` it forgot.
fn check_result(bytes: &[u8], page: &str) {
    let sealed = crypto::seal(&OpeningRoom::keys(), bytes);
    let form = format!(
        "token_version_id=t&enc_data={}&integrity_value={}",
        sealed.enc_data, sealed.integrity_value
    );
    let answer = post(form);
    let [_, enc_data, integrity_value] = read(&answer.body, page);
    assert!(!OpeningRoom::breaks(&Sealed {
        enc_data,
        integrity_value,
    }));
}

/// The three values in a page that is otherwise this one.
fn read(answer: &str, page: &str) -> [String; 3] {
    let mut rest = answer.to_owned();
    let values = NAMES.map(|name| {
        let attribute = format!("data-{}=\"", name.replace('_', "-"));
        let begin = rest.find(&attribute).unwrap() + attribute.len();
        let end = begin + rest[begin..].find('"').unwrap();
        let value = rest[begin..end].to_owned();
        rest.replace_range(begin..end, "");
        assert!(!value.contains(['<', '>']));
        let value = value.replace("&lt;", "<").replace("&gt;", ">");
        value.replace("&quot;", "\"").replace("&amp;", "&")
    });
    assert_eq!(rest, page);
    values
}
