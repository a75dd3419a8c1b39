//! What the store keeps of a window, as bytes: a version, then fields after
//! their lengths. Written and read by releases side by side, so a later one
//! may add fields at the end.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{
    crypto::Sealed, nice::integrated::SvcType, token::Transaction, verification::MethodType,
};

/// The format of all records.
const VERSION: u8 = 1;

/// A window that was opened.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) party: Party,
    pub(super) methodtype: MethodType,
    /// The `authtype` that was asked for; empty if none.
    pub(super) authtype: String,
    /// The methods that the window offered.
    pub(super) svc_types: Vec<SvcType>,
    /// When `auth/url` had answered.
    pub(super) opened: Timestamp,
    pub(super) transaction: Transaction,
}

impl Attempt {
    pub(super) fn pack(&self) -> Zeroizing<Vec<u8>> {
        let letters: String = self
            .svc_types
            .iter()
            .map(|method| method.letter())
            .collect();
        Writer::new()
            .party(&self.party)
            .field(self.methodtype.name().as_bytes())
            .field(self.authtype.as_bytes())
            .field(letters.as_bytes())
            .field(&self.opened.as_millisecond().to_be_bytes())
            .field(&self.transaction.to_bytes())
            .0
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::of(bytes)?;
        Some(Self {
            party: reader.party()?,
            methodtype: match reader.text()? {
                "post" => MethodType::Post,
                _ => MethodType::Get,
            },
            authtype: reader.text()?.to_owned(),
            svc_types: reader.text().map(svc_types)?,
            opened: Timestamp::from_millisecond(i64::from_be_bytes(reader.number()?)).ok()?,
            transaction: Transaction::from_bytes(reader.field()?)?,
        })
    }
}

fn svc_types(letters: &str) -> Vec<SvcType> {
    let known = SvcType::ALL.into_iter();
    known
        .filter(|method| letters.contains(method.letter()))
        .collect()
}

/// Whom a page speaks to, and whose verification it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Names the session.
    pub token_version_id: String,
    /// Of the session.
    pub requestno: String,
    /// Where the shop wants the browser back.
    pub returnurl: String,
}

impl Party {
    pub(super) fn pack(&self) -> Zeroizing<Vec<u8>> {
        Writer::new().party(self).0
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        Reader::of(bytes)?.party()
    }
}

/// The calls for an attempt's result. Only the holder of its claim writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Calls that were sent and may have been answered, without us knowing.
    pub(super) unanswered: u8,
    /// Calls that NICE answered with "not verified".
    pub(super) not_verified: u8,
    /// Nothing will come any more.
    pub(super) ended: bool,
}

impl Progress {
    pub(super) fn pack(self) -> Zeroizing<Vec<u8>> {
        let fields = [self.unanswered, self.not_verified, u8::from(self.ended)];
        Writer::new().field(&fields).0
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        let [unanswered, not_verified, ended] = Reader::of(bytes)?.number()?;
        Some(Self {
            unanswered,
            not_verified,
            ended: ended != 0,
        })
    }
}

/// The values that go to the shop, and for whose return alone.
#[derive(Debug)]
pub(super) struct Outcome {
    /// SHA-256 of the attempt's id and its `web_transaction_id`.
    pub(super) proof: [u8; 32],
    pub(super) sealed: Sealed,
}

impl Outcome {
    /// The bytes that the values stand for: a quarter less than their text.
    pub(super) fn pack(&self) -> Zeroizing<Vec<u8>> {
        let bytes = |text: &str| {
            STANDARD
                .decode(text)
                .unwrap_or_else(|_| unreachable!("what is sealed is always base64"))
        };
        Writer::new()
            .field(&self.proof)
            .field(&bytes(&self.sealed.enc_data))
            .field(&bytes(&self.sealed.integrity_value))
            .0
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::of(bytes)?;
        Some(Self {
            proof: reader.number()?,
            sealed: Sealed {
                enc_data: STANDARD.encode(reader.field()?),
                integrity_value: STANDARD.encode(reader.field()?),
            },
        })
    }
}

struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    fn new() -> Self {
        // Enough for all but an outcome: growing would leave copies.
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        bytes.push(VERSION);
        Self(bytes)
    }

    fn party(self, party: &Party) -> Self {
        self.field(party.token_version_id.as_bytes())
            .field(party.requestno.as_bytes())
            .field(party.returnurl.as_bytes())
    }

    fn field(mut self, field: &[u8]) -> Self {
        let length = u16::try_from(field.len())
            .unwrap_or_else(|_| unreachable!("every field was bounded when it was read"));
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        (*version == VERSION).then_some(Self(rest))
    }

    fn field(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<2>()?;
        let (field, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        self.0 = rest;
        Some(field)
    }

    fn party(&mut self) -> Option<Party> {
        Some(Party {
            token_version_id: self.text()?.to_owned(),
            requestno: self.text()?.to_owned(),
            returnurl: self.text()?.to_owned(),
        })
    }

    fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.field()?).ok()
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.field()?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt() -> Attempt {
        Attempt {
            party: Party {
                token_version_id: "t".repeat(43),
                requestno: "order-1".to_owned(),
                returnurl: "https://shop.example/cb".to_owned(),
            },
            methodtype: MethodType::Post,
            authtype: "X".to_owned(),
            svc_types: vec![SvcType::FinancialCertificate, SvcType::JointCertificate],
            opened: Timestamp::from_millisecond(1_768_406_523_456).unwrap(),
            transaction: Transaction::from_bytes(
                br#"{"id":"x","request_no":"r","ticket":"k","iterators":66}"#,
            )
            .unwrap(),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let (before, after) = (attempt(), Attempt::unpack(&attempt().pack()).unwrap());
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
        let (before, after) = (before.transaction, after.transaction);
        assert_eq!(before.to_bytes(), after.to_bytes());
        let progress = Progress {
            unanswered: 1,
            not_verified: 2,
            ended: true,
        };
        assert_eq!(Progress::unpack(&progress.pack()), Some(progress));
    }

    #[test]
    fn a_record_of_another_version_or_cut_short_is_none() {
        let packed = attempt().pack();
        for end in 0..packed.len() {
            assert!(Attempt::unpack(&packed[..end]).is_none(), "{end}");
        }
        let mut other = packed.clone();
        other[0] = 2;
        assert!(Attempt::unpack(&other).is_none());
        let mut longer = packed;
        longer.extend_from_slice(b"\0\x05later");
        assert!(Attempt::unpack(&longer).is_some());
    }
}
