use member_verification::verification::VerificationResult;
use serde_json::{Map, Value};

use crate::{
    encodings::form,
    opening_room::{REQUESTNO, SITE_CODE},
};

/// Whether an opened result has what was sealed, in the lengths that NICE's
/// table promises.
pub fn check_result(result: &VerificationResult, sent: &Map<String, Value>) {
    let field = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default();
    assert_eq!(format!("{result:?}"), "VerificationResult(redacted)");
    assert_eq!(field("resultcode"), "0000");
    assert_eq!((&*result.req_no, &*result.sitecode), (REQUESTNO, SITE_CODE));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    assert!(is_number(&result.enctime) && is_number(&result.birthdate));
    let text = |value: &'_ Option<String>| value.clone().unwrap_or_default();
    for (name, value, lengths) in [
        ("requestno", result.req_no.clone(), 1..=30),
        ("responseno", result.responseno.clone(), 1..=24),
        ("enctime", result.enctime.clone(), 14..=14),
        ("sitecode", result.sitecode.clone(), 1..=16),
        ("birthdate", result.birthdate.clone(), 8..=8),
        ("authtype", text(&result.authtype), 0..=1),
        ("gender", text(&result.gender), 0..=1),
        ("nationalinfo", text(&result.nationalinfo), 0..=1),
        ("mobileco", text(&result.mobileco), 0..=1),
        ("mobileno", text(&result.mobileno), 0..=usize::MAX),
        ("ci", text(&result.ci), 88..=88),
        ("di", text(&result.di), 64..=64),
        ("businessno", text(&result.businessno), 0..=10),
        ("receivedata", text(&result.receivedata), 0..=usize::MAX),
    ] {
        assert_eq!(value, field(name), "{name}");
        let length = value.chars().count();
        let is_absent = length == 0 && ["ci", "di"].contains(&name);
        assert!(is_absent || lengths.contains(&length), "{name}");
    }
    check_name(&result.name, field("name"), field("utf8_name"));
}

/// `utf8_name` wins, if it is anything.
fn check_name(name: &str, plain: &str, encoded: &str) {
    let pair = format!("name={}", encoded.replace('&', "%26"));
    let (_, decoded) = form(pair.as_bytes()).remove(0);
    let is_sound = !decoded.contains('\u{fffd}') && !decoded.trim().is_empty();
    assert_eq!(name, if is_sound { &*decoded } else { plain });
    assert!((1..=100).contains(&name.chars().count()) && !name.contains('\0'));
}
