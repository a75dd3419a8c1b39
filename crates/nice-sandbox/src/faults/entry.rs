//! One fault that is switched on, as it is written in JSON.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::catalogue::{self, Call, Fault, Kind};

/// Longer than any sensible client waits; a forgotten delay ends too.
const LONGEST_DELAY: Duration = Duration::from_mins(1);
const MOST_TIMES: u32 = 1_000_000;

#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) call: Call,
    #[serde(serialize_with = "name")]
    pub(crate) fault: &'static Fault,
    pub(crate) delay: Option<Delay>,
    /// Never 0; absent: until cleared.
    pub(crate) times: Option<u32>,
}

/// Written as `200ms`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delay {
    pub(crate) length: Duration,
    written: SignedDuration,
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:#}", self.written))
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference to the field"
)]
fn name<S: Serializer>(fault: &&'static Fault, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(fault.name)
}

/// Reads the list that `PUT` takes; the error says what is wrong, and with
/// which entry.
pub(crate) fn read_list(json: &[u8]) -> Result<Vec<Entry>, String> {
    let value = serde_json::from_slice(json).map_err(|error| format!("not JSON: {error}"))?;
    let Value::Array(list) = value else {
        return Err(
            "not a list; send [{\"call\": \"crypto_token\", \"fault\": \"gw_1800\", \"times\": 1}]"
                .to_owned(),
        );
    };
    list.iter()
        .enumerate()
        .map(|(index, value)| {
            read(value).map_err(|problem| format!("entry {}: {problem}", index + 1))
        })
        .collect()
}

fn read(value: &Value) -> Result<Entry, String> {
    let object = value.as_object().ok_or("not an object")?;
    if let Some(unknown) = object
        .keys()
        .find(|key| !matches!(key.as_str(), "call" | "fault" | "delay" | "times"))
    {
        return Err(format!(
            "{unknown:?} is unknown; there are \"call\", \"fault\", \"delay\" and \"times\""
        ));
    }
    let call = read_call(object)?;
    let fault = read_fault(object, call)?;
    let delay = present(object, "delay").map(read_delay).transpose()?;
    let times = present(object, "times").map(read_times).transpose()?;
    if fault.kind == Kind::Delay && delay.is_none() {
        return Err("the fault \"delay\" needs a \"delay\" such as \"200ms\"".to_owned());
    }
    Ok(Entry {
        call,
        fault,
        delay,
        times: times.or_else(|| fault.default_times()),
    })
}

fn read_call(object: &Map<String, Value>) -> Result<Call, String> {
    let value = present(object, "call").ok_or("\"call\" is missing")?;
    value
        .as_str()
        .and_then(Call::by_name)
        .ok_or_else(|| format!("\"call\" is {value}; it must be one of {}", Call::names()))
}

fn read_fault(object: &Map<String, Value>, call: Call) -> Result<&'static Fault, String> {
    let value = present(object, "fault").ok_or("\"fault\" is missing")?;
    let fault = value.as_str().and_then(catalogue::find).ok_or_else(|| {
        format!("\"fault\" is {value}, which isn't in the catalogue: GET shows it")
    })?;
    if fault.calls.contains(&call) {
        return Ok(fault);
    }
    let calls: Vec<_> = fault.calls.iter().map(|call| call.name()).collect();
    Err(format!(
        "{:?} can't happen to {:?}, only to {}",
        fault.name,
        call.name(),
        calls.join(" and ")
    ))
}

fn read_delay(value: &Value) -> Result<Delay, String> {
    value
        .as_str()
        .and_then(|text| text.parse::<SignedDuration>().ok())
        .and_then(|written| {
            let length = Duration::try_from(written).ok()?;
            Some(Delay { length, written })
        })
        .filter(|delay| !delay.length.is_zero() && delay.length <= LONGEST_DELAY)
        .ok_or_else(|| {
            format!("\"delay\" is {value}; write it like \"200ms\" or \"5s\", 60s at most")
        })
}

fn read_times(value: &Value) -> Result<u32, String> {
    value
        .as_u64()
        .and_then(|times| u32::try_from(times).ok())
        .filter(|times| (1..=MOST_TIMES).contains(times))
        .ok_or_else(|| {
            format!("\"times\" is {value}; it must be a whole number from 1 to {MOST_TIMES}")
        })
}

/// `null` counts as absent, so that what `GET` shows can be sent back.
fn present<'object>(object: &'object Map<String, Value>, key: &str) -> Option<&'object Value> {
    object.get(key).filter(|value| !value.is_null())
}
