//! Finds out what a client's values are, by comparing them with all candidates.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    derivations::{Candidate, Material, Which, candidates},
    mistakes::{
        MAC_HEX, MAC_OVER_ALL, MAC_OVER_BYTES, MAC_OVER_PADDED, MAC_OVER_STANDARD, MAC_PADDED,
        MAC_STANDARD, Mistake, UNKNOWN_KEY, UNKNOWN_MAC,
    },
};

/// The mistakes in a key, as text, hex or base64; none if it is right.
pub(crate) fn of_key(given: &str, material: &Material<'_>, which: Which) -> Vec<Mistake> {
    let readings = [
        Some(given.as_bytes().to_vec()),
        from_hex(given),
        URL_SAFE_NO_PAD.decode(given).ok(),
        STANDARD.decode(given).ok(),
    ];
    candidates(material, which)
        .into_iter()
        .filter(|candidate| readings.iter().flatten().any(|key| *key == candidate.key))
        .map(|candidate| candidate.mistakes)
        .min_by_key(Vec::len)
        .unwrap_or_else(|| vec![UNKNOWN_KEY])
}

/// The mistakes in an integrity value over this `enc_data`; none if it is right.
pub(crate) fn of_integrity(given: &str, enc_data: &str, material: &Material<'_>) -> Vec<Mistake> {
    let messages = messages(enc_data, material.answer);
    let mut best: Option<Vec<Mistake>> = None;
    for Candidate { key, mistakes } in candidates(material, Which::Hmac) {
        for (message, over) in &messages {
            let mac = hmac(&key, message);
            let Some((_, written)) = written(&mac).into_iter().find(|(text, _)| text == given)
            else {
                continue;
            };
            let found: Vec<_> = mistakes
                .iter()
                .copied()
                .chain(*over)
                .chain(written)
                .collect();
            if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                best = Some(found);
            }
        }
    }
    best.unwrap_or_else(|| vec![UNKNOWN_MAC])
}

/// The texts that the HMAC may cover; the right one first.
fn messages(enc_data: &str, [code, message]: [&str; 2]) -> Vec<(Vec<u8>, Option<Mistake>)> {
    let mut all = vec![
        (enc_data.into(), None),
        (
            [code, message, enc_data].concat().into(),
            Some(MAC_OVER_ALL),
        ),
    ];
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(enc_data) {
        all.push((URL_SAFE.encode(&bytes).into(), Some(MAC_OVER_PADDED)));
        all.push((STANDARD.encode(&bytes).into(), Some(MAC_OVER_STANDARD)));
        let unpadded = STANDARD_NO_PAD.encode(&bytes);
        all.push((unpadded.into(), Some(MAC_OVER_STANDARD)));
        all.push((bytes, Some(MAC_OVER_BYTES)));
    }
    all
}

/// The encodings that a client may use; the right one first.
fn written(mac: &[u8]) -> [(String, Option<Mistake>); 5] {
    [
        (URL_SAFE_NO_PAD.encode(mac), None),
        (URL_SAFE.encode(mac), Some(MAC_PADDED)),
        (STANDARD.encode(mac), Some(MAC_STANDARD)),
        (STANDARD_NO_PAD.encode(mac), Some(MAC_STANDARD)),
        (hex(mac), Some(MAC_HEX)),
    ]
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    <Hmac<Sha256> as KeyInit>::new(&block.into())
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}
