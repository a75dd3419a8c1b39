//! Keys that a client shows, against the right ones: a probe is sealed with them, and the
//! known mistakes are made again until one reads it.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    aes_modes::{BLOCK, Cipher},
    cipher, integrity,
    mac::hmac256,
    material::Material,
    search,
};
use crate::browser::fault::Fault;

const PROBE: &[u8; 3 * BLOCK] = b"{\"probe\":\"of no meaning, 48 characters long\"}   ";

/// What was done to get this key for HMAC; none if it is right.
pub(crate) fn of_hmac_key(material: &Material<'_>, given: &str) -> Option<Fault> {
    const MESSAGE: &str = "AAAAAAAAAAAAAAAAAAAAAA==";
    let text = STANDARD.encode(*material.keys.digest());
    if given.as_bytes() == &text.as_bytes()[..32] {
        return None;
    }
    let value = STANDARD.encode(hmac256(given.as_bytes(), MESSAGE.as_bytes()));
    let _turn = search();
    let mut fault = integrity::fault(material, MESSAGE, &value);
    let title = ["hmac_key가 다릅니다", "The hmac_key is not the right one"];
    fault.diagnosis.title = title.into();
    Some(fault)
}

/// The same of key and IV; what isn't shown is taken to be right.
pub(crate) fn of_key_and_iv(
    material: &Material<'_>,
    key: Option<&str>,
    iv: Option<&str>,
) -> Option<Fault> {
    let keys = &material.keys;
    let right = (keys.key_text(), keys.iv_text());
    let (key, iv) = (key.unwrap_or(right.0), iv.unwrap_or(right.1));
    if (key, iv) == right {
        return None;
    }
    let readings = |text: &str| {
        let bytes = STANDARD.decode(text).ok();
        [
            Some(text.as_bytes().to_vec()),
            super::encoding::from_hex(text.as_bytes()),
            bytes,
        ]
    };
    let _turn = search();
    let mut fault = readings(key)
        .iter()
        .flatten()
        .flat_map(|key| readings(iv).into_iter().flatten().map(move |iv| (key, iv)))
        .filter_map(|(key, iv)| sealed(key, &iv))
        .find_map(|probe| cipher::mistakes(material, &probe))
        .map_or_else(|| cipher::told(&[]), |found| cipher::told(&found));
    let title = ["key나 iv가 다릅니다", "key or iv is not the right one"];
    fault.diagnosis.title = title.into();
    Some(fault)
}

fn sealed(key: &[u8], iv: &[u8]) -> Option<String> {
    let cipher = Cipher::new(key)?;
    let mut before: Vec<u8> = iv.get(..BLOCK).filter(|_| iv.len() == BLOCK)?.to_vec();
    let mut bytes = Vec::new();
    for block in PROBE.chunks(BLOCK).chain([[16; BLOCK].as_slice()]) {
        let mixed: Vec<u8> = block
            .iter()
            .zip(&before)
            .map(|(one, other)| one ^ other)
            .collect();
        before = cipher.encrypt(&mixed);
        bytes.extend_from_slice(&before);
    }
    Some(STANDARD.encode(bytes))
}
