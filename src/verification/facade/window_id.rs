//! What names a window in its two addresses.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::random::Random;

/// In bytes.
const LEN: usize = 1 + 16 + 16;

/// A window's id in its return or its close address: the session's way, the
/// place among its openings, and what only that address has. As text it is
/// base64url, 44 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct WindowId {
    pub(super) number: u8,
    way: [u8; 16],
    /// 128 random bits.
    pub(super) secret: [u8; 16],
}

impl fmt::Debug for WindowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WindowId(redacted)")
    }
}

impl WindowId {
    /// Length of an id in an address.
    pub(super) const TEXT: usize = LEN.div_ceil(3) * 4;

    /// The same place and way, with a secret of its own.
    pub(super) fn new(token_version_id: &str, number: u8, random: &Random) -> Self {
        let mut secret = [0; 16];
        random.fill(&mut secret);
        Self {
            number,
            way: way(token_version_id),
            secret,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (number, rest) = bytes.split_first()?;
        let (way, secret) = rest.split_first_chunk()?;
        Some(Self {
            number: *number,
            way: *way,
            secret: secret.try_into().ok()?,
        })
    }

    pub(super) fn text(&self) -> String {
        let mut bytes = [0; LEN];
        bytes[0] = self.number;
        bytes[1..17].copy_from_slice(&self.way);
        bytes[17..].copy_from_slice(&self.secret);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Names the session's way in the store.
    pub(super) fn way(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.way)
    }
}

/// The same for each window of a session, and no way back to its id.
fn way(token_version_id: &str) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(b"way\0")
        .chain_update(token_version_id)
        .finalize()
        .into();
    let mut way = [0; 16];
    way.copy_from_slice(&digest[..16]);
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_was_written_and_nothing_else_is() {
        let (random, token) = (Random::seeded(7), "t".repeat(43));
        let id = WindowId::new(&token, 4, &random);
        let text = id.text();
        assert_eq!(text.len(), WindowId::TEXT);
        assert!(WindowId::parse(&text) == Some(id));
        let other = WindowId::new(&token, 4, &random);
        assert!(other.secret != id.secret && other.way() == id.way());
        for text in [
            "",
            "A",
            &text[1..],
            &format!("{text}AAAA"),
            &format!("{text}="),
            "한",
        ] {
            assert!(WindowId::parse(text).is_none(), "{text}");
        }
    }
}
