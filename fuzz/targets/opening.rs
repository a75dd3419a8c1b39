//! The call of `getVerificationResult`: the bytes as a form, as JSON, and
//! the form's values as JSON. Whatever comes is answered in the envelope,
//! and both writings of the same values get the same answer.

#![no_main]
#![expect(clippy::unwrap_used, reason = "a panic is a finding")]

use libfuzzer_sys::fuzz_target;
use member_verification_fuzz::{Answer, Service, form, is_plain_form, without_marks};
use serde_json::{Map, Value};

const PATH: &str = "/v1/member/getVerificationResult";
const NAMES: [&str; 4] = ["token_version_id", "enc_data", "integrity_value", "reqNo"];

thread_local! {
    static SERVICE: Service = Service::opening();
}

fuzz_target!(|bytes: &[u8]| {
    let json: Option<Map<String, Value>> = serde_json::from_slice(without_marks(bytes)).ok();
    let has_others = json.iter().flatten().any(|(name, _)| is_other(name));
    check(&as_json(bytes), json, has_others);
    if !is_plain_form(bytes) {
        return;
    }

    let pairs = form(bytes);
    let has_others = pairs.iter().any(|(name, _)| is_other(name));
    let sent: Vec<_> = pairs
        .into_iter()
        .filter(|(name, _)| NAMES.contains(&&**name))
        .collect();
    let once: Map<_, _> = sent
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(&**value)))
        .collect();
    let is_doubled = once.len() < sent.len();
    let answer = as_form(bytes);
    check(&answer, (!is_doubled).then(|| once.clone()), has_others);

    // What isn't UTF-8 is refused, and here it has been replaced.
    let is_replaced = once
        .values()
        .any(|value| value.as_str().unwrap().contains('\u{fffd}'));
    if !is_doubled && !has_others && !is_replaced {
        let json = serde_json::to_vec(&once).unwrap();
        assert_eq!(as_json(&json).refusal(), answer.refusal());
    }
});

fn as_json(bytes: &[u8]) -> Answer {
    SERVICE.with(|service| service.post(PATH, "application/json", bytes.to_vec()))
}

fn as_form(bytes: &[u8]) -> Answer {
    SERVICE.with(|service| {
        let media_type = "application/x-www-form-urlencoded; charset=EUC-KR";
        service.post(PATH, media_type, bytes.to_vec())
    })
}

/// A name that is no field may be nearly one, which is refused.
fn is_other(name: &str) -> bool {
    !NAMES.contains(&name)
}

/// No session was ever begun: nothing is opened, and a call that has all
/// four values is told so.
fn check(answer: &Answer, values: Option<Map<String, Value>>, has_others: bool) {
    let (reason, fields) = answer.refusal();
    if has_others {
        return;
    }
    let Some(values) = values else {
        return assert_eq!((reason, fields), ("INVALID_REQUEST", Vec::new()));
    };
    let is_text = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        !text.is_empty() && !text.contains('\0')
    };
    let faulty: Vec<_> = NAMES
        .into_iter()
        .filter(|name| !values.get(*name).is_some_and(is_text))
        .collect();
    if reason == "SESSION_NOT_FOUND" {
        assert_eq!(faulty, [""; 0]);
    } else if !fields.is_empty() {
        // Otherwise it was the body as a whole: a key twice, NUL, depth.
        assert_eq!(fields, faulty);
    }
}
