//! What can be seen in the calls of the older API without knowing who calls.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{cp949, not_json};

/// The difference of clocks that NICE tolerates, in seconds.
const CLOCK_TOLERANCE: u64 = 180;

/// What a call is refused for: NICE's code, and a name for what was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// By `GW_RSLT_CD`.
    Gateway(&'static str, &'static str),
    /// By `result_cd`.
    Result(&'static str, &'static str),
}

/// What the base64 behind the prefix holds; otherwise the name of what is wrong.
pub(crate) fn authorization(value: &str, prefix: &str) -> Result<String, &'static str> {
    let base64 = value
        .split_at_checked(prefix.len())
        .filter(|(given, _)| given.eq_ignore_ascii_case(prefix))
        .map(|(_, rest)| rest.trim())
        .ok_or("authorization_scheme")?;
    STANDARD
        .decode(base64)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(if base64.contains(':') {
            "authorization_not_encoded"
        } else {
            "authorization_not_base64"
        })
}

/// The time of a call is in whole seconds; each wrong one is named by what it seems to be.
pub(crate) fn wrong_time(text: &str, now: Timestamp) -> Option<&'static str> {
    const HOURS: i64 = 9 * 3600;
    let now = now.as_second();
    let is_near = |seconds: i64| seconds.abs_diff(now) <= CLOCK_TOLERANCE;
    let Ok(seconds) = text.parse::<i64>() else {
        return Some(not_seconds(text));
    };
    Some(match seconds {
        seconds if is_near(seconds) => return None,
        seconds if is_near(seconds / 1_000) => "timestamp_in_milliseconds",
        seconds if is_near(seconds / 1_000_000) => "timestamp_in_microseconds",
        seconds if is_near(seconds / 1_000_000_000) => "timestamp_in_nanoseconds",
        seconds if is_near(seconds - HOURS) || is_near(seconds + HOURS) => {
            "timestamp_nine_hours_off"
        }
        _ if text.len() == 14 => "timestamp_is_a_date",
        seconds if seconds < now => "timestamp_too_old",
        _ => "timestamp_in_the_future",
    })
}

/// The wrong unit of a time by its length alone, where the moment of the call isn't known.
pub(crate) fn wrong_unit(text: &str) -> Option<&'static str> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(not_seconds(text));
    }
    match text.len() {
        13 => Some("timestamp_in_milliseconds"),
        14 => Some("timestamp_is_a_date"),
        16 => Some("timestamp_in_microseconds"),
        19 => Some("timestamp_in_nanoseconds"),
        _ => None,
    }
}

fn not_seconds(text: &str) -> &'static str {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    match text {
        "" => "timestamp_missing",
        _ if is_number => "timestamp_not_whole",
        _ => "timestamp_not_a_number",
    }
}

/// `req_dtim` and `req_no` of a call for a crypto token.
pub(crate) fn crypto_token(body: &[u8]) -> Result<[String; 2], Refusal> {
    let request: Value = serde_json::from_slice(body)
        .map_err(|_| Refusal::Gateway("1400", not_json::shape(body)))?;
    // NICE's own hint at 1500: check the split into dataHeader and dataBody.
    let fields = request["dataBody"].as_object().ok_or_else(|| {
        let is_flat = ["req_dtim", "req_no", "enc_mode"]
            .iter()
            .any(|name| !request[*name].is_null() || !request["dataHeader"][*name].is_null());
        Refusal::Gateway(
            "1500",
            if is_flat {
                "fields_outside_data_body"
            } else {
                "data_body_missing"
            },
        )
    })?;
    let refused = |fault| Refusal::Result("0001", fault);
    let field = |name, faults| text(fields, name, faults).map_err(refused);
    let req_dtim = field("req_dtim", ["req_dtim_missing", "req_dtim_not_text"])?;
    let req_no = field("req_no", ["req_no_missing", "req_no_not_text"])?;
    let enc_mode = field("enc_mode", ["enc_mode_missing", "enc_mode_not_text"])?;
    if req_dtim.len() != 14 || !req_dtim.bytes().all(|byte| byte.is_ascii_digit()) {
        Err(refused("req_dtim_not_14_digits"))
    } else if cp949::length(req_no) > 30 {
        Err(refused("req_no_too_long"))
    } else if enc_mode != "1" {
        // NICE publishes no meaning for 2 and 3: no client may rely on them.
        Err(refused("enc_mode_not_1"))
    } else {
        Ok([req_dtim, req_no].map(str::to_owned))
    }
}

/// A missing field, `null` and a number are all out of spec, not malformed.
fn text<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
    [missing, not_text]: [&'static str; 2],
) -> Result<&'a str, &'static str> {
    match fields.get(name) {
        None | Some(Value::Null) => Err(missing),
        Some(Value::String(text)) if text.trim().is_empty() => Err(missing),
        Some(Value::String(text)) => Ok(text.trim()),
        Some(_) => Err(not_text),
    }
}
