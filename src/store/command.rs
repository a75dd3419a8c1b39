//! The commands that are more than a word and a key.

use std::time::Duration;

use redis::{Cmd, cmd};

/// What is replaced: any sealed value.
pub(super) const IF_SESSION: &[u8] = b"";

/// Replaces a value by another one, which keeps its expiry, and answers with
/// what was there. It is replaced if it is the expected one, or any session if
/// none is named. So only one caller gets a session, and the markers of all
/// others change nothing. What is there already is written again, so that
/// `WAIT` behind it means this write. A full Redis refuses a marker but not
/// the removal of a session; a second opening then finds nothing.
const REPLACE: &str = "\
    local kept = redis.call('GET', KEYS[1]) \
    if not kept then return kept end \
    local is_session = ARGV[2] == '' and string.byte(kept) == 1 \
    if is_session or kept == ARGV[1] or kept == ARGV[2] then \
    local set = redis.pcall('SET', KEYS[1], ARGV[1], 'KEEPTTL') \
    if type(set) == 'table' and set.err and is_session then redis.call('DEL', KEYS[1]) end \
    end \
    return kept";

pub(super) fn replace(name: &str, value: &[u8], expected: &[u8]) -> Cmd {
    let mut eval = cmd("EVAL");
    eval.arg(REPLACE).arg(1).arg(name).arg(value).arg(expected);
    eval
}

pub(super) fn set(name: &str, value: &[u8], life: Duration) -> Cmd {
    let millis = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
    let mut set = cmd("SET");
    set.arg(name).arg(value).arg("PX").arg(millis.max(1));
    set
}
