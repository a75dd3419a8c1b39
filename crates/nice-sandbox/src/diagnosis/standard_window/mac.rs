//! HMAC with a key of any length. An empty value, which matches nothing, stands
//! for the failure that can't be.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub(super) fn hmac256(key: &[u8], message: &[u8]) -> Vec<u8> {
    mac::<Hmac<Sha256>>(key, message)
}

pub(super) fn mac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    <M as KeyInit>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}
