//! The callback page: the bytes as a posted form and as a query. The page
//! stays what it is but for the three values, each of which a browser reads
//! as it was sent; and a result comes through it that can be opened, even if
//! its `+` came unescaped.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use member_verification::crypto::{self, Sealed};
use member_verification_fuzz::{OpeningRoom, Service, form};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

const PATH: &str = "/api/member/v1/member/verificationCallback";
const FORM: &str = "application/x-www-form-urlencoded";
const NAMES: [&str; 3] = ["token_version_id", "enc_data", "integrity_value"];
const ATTRIBUTES: [&str; 3] = [
    "data-token-version-id",
    "data-enc-data",
    "data-integrity-value",
];

thread_local! {
    static SERVICE: Service = Service::opening();
}

fuzz_target!(|bytes: &[u8]| {
    SERVICE.with(|service| {
        let page = get(service, PATH);
        let query = percent_encode(bytes, NON_ALPHANUMERIC);
        let address = format!("{PATH}?enc_data={query}&{query}");
        assert_eq!(get(service, &address), page);
        check_posted(service, bytes, &page);
        check_result(service, bytes, &page);
    });
});

fn get(service: &Service, address: &str) -> String {
    let answer = service.send(Request::get(address).body(Body::empty()).unwrap());
    assert_eq!(answer.status, 200);
    answer.body
}

fn check_posted(service: &Service, bytes: &[u8], page: &str) {
    let answer = service.post(PATH, FORM, bytes.to_vec());
    let expected = NAMES.map(|name| {
        let pairs = form(bytes).into_iter().filter(|(known, _)| known == name);
        pairs.map(|(_, value)| value).collect::<Vec<_>>()
    });
    if answer.status != 200 {
        let (reason, fields) = answer.refusal();
        assert_eq!(reason, "INVALID_REQUEST");
        assert!(expected.iter().any(|values| values.len() > 1));
        return assert!(fields.is_empty());
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
    let again = service.post(PATH, FORM, again.collect::<String>().into_bytes());
    assert_eq!(again.body, answer.body);
}

/// The bytes as a plain text that NICE sealed and whose `+` it forgot.
fn check_result(service: &Service, bytes: &[u8], page: &str) {
    let sealed = crypto::seal(&OpeningRoom::keys(), bytes);
    let form = format!(
        "token_version_id=t&enc_data={}&integrity_value={}",
        sealed.enc_data, sealed.integrity_value
    );
    let answer = service.post(PATH, FORM, form.into_bytes());
    let [_, enc_data, integrity_value] = read(&answer.body, page);
    assert!(!OpeningRoom::breaks(&Sealed {
        enc_data,
        integrity_value,
    }));
}

/// The three values in a page that is otherwise this one.
fn read(answer: &str, page: &str) -> [String; 3] {
    let mut rest = answer.to_owned();
    let values = ATTRIBUTES.map(|attribute| {
        let begin = rest.find(&format!("{attribute}=\"")).unwrap() + attribute.len() + 2;
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
