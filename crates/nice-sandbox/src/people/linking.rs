//! `ci` and `di`: the same for the same person, and plainly not real.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// What both begin with.
const MARK: &str = "SANDBOX";

/// 88 characters, the base64 of 64 bytes, as a real one.
pub(crate) fn ci(name: &str, birthdate: &str, gender: &str) -> String {
    marked(&[
        digest("ci 1", name, birthdate, gender),
        digest("ci 2", name, birthdate, gender),
    ])
}

/// 64 characters; a real one differs from shop to shop, and the sandbox is
/// one shop's.
pub(crate) fn di(name: &str, birthdate: &str, gender: &str) -> String {
    let mut text = marked(&[
        digest("di 1", name, birthdate, gender),
        digest("di 2", name, birthdate, gender),
    ]);
    text.truncate(64);
    text
}

fn digest(what: &str, name: &str, birthdate: &str, gender: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(format!("{what}\0{name}\0{birthdate}\0{gender}"))
        .finalize()
        .into()
}

fn marked(parts: &[[u8; 32]]) -> String {
    let base64 = STANDARD.encode(parts.concat());
    // Over its beginning, so that the length and the base64 stay right.
    format!("{MARK}{}", &base64[MARK.len()..])
}
