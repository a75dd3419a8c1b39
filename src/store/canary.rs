//! A sealed value under a fixed name, by which instances with different
//! `STORE_KEY`s notice each other. It is in use as long as an instance writes
//! it again, so a change of the key in one step is forgotten soon.

use redis::{Value, cmd};

use super::{
    StoreError,
    link::{Link, get, unexpected},
    seal::StoreKeys,
};
use crate::random::Random;

const NAME: &str = "mv:key";
const PLAIN: &[u8] = b"member-verification";

/// Seconds after which an unused key expires.
const LIFE_S: u64 = 600;

/// Whether the canary was sealed with one of these keys. If there is none, or
/// it was, it is written again with the first of them.
pub(super) async fn is_ours(
    link: &Link,
    keys: &StoreKeys,
    random: &Random,
) -> Result<bool, StoreError> {
    if let Some(value) = get(link, NAME).await?
        && !keys
            .canaries(NAME)
            .any(|slot| slot.open(&value).is_ok_and(|plain| *plain == PLAIN))
    {
        return Ok(false);
    }
    let Some(slot) = keys.canaries(NAME).next() else {
        return Err(unexpected());
    };
    let mut set = cmd("SET");
    set.arg(NAME)
        .arg(slot.seal(PLAIN, random)?)
        .arg("EX")
        .arg(LIFE_S);
    match link.ask(&set).await? {
        Value::Okay => Ok(true),
        _ => Err(unexpected()),
    }
}
