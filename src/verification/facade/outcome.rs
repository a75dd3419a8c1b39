//! What a session has come to: the result, which its own return alone can have.
//!
//! The values for the shop are long, and made from shorter ones: JSON with its
//! escapes, padded, in base64. What they are made from is kept, under a key that
//! the address of the return derives: without it nobody reads it here, whoever
//! has the keys of the store. So the same return brings the same values, also
//! when the session is used up and its own keys are gone.

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    proof,
    records::{Reader, Writer},
    result::Parts,
};
use crate::{
    crypto::{KeySet, Sealed},
    random::Random,
    secret::Key,
};

const VERSION: u8 = 2;
/// The values themselves, as an earlier release kept them.
const SEALED: u8 = 1;

const NONCE: usize = 12;
const TAG: usize = 16;

/// Kept once for a session: the first success.
pub(super) struct Outcome {
    /// SHA-256 of the return's id and its `web_transaction_id`.
    proof: [u8; 32],
    kept: Kept,
}

enum Kept {
    Locked(Vec<u8>),
    Sealed(Sealed),
}

/// A return: what it has to show for the values.
#[derive(Clone, Copy)]
pub(super) struct Return<'a> {
    pub(super) id: &'a str,
    pub(super) web_transaction_id: &'a str,
}

impl Return<'_> {
    fn proof(self) -> [u8; 32] {
        proof(self.id, self.web_transaction_id)
    }

    fn key(self) -> Key {
        let mut key = Zeroizing::new([0; 32]);
        Sha256::new()
            .chain_update(b"outcome key\0")
            .chain_update(self.id.len().to_be_bytes())
            .chain_update(self.id)
            .chain_update(self.web_transaction_id)
            .finalize_into((&mut *key).into());
        key.into()
    }
}

impl Outcome {
    /// Locks what this return has brought.
    pub(super) fn new(parts: &Parts, keys: &KeySet, by: Return<'_>, random: &Random) -> Self {
        let mut locked = Vec::with_capacity(NONCE + 2048 + TAG);
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        locked.extend_from_slice(&nonce);
        let plain = Writer::new(VERSION)
            .field(&*keys.digest())
            .field(&parts.fields)
            .field(parts.receivedata.as_ref().map_or(&[], |text| &**text))
            .0;
        locked.extend_from_slice(&plain);
        let tag = Aes256Gcm::new(by.key().expose().into())
            .encrypt_inout_detached(&nonce.into(), b"", (&mut locked[NONCE..]).into())
            .unwrap_or_else(|_| unreachable!("shorter than what one nonce covers"));
        locked.extend_from_slice(&tag);
        Self {
            proof: by.proof(),
            kept: Kept::Locked(locked),
        }
    }

    /// Whether this return brought it, in constant time.
    pub(super) fn is_of(&self, by: Return<'_>) -> bool {
        self.proof.ct_eq(&by.proof()).into()
    }

    /// The values for the shop, the same each time; `None` for another return.
    pub(super) fn values(&self, by: Return<'_>) -> Option<Sealed> {
        match &self.kept {
            Kept::Sealed(sealed) => self.is_of(by).then(|| sealed.clone()),
            Kept::Locked(locked) => unlock(locked, by),
        }
    }

    pub(super) fn pack(&self) -> Zeroizing<Vec<u8>> {
        let text = |text: &str| STANDARD.decode(text).unwrap_or_default();
        match &self.kept {
            Kept::Locked(locked) => Writer::new(VERSION).field(&self.proof).field(locked).0,
            Kept::Sealed(sealed) => {
                Writer::new(SEALED)
                    .field(&self.proof)
                    .field(&text(&sealed.enc_data))
                    .field(&text(&sealed.integrity_value))
                    .0
            }
        }
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        if let Some(mut reader) = Reader::of(bytes, VERSION) {
            return Some(Self {
                proof: reader.number()?,
                kept: Kept::Locked(reader.field()?.to_vec()),
            });
        }
        let mut reader = Reader::of(bytes, SEALED)?;
        Some(Self {
            proof: reader.number()?,
            kept: Kept::Sealed(Sealed {
                enc_data: STANDARD.encode(reader.field()?),
                integrity_value: STANDARD.encode(reader.field()?),
            }),
        })
    }
}

