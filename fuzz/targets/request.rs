//! The body of `getOAuthToken`, where return addresses are listed and where
//! any is allowed. What is accepted arrives at NICE as it was sent; of what
//! is refused, just those fields are named that break a rule, and the rules
//! are written here once more.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use libfuzzer_sys::fuzz_target;
use member_verification::{
    crypto,
    verification::{ReturnUrl, ReturnUrls},
};
use member_verification_fuzz::{
    Answer, Fields, NAMES, OpeningRoom, SITE_CODE, Service, faulty, given, is_web, without_marks,
};
use serde_json::{Value, json};

const LISTED: [&str; 2] = ["https://shop.example/nice/callback", "shop://cb"];
const CALLBACK: &str = "http://127.0.0.1:8080/v1/member/verificationCallback";

thread_local! {
    static LISTING: Service = Service::issuing(ReturnUrls::Listed {
        first: ReturnUrl::configured(LISTED[0]).unwrap(),
        others: vec![ReturnUrl::configured(LISTED[1]).unwrap()],
    });
    static ANY_WEB: Service = Service::issuing(ReturnUrls::AnyWeb);
}

fuzz_target!(|body: &[u8]| {
    LISTING.with(|service| check(service, body, LISTED[0], |url| LISTED.contains(&url)));
    ANY_WEB.with(|service| check(service, body, CALLBACK, is_web));
});

fn check(service: &Service, body: &[u8], default: &str, is_allowed: fn(&str) -> bool) {
    let post = |body| service.post("/v1/member/getOAuthToken", "application/json", body);
    let answer = post(body.to_vec());
    let sent = serde_json::from_slice::<Fields>(without_marks(body)).ok();
    if answer.status == 200 {
        let sent = sent.unwrap();
        assert_eq!(faulty(&sent, is_allowed), [""; 0]);
        check_sealed(&answer, &sent, default);
        let answers = made_unsound(&sent).map(|unsound| post(unsound.into_bytes()).refusal());
        return assert!(answers.iter().all(|(_, named)| named.is_empty()));
    }
    let (reason, named) = answer.refusal();
    assert_eq!(reason, "INVALID_REQUEST");
    if !named.is_empty() {
        let sent = sent.unwrap();
        let faulty = faulty(&sent, is_allowed);
        // The name of an unknown field may be nearly right, which is named too.
        if sent.keys().any(|name| !NAMES.contains(&&**name)) {
            return assert!(
                faulty
                    .iter()
                    .all(|field| named.iter().any(|name| name == field))
            );
        }
        return assert_eq!(named, faulty);
    }
    // The body as a whole was refused. Written again, it has no key twice, and
    // nothing is left but NUL or depth.
    let rewritten = sent.map(|sent| serde_json::to_string(&sent).unwrap());
    if let Some(rewritten) = rewritten {
        let is_deep = rewritten.matches(['{', '[']).count() > 32;
        if !is_deep && !rewritten.contains("\\u0000") {
            let answer = post(rewritten.into_bytes());
            assert!(answer.status == 200 || !answer.refusal().1.is_empty());
        }
    }
}

/// The same with a key twice, there or within an ignored field, and too deep.
fn made_unsound(sent: &Fields) -> [String; 3] {
    let whole = serde_json::to_string(sent).unwrap();
    let (key, value) = sent.iter().next().unwrap_or((&whole, &Value::Null));
    let pair = format!("{}:{value}", Value::from(&**key));
    let rest = whole.trim_start_matches('{');
    let comma = if sent.is_empty() { "" } else { "," };
    let doubled = format!("{{{pair},{pair}{comma}{rest}");
    let deep = format!("{{\"x\":{}{whole}{}}}", "[".repeat(31), "]".repeat(31));
    [format!("{{\"x\":{doubled}}}"), doubled, deep]
}

fn check_sealed(answer: &Answer, sent: &Fields, default: &str) {
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |name: &str| answer[name].as_str().unwrap();
    let keys = OpeningRoom::keys();
    let opened = crypto::open(&keys, text("enc_data"), text("integrity_value")).unwrap();
    assert!(opened.iter().all(|byte| matches!(byte, b' '..=b'~')));
    assert!(opened.starts_with(b"{\"requestno\":\""));
    let requestno = given(sent, "requestno");
    let generated = requestno.is_none() && text("reqNo").len() == 30;
    assert!(generated || *requestno.unwrap() == text("reqNo"));

    let mut expected = json!({ "methodtype": "get", "returnurl": default });
    for name in NAMES {
        if let Some(value) = given(sent, name) {
            expected[name] = value.clone();
        }
    }
    let methodtype = expected["methodtype"]
        .as_str()
        .unwrap()
        .to_ascii_lowercase();
    expected["methodtype"] = methodtype.into();
    expected["requestno"] = text("reqNo").into();
    expected["sitecode"] = SITE_CODE.into();
    assert_eq!(serde_json::from_slice::<Value>(&opened).unwrap(), expected);
}
