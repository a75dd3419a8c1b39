use encoding_rs::EUC_KR;
use serde_json::{Map, Value};

use crate::encodings::is_web;

/// A body of `getOAuthToken`.
pub type Fields = Map<String, Value>;

/// The fields of that body, in the contract's order.
pub const NAMES: [&str; 8] = [
    "requestno",
    "returnurl",
    "sitecode",
    "authtype",
    "mobilceco",
    "methodtype",
    "popupyn",
    "receivedata",
];

/// A field that counts as there.
#[must_use]
pub fn given<'a>(sent: &'a Fields, field: &str) -> Option<&'a Value> {
    sent.get(field)
        .filter(|value| !value.is_null() && *value != "")
}

/// The fields that break a rule, where these return addresses are allowed.
#[must_use]
pub fn faulty(sent: &Fields, is_allowed: fn(&str) -> bool) -> Vec<&'static str> {
    let returnurl = given(sent, "returnurl").and_then(Value::as_str);
    let to_app = returnurl.is_some_and(|url| is_allowed(url) && !is_web(url));
    let is_right = |field, value: &Value| {
        let text = value.as_str().filter(|text| !text.contains('\0'));
        text.is_some_and(|text| match field {
            "returnurl" => text.chars().count() <= 250 && is_allowed(text),
            "methodtype" if to_app => text.eq_ignore_ascii_case("get"),
            _ => keeps_rule(field, text),
        })
    };
    let mut names = Vec::from(NAMES);
    names.retain(|name| given(sent, name).is_some_and(|value| !is_right(name, value)));
    names
}

fn keeps_rule(field: &str, text: &str) -> bool {
    let length = text.chars().count();
    let is_one_of = |letters: &str| length == 1 && letters.contains(text);
    match field {
        "requestno" => {
            let mut bytes = text.bytes();
            length <= 30 && bytes.all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
        }
        "authtype" => is_one_of("MCXUFS"),
        "mobilceco" => is_one_of("SKL"),
        "popupyn" => is_one_of("YN"),
        "methodtype" => ["get", "post"].contains(&&*text.to_ascii_lowercase()),
        "receivedata" => {
            let (bytes, _, lossy) = EUC_KR.encode(text);
            length <= 1000 && bytes.len() <= 1000 && !lossy
        }
        _ => true,
    }
}