fn unlock(locked: &[u8], by: Return<'_>) -> Option<Sealed> {
    let (nonce, rest) = locked.split_first_chunk::<NONCE>()?;
    let (sealed, tag) = rest.split_last_chunk::<TAG>()?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    Aes256Gcm::new(by.key().expose().into())
        .decrypt_inout_detached(nonce.into(), b"", plain.as_mut_slice().into(), tag.into())
        .ok()?;
    let mut reader = Reader::of(&plain, VERSION)?;
    let digest = Zeroizing::new(reader.number()?);
    let fields = Zeroizing::new(reader.field()?.to_vec());
    let receivedata = match reader.field()? {
        [] => None,
        text => Some(Zeroizing::new(text.to_vec())),
    };
    let parts = Parts {
        fields,
        receivedata,
    };
    Some(parts.seal(&KeySet::from_digest(&digest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY: Return<'_> = Return {
        id: "return",
        web_transaction_id: "wtid",
    };

    fn parts(receivedata: Option<&[u8]>) -> Parts {
        Parts {
            fields: Zeroizing::new(br#"{"resultcode":"0000"}"#.to_vec()),
            receivedata: receivedata.map(|text| Zeroizing::new(text.to_vec())),
        }
    }

    #[test]
    fn its_return_alone_gets_the_values_and_the_same_each_time() {
        let (random, keys) = (Random::seeded(1), KeySet::from_digest(&[7; 32]));
        for receivedata in [None, Some(&b"a\"\x01"[..])] {
            let parts = parts(receivedata);
            let outcome = Outcome::new(&parts, &keys, BY, &random);
            let kept = Outcome::unpack(&outcome.pack()).unwrap();
            let (first, again) = (parts.seal(&keys), kept.values(BY).unwrap());
            assert_eq!(first.enc_data, again.enc_data);
            assert_eq!(first.integrity_value, again.integrity_value);
            assert!(kept.is_of(BY));
            for (id, web_transaction_id) in
                [("return", "wtie"), ("returm", "wtid"), ("returnw", "tid")]
            {
                let other = Return {
                    id,
                    web_transaction_id,
                };
                assert!(!kept.is_of(other) && kept.values(other).is_none());
            }
        }
    }

    #[test]
    fn nothing_of_it_can_be_read_and_no_two_are_alike() {
        let (random, keys) = (Random::seeded(1), KeySet::from_digest(&[7; 32]));
        let pack = || Outcome::new(&parts(Some(b"CANARY")), &keys, BY, &random).pack();
        let (one, other) = (pack(), pack());
        assert_ne!(one, other);
        for canary in [&b"CANARY"[..], b"resultcode", &[7; 16]] {
            assert!(!one.windows(canary.len()).any(|part| part == canary));
        }
        for bit in 0..one.len() * 8 {
            let mut changed = one.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let read = Outcome::unpack(&changed);
            let values = read.filter(|read| read.is_of(BY));
            assert!(values.is_none_or(|read| read.values(BY).is_none()), "{bit}");
        }
    }

    #[test]
    fn values_that_an_earlier_release_kept_are_handed_over() {
        let mut kept = b"\x01\0\x20".to_vec();
        kept.extend_from_slice(&BY.proof());
        kept.extend_from_slice(b"\0\x03abc\0\x02de");
        let outcome = Outcome::unpack(&kept).unwrap();
        let values = outcome.values(BY).unwrap();
        assert_eq!(
            (&*values.enc_data, &*values.integrity_value),
            ("YWJj", "ZGU=")
        );
        assert_eq!(*outcome.pack(), kept);
        for end in 0..kept.len() {
            assert!(Outcome::unpack(&kept[..end]).is_none(), "{end}");
        }
    }
}
