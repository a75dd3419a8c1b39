//! Ids in the shapes that NICE's have.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use nice_crypto::clock::KST;

use crate::state::State;

/// 36 characters.
pub(super) fn uuid(state: &State) -> String {
    let mut bytes = [0; 16];
    state.random.fill(&mut bytes);
    // Version 4, variant 1.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// 56 characters: `S1` or `S2`, the time, 23 more, in base64url.
pub(super) fn ticket(state: &State) -> String {
    let server = if state.random.fraction() < 0.5 {
        "S1"
    } else {
        "S2"
    };
    URL_SAFE_NO_PAD.encode(format!("{server}{}{}", stamp(state), hex::<23>(state)))
}

/// 55 characters: `S1`, 14 more, the time, 8 more, in base64url.
pub(super) fn transaction_id(state: &State) -> String {
    let text = format!("S1{}{}{}", hex::<14>(state), stamp(state), hex::<8>(state));
    URL_SAFE_NO_PAD.encode(text)
}

/// 48 characters: a UUID in base64.
pub(super) fn web_transaction_id(state: &State) -> String {
    STANDARD.encode(uuid(state))
}

/// What the window's path ends with.
pub(super) fn window_id(state: &State) -> String {
    format!("S1{}", uuid(state))
}

/// 17 digits, down to the millisecond.
fn stamp(state: &State) -> String {
    let now = state.clock.now();
    let seconds = KST.to_datetime(now).strftime("%Y%m%d%H%M%S");
    format!("{seconds}{:03}", now.as_millisecond().rem_euclid(1_000))
}

fn hex<const N: usize>(state: &State) -> String {
    let mut bytes = [0; N];
    state.random.fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(b"0123456789ABCDEF"[usize::from(byte % 16)]))
        .collect()
}
