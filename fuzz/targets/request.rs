//! The body of `getOAuthToken`, from its bytes to the sealed request and
//! back: what was accepted arrives at NICE just as it was sent, and of what
//! was refused, each faulty field is named.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use libfuzzer_sys::fuzz_target;
use member_verification::{
    crypto,
    http::json_object,
    random::Random,
    verification::{RequestFields, RequestNo, ReturnUrl, ReturnUrls, VerificationRequest},
};
use member_verification_fuzz::{OpeningRoom, SITE_CODE};
use serde_json::{Map, Value};

const LISTED: &str = "https://shop.example/nice/callback";
const CALLBACK: &str = "http://127.0.0.1:8080/v1/member/verificationCallback";

fuzz_target!(|body: &[u8]| {
    let Ok(values) = json_object::parse(body, &RequestFields::NAMES) else {
        return;
    };
    // What our parser takes, any other reads, and as the same values.
    let sent: Map<String, Value> = serde_json::from_slice(body).unwrap();
    let fields = RequestFields::new(values);
    for return_urls in [listed(), ReturnUrls::AnyWeb] {
        let any = matches!(return_urls, ReturnUrls::AnyWeb);
        match VerificationRequest::parse(&fields, &return_urls, || CALLBACK.to_owned()) {
            Ok(request) => check_sealed(&request, &sent, if any { CALLBACK } else { LISTED }),
            Err(faults) => {
                let named: Vec<usize> = faults.iter().map(|fault| place(fault.field)).collect();
                assert!(!named.is_empty(), "refused without a reason");
                assert!(named.is_sorted_by(|one, next| one < next), "{named:?}");
                for fault in faults {
                    assert!(given(&sent, fault.field).is_some(), "{fault:?}");
                }
            }
        }
    }
});

fn listed() -> ReturnUrls {
    ReturnUrls::Listed {
        first: ReturnUrl::configured(LISTED).unwrap(),
        others: vec![ReturnUrl::configured("shop://cb").unwrap()],
    }
}

fn place(field: &str) -> usize {
    let mut names = RequestFields::NAMES.iter();
    names.position(|name| *name == field).unwrap()
}

/// A field that counts as there.
fn given<'a>(sent: &'a Map<String, Value>, field: &str) -> Option<&'a Value> {
    sent.get(field)
        .filter(|value| !value.is_null() && *value != "")
}

fn check_sealed(request: &VerificationRequest<'_>, sent: &Map<String, Value>, default: &str) {
    let requestno = request.requestno.clone();
    let requestno = requestno.unwrap_or_else(|| RequestNo::generate(&Random::seeded(1)));
    let keys = OpeningRoom::keys();
    let sealed = request.seal(&requestno, SITE_CODE, &keys);
    let opened = crypto::open(&keys, &sealed.enc_data, &sealed.integrity_value).unwrap();
    assert!(opened.iter().all(|byte| matches!(byte, b' '..=b'~')));
    assert!(opened.starts_with(b"{\"requestno\":\""));
    let sealed: Map<String, Value> = serde_json::from_slice(&opened).unwrap();

    let mut expected = Map::new();
    for name in RequestFields::NAMES {
        if let Some(value) = given(sent, name) {
            expected.insert(name.to_owned(), value.clone());
        }
    }
    let methodtype = expected.get("methodtype").and_then(Value::as_str);
    let methodtype = methodtype.map_or("get".to_owned(), str::to_ascii_lowercase);
    expected.insert("methodtype".to_owned(), methodtype.into());
    expected.insert("sitecode".to_owned(), SITE_CODE.into());
    expected.insert("requestno".to_owned(), requestno.as_str().into());
    expected.entry("returnurl").or_insert(default.into());
    assert_eq!(sealed, expected);

    let length = |name: &str| {
        sealed
            .get(name)
            .map_or(0, |v| v.as_str().unwrap().chars().count())
    };
    assert!((1..=30).contains(&length("requestno")));
    assert!((1..=250).contains(&length("returnurl")));
    assert!(length("receivedata") <= 1000);
    let app = !sealed["returnurl"].as_str().unwrap().starts_with("http");
    assert!(!app || sealed["methodtype"] == "get", "posted to an app");
}
