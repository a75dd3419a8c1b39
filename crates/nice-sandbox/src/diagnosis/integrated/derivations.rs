//! The key texts that clients arrive at: the right one, and those of one mistake each.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use nice_crypto::integrated::Iterators;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::mistakes::{
    FIXED_ROUNDS, HEX, Mistake, RAW_BYTES, SALT_DECODED, SALT_REQUEST_NO, SALT_WEB_TRANSACTION_ID,
    SHA1, SHA512, STANDARD_BASE64, SWAPPED, TICKET_DECODED, TICKET_OF_ANOTHER, TICKET_OF_URL,
    WRONG_SLICE,
};

/// Bytes that are derived; NICE takes 64, some clients more.
const DERIVED: usize = 80;
const RIGHT_LENGTH: usize = 64;
/// Of a key.
const LENGTH: usize = 32;

/// What comes with an access token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket<'a> {
    pub(crate) text: &'a str,
    pub(crate) iterators: Iterators,
}

/// What a verification's keys are made of, and what clients take instead.
#[derive(Debug)]
pub(crate) struct Material<'a> {
    /// Of the result's token.
    pub(crate) ticket: Ticket<'a>,
    pub(crate) ticket_of_url: Ticket<'a>,
    pub(crate) others: Vec<Ticket<'a>>,
    pub(crate) transaction_id: &'a str,
    pub(crate) web_transaction_id: &'a str,
    pub(crate) request_no: &'a str,
    /// `result_code` and `result_message`, as the result came with them.
    pub(crate) answer: [&'a str; 2],
}

/// A key that a client may have, and by which mistakes.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) key: Vec<u8>,
    pub(super) mistakes: Vec<Mistake>,
}

/// Which of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Aes,
    Hmac,
}

impl Which {
    const fn start(self) -> usize {
        match self {
            Self::Aes => 0,
            Self::Hmac => 48,
        }
    }
}

struct Derived {
    bytes: [u8; DERIVED],
    mistake: Option<Mistake>,
}

/// All candidates, the right one first.
pub(super) fn candidates(material: &Material<'_>, which: Which) -> Vec<Candidate> {
    derived(material)
        .iter()
        .flat_map(|derived| {
            forms(&derived.bytes)
                .into_iter()
                .flat_map(move |(form, text)| {
                    slices(&text, form == Some(RAW_BYTES), which)
                        .into_iter()
                        .map(move |(slice, key)| Candidate {
                            key,
                            mistakes: [derived.mistake, form, slice]
                                .into_iter()
                                .flatten()
                                .collect(),
                        })
                        .collect::<Vec<_>>()
                })
        })
        .collect()
}

fn derived(material: &Material<'_>) -> Vec<Derived> {
    let (ticket, salt) = (
        material.ticket.text.as_bytes(),
        material.transaction_id.as_bytes(),
    );
    let rounds = material.ticket.iterators.get();
    let sha256 = |password: &[u8], salt: &[u8], rounds, mistake| {
        let mut bytes = [0; DERIVED];
        pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut bytes);
        Derived { bytes, mistake }
    };
    let mut all = vec![sha256(ticket, salt, rounds, None)];
    if let Ok(decoded) = URL_SAFE_NO_PAD.decode(ticket) {
        all.push(sha256(&decoded, salt, rounds, Some(TICKET_DECODED)));
    }
    if let Ok(decoded) = URL_SAFE_NO_PAD.decode(salt) {
        all.push(sha256(ticket, &decoded, rounds, Some(SALT_DECODED)));
    }
    for (salt, mistake) in [
        (material.web_transaction_id, SALT_WEB_TRANSACTION_ID),
        (material.request_no, SALT_REQUEST_NO),
    ] {
        all.push(sha256(ticket, salt.as_bytes(), rounds, Some(mistake)));
    }
    all.push(sha256(salt, ticket, rounds, Some(SWAPPED)));
    // Of no derivation, of the guide's examples, and of other people's.
    for rounds in [1, 23, 66, 73, 1_000] {
        all.push(sha256(ticket, salt, rounds, Some(FIXED_ROUNDS)));
    }
    let of_url = &material.ticket_of_url;
    let others = material.others.iter().map(|one| (one, TICKET_OF_ANOTHER));
    for (other, mistake) in std::iter::once((of_url, TICKET_OF_URL)).chain(others) {
        if other.text != material.ticket.text {
            let password = other.text.as_bytes();
            all.push(sha256(password, salt, other.iterators.get(), Some(mistake)));
        }
    }
    let mut bytes = [0; DERIVED];
    pbkdf2_hmac::<Sha1>(ticket, salt, rounds, &mut bytes);
    let mistake = Some(SHA1);
    all.push(Derived { bytes, mistake });
    pbkdf2_hmac::<Sha512>(ticket, salt, rounds, &mut bytes);
    let mistake = Some(SHA512);
    all.push(Derived { bytes, mistake });
    all
}

/// What is sliced; the right form first.
fn forms(bytes: &[u8; DERIVED]) -> [(Option<Mistake>, Vec<u8>); 4] {
    let right = &bytes[..RIGHT_LENGTH];
    let hex = right.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    [
        (None, URL_SAFE_NO_PAD.encode(right).into_bytes()),
        (Some(STANDARD_BASE64), STANDARD.encode(right).into_bytes()),
        (Some(HEX), hex.into_bytes()),
        (Some(RAW_BYTES), bytes.to_vec()),
    ]
}

/// Of bytes no slice is right, so that where it is says nothing more.
fn slices(text: &[u8], is_raw: bool, which: Which) -> Vec<(Option<Mistake>, Vec<u8>)> {
    [which.start(), 0, 16, 32, 48, text.len() - LENGTH]
        .into_iter()
        .filter_map(|start| {
            let key = text.get(start..start + LENGTH)?.to_vec();
            let is_right = start == which.start() || is_raw;
            Some(((!is_right).then_some(WRONG_SLICE), key))
        })
        .collect()
}
