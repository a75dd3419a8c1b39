//! `integrity_value`: HMAC-SHA256 over the text of `enc_data`.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::KeySet;

/// `base64(HMAC-SHA256(hmac_key, enc_data))`, over the base64 *text*.
pub(super) fn integrity_value(keys: &KeySet, enc_data: &[u8]) -> String {
    STANDARD.encode(hmac(keys, enc_data).finalize().into_bytes())
}

/// Whether `integrity_value` belongs to `enc_data`, compared in constant time.
pub(super) fn verify(keys: &KeySet, enc_data: &[u8], integrity_value: &str) -> bool {
    // The HMAC is computed before looking at the value, so that each wrong
    // value takes the same time.
    let mac = hmac(keys, enc_data);
    let mut claimed = [0; 33];
    let length = STANDARD
        .decode_slice(integrity_value, &mut claimed)
        .unwrap_or(0);
    mac.verify_slice(&claimed[..length]).is_ok()
}

fn hmac(keys: &KeySet, message: &[u8]) -> Hmac<Sha256> {
    // RFC 2104 pads a short key with zeros to the hash's block: doing so here
    // leaves a key length that can't be wrong.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(keys.hmac_key());
    <Hmac<Sha256> as KeyInit>::new((&*block).into()).chain_update(message)
}
