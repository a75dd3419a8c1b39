//! The call of `getVerificationResult`: the bytes as a form, as JSON, and
//! the form's values as JSON. Whatever comes is answered in the envelope,
//! and both writings of the same values get the same answer.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use libfuzzer_sys::fuzz_target;
use member_verification::http::form_object;
use member_verification_fuzz::{Answer, Service};
use serde_json::{Map, Value};

const PATH: &str = "/v1/member/getVerificationResult";
const NAMES: [&str; 4] = ["token_version_id", "enc_data", "integrity_value", "reqNo"];

thread_local! {
    static SERVICE: Service = Service::start();
}

fuzz_target!(|bytes: &[u8]| {
    SERVICE.with(|service| {
        let as_form = service.post(PATH, "application/x-www-form-urlencoded", bytes.to_vec());
        let told = reason(&as_form);
        let _ = reason(&service.post(PATH, "application/json", bytes.to_vec()));

        if form_object::parse(bytes, &NAMES).is_ok() {
            let values = url::form_urlencoded::parse(bytes)
                .filter(|(name, _)| NAMES.contains(&&**name))
                .map(|(name, value)| (name.into_owned(), Value::from(value)));
            let json = Value::Object(values.collect::<Map<_, _>>()).to_string();
            if bytes.len() <= 60_000 && json.len() <= 60_000 {
                let as_json = service.post(PATH, "application/json", json.into_bytes());
                assert_eq!(reason(&as_json), told);
            }
        }
    });
});

/// The reason and the faulty fields of an envelope.
fn reason(answer: &Answer) -> (u16, String, Vec<String>) {
    let envelope: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(envelope["code"], "900");
    let reason = envelope["payload"]["reason"].as_str().unwrap();
    // There is no session here: nothing can be opened.
    let expected = match answer.status {
        400 => "INVALID_REQUEST",
        404 => "SESSION_NOT_FOUND",
        413 => "BODY_TOO_LARGE",
        status => panic!("HTTP {status}"),
    };
    assert_eq!(reason, expected);
    let errors = envelope["errors"].as_array().unwrap();
    let fields = errors
        .iter()
        .map(|e| e["field"].as_str().unwrap().to_owned());
    (answer.status, reason.to_owned(), fields.collect())
}
