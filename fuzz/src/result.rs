use member_verification::verification::VerificationResult;
use serde_json::{Map, Value};

use crate::{
    encodings::form,
    opening_room::{REQUESTNO, SITE_CODE},
};

/// Whether an opened result has what was sealed: the fields that bind it as
/// they came, the others without blanks around them.
pub fn check_result(result: &VerificationResult, sent: &Map<String, Value>) {
    let field = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default();
    assert_eq!(format!("{result:?}"), "VerificationResult(redacted)");
    assert_eq!(field("resultcode"), "0000");
    assert_eq!((&*result.req_no, &*result.sitecode), (REQUESTNO, SITE_CODE));
    for (name, value, lengths) in [
        ("requestno", &result.req_no, 1..=30),
        ("responseno", &result.responseno, 1..=24),
        ("enctime", &result.enctime, 14..=14),
        ("sitecode", &result.sitecode, 1..=16),
    ] {
        assert_eq!(value, field(name), "{name}");
        assert!(lengths.contains(&value.chars().count()), "{name}");
    }
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let birthdate = result.birthdate.as_deref();
    assert!(birthdate.is_none_or(|date| date.len() == 8 && is_number(date)));
    assert!(is_number(&result.enctime));
    for (name, value) in [
        ("birthdate", &result.birthdate),
        ("authtype", &result.authtype),
        ("gender", &result.gender),
        ("nationalinfo", &result.nationalinfo),
        ("mobileco", &result.mobileco),
        ("mobileno", &result.mobileno),
        ("ci", &result.ci),
        ("di", &result.di),
        ("businessno", &result.businessno),
    ] {
        match sent.get(name) {
            Some(Value::String(text)) => {
                assert_eq!(value.as_deref().unwrap_or_default(), text.trim(), "{name}");
            }
            Some(Value::Number(number)) => assert!(value.is_some(), "{name}: {number}"),
            _ => assert_eq!(*value, None, "{name}"),
        }
    }
    let receivedata = result.receivedata.as_deref().unwrap_or_default();
    assert_eq!(receivedata, field("receivedata"));
    check_name(&result.name, field("name"), field("utf8_name"));
}

/// `utf8_name` wins, if it is anything and all of it can be decoded.
fn check_name(name: &str, plain: &str, encoded: &str) {
    let mut behind = encoded.split('%').skip(1).map(str::as_bytes);
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let is_encoded = behind.all(|text| is_digit(text.first()) && is_digit(text.get(1)));
    let pair = format!("name={}", encoded.trim().replace('&', "%26"));
    let (_, decoded) = form(pair.as_bytes()).remove(0);
    let is_sound =
        is_encoded && !decoded.contains(['\u{fffd}', '\0']) && !decoded.trim().is_empty();
    assert_eq!(
        name,
        if is_sound {
            decoded.trim()
        } else {
            plain.trim()
        }
    );
    assert!(!name.is_empty() && !name.contains('\0'));
}
