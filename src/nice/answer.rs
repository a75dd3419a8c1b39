//! An answer on its way: how long it may be, and how long it may take.

use std::time::Duration;

use serde::de::IgnoredAny;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{Garbage, NiceError, tidy};

/// NICE's answers are below 1 KiB; whatever is longer isn't one.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Between two parts of an answer. It fits into one packet, so once it has
/// begun, the rest is there or won't come.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// The whole body of `response`.
pub(super) async fn read(mut response: reqwest::Response) -> Result<Zeroizing<Vec<u8>>, NiceError> {
    let status = response.status().as_u16();
    let garbage = |what| NiceError::Garbage { status, what };
    // Reserved at once: a buffer that grows leaves copies of a token behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    loop {
        let Ok(part) = timeout(READ_TIMEOUT, response.chunk()).await else {
            return Err(NiceError::Timeout);
        };
        match part {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > ANSWER_LIMIT => {
                return Err(garbage(Garbage::TooLong));
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(readable(bytes)),
            Err(error) if error.is_timeout() => return Err(NiceError::Timeout),
            Err(_) => return Err(garbage(Garbage::CutShort)),
        }
    }
}

/// A message in another charset, or with a control character, hides no code.
fn readable(bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    if str::from_utf8(&bytes).is_ok_and(is_json) {
        return bytes;
    }
    let tidied = tidy::answer(&bytes);
    if is_json(&tidied) {
        Zeroizing::new(tidied.as_bytes().to_vec())
    } else {
        bytes
    }
}
