//! An answer on its way: how long it may be, and how long it may take.

use std::time::Duration;

use encoding_rs::EUC_KR;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{Garbage, NiceError};

/// NICE's answers are below 1 KiB; whatever is longer isn't one.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Between two parts of an answer. It fits into one packet, so once it has
/// begun, the rest is there or won't come.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// The whole body of `response`, in UTF-8 if it is text.
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
            Ok(None) => return Ok(in_utf8(bytes)),
            Err(error) if error.is_timeout() => return Err(NiceError::Timeout),
            Err(_) => return Err(garbage(Garbage::CutShort)),
        }
    }
}

/// NICE writes UTF-8. But older systems, and what stands in front of NICE, write
/// EUC-KR, and a code must not be lost to the charset of its message.
fn in_utf8(bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    if str::from_utf8(&bytes).is_ok() {
        return bytes;
    }
    let (text, _) = EUC_KR.decode_without_bom_handling(&bytes);
    Zeroizing::new(text.into_owned().into_bytes())
}
