//! What the store keeps of windows, as bytes: a version, then fields after
//! their lengths. Written and read by releases side by side, so a later one
//! may add fields at the end.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::cp949;
use crate::{nice::integrated::SvcType, token::Transaction, verification::MethodType};

/// The format of [`Way`] and [`Place`].
const VERSION: u8 = 2;

/// Of a place that is taken, and whose window NICE has not given yet.
const RESERVED: u8 = 0;

/// What all windows of a session share.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) party: Party,
    pub(super) methodtype: MethodType,
    /// The `authtype` that was asked for; empty if none.
    pub(super) authtype: String,
    /// The methods that windows offer.
    pub(super) svc_types: Vec<SvcType>,
    /// Returned unchanged in the result.
    pub(super) receivedata: Option<Zeroizing<String>>,
    /// Whether more than one window was opened.
    pub(super) is_shared: bool,
}

impl Way {
    pub(super) fn pack(&self) -> Zeroizing<Vec<u8>> {
        // A result carries it in CP949, which is shorter than UTF-8.
        let received = self.receivedata.as_ref().map(|text| cp949::encode(text));
        Writer::new(VERSION)
            .party(&self.party)
            .field(self.methodtype.name().as_bytes())
            .field(self.authtype.as_bytes())
            .field(letters(&self.svc_types).as_bytes())
            .field(&[u8::from(self.is_shared)])
            .field(received.as_ref().map_or(&[], |text| &**text))
            .0
    }

    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::of(bytes, VERSION)?;
        Some(Self {
            party: reader.party()?,
            methodtype: reader.text().map(methodtype)?,
            authtype: reader.text()?.to_owned(),
            svc_types: reader.text().map(svc_types)?,
            is_shared: reader.number()? != [0],
            receivedata: match reader.field()? {
                [] => None,
                text => Some(cp949::decode(text)),
            },
        })
    }
}

fn letters(svc_types: &[SvcType]) -> String {
    svc_types.iter().map(|method| method.letter()).collect()
}

pub(super) fn svc_types(letters: &str) -> Vec<SvcType> {
    let known = SvcType::ALL.into_iter();
    known
        .filter(|method| letters.contains(method.letter()))
        .collect()
}

pub(super) fn methodtype(name: &str) -> MethodType {
    match name {
        "post" => MethodType::Post,
        _ => MethodType::Get,
    }
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

/// One window that was opened.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What its return address has.
    pub(super) returning: [u8; 16],
    /// What its close address has.
    pub(super) closing: [u8; 16],
    /// When `auth/url` had answered.
    pub(super) opened: Timestamp,
    pub(super) progress: Progress,
    pub(super) transaction: Transaction,
}

impl Place {
    /// The longest for which there is room for each opening of a session, in
    /// bytes: with NICE's usual values it takes 172.
    pub(super) const LONGEST: usize = 220;

    /// As long as any of the usual ones, so that what comes has room.
    pub(super) fn reserve(returning: &[u8; 16]) -> Vec<u8> {
        let mut bytes = vec![RESERVED; Self::LONGEST];
        bytes[1..=returning.len()].copy_from_slice(returning);
        bytes
    }

    pub(super) fn pack(&self) -> Zeroizing<Vec<u8>> {
        let mut fixed = [0; 43];
        fixed[..16].copy_from_slice(&self.returning);
        fixed[16..32].copy_from_slice(&self.closing);
        fixed[32..40].copy_from_slice(&self.opened.as_millisecond().to_be_bytes());
        fixed[40..].copy_from_slice(&self.progress.to_bytes());
        Writer::new(VERSION)
            .field(&fixed)
            .field(&self.transaction.to_bytes())
            .0
    }

    /// A window; nothing where NICE has given none yet, or where an earlier
    /// release has taken the place.
    #[expect(
        clippy::option_option,
        reason = "a record that can't be read is not a place without a window"
    )]
    pub(super) fn unpack(bytes: &[u8]) -> Option<Option<Self>> {
        match bytes.first()? {
            &VERSION => Self::read(bytes).map(Some),
            &RESERVED => Some(None),
            // An earlier release wrote letters and digits.
            first => first.is_ascii_alphanumeric().then_some(None),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::of(bytes, VERSION)?;
        let fixed: [u8; 43] = reader.number()?;
        let (returning, rest) = fixed.split_first_chunk()?;
        let (closing, rest) = rest.split_first_chunk()?;
        let (opened, progress) = rest.split_first_chunk()?;
        Some(Self {
            returning: *returning,
            closing: *closing,
            opened: time(*opened)?,
            progress: Progress::from_bytes(progress.try_into().ok()?),
            transaction: Transaction::from_bytes(reader.field()?)?,
        })
    }
}

pub(super) fn time(millis: [u8; 8]) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::from_be_bytes(millis)).ok()
}

/// The calls for a window's result. Only the holder of its claim writes it.
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
    pub(super) const fn to_bytes(self) -> [u8; 3] {
        [self.unanswered, self.not_verified, self.ended as u8]
    }

    pub(super) const fn from_bytes([unanswered, not_verified, ended]: [u8; 3]) -> Self {
        Self {
            unanswered,
            not_verified,
            ended: ended != 0,
        }
    }
}

pub(super) struct Writer(pub(super) Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn new(version: u8) -> Self {
        // Enough for all: growing would leave copies.
        let mut bytes = Zeroizing::new(Vec::with_capacity(2560));
        bytes.push(version);
        Self(bytes)
    }

    fn party(self, party: &Party) -> Self {
        self.field(party.token_version_id.as_bytes())
            .field(party.requestno.as_bytes())
            .field(party.returnurl.as_bytes())
    }

    pub(super) fn field(mut self, field: &[u8]) -> Self {
        let length = u16::try_from(field.len())
            .unwrap_or_else(|_| unreachable!("every field was bounded when it was read"));
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }
}

pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn of(bytes: &'a [u8], expected: u8) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        (*version == expected).then_some(Self(rest))
    }

    pub(super) fn field(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<2>()?;
        let (field, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        self.0 = rest;
        Some(field)
    }

    pub(super) fn party(&mut self) -> Option<Party> {
        Some(Party {
            token_version_id: self.text()?.to_owned(),
            requestno: self.text()?.to_owned(),
            returnurl: self.text()?.to_owned(),
        })
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.field()?).ok()
    }

    pub(super) fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.field()?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way() -> Way {
        Way {
            party: Party {
                token_version_id: "t".repeat(43),
                requestno: "order-1".to_owned(),
                returnurl: "https://shop.example/cb".to_owned(),
            },
            methodtype: MethodType::Post,
            authtype: "X".to_owned(),
            svc_types: vec![SvcType::FinancialCertificate, SvcType::JointCertificate],
            receivedata: Some(Zeroizing::new("주문 1\"\u{1}".to_owned())),
            is_shared: true,
        }
    }

    fn place() -> Place {
        Place {
            returning: [1; 16],
            closing: [2; 16],
            opened: Timestamp::from_millisecond(1_768_406_523_456).unwrap(),
            progress: Progress {
                unanswered: 1,
                not_verified: 2,
                ended: true,
            },
            transaction: Transaction::from_bytes(
                br#"{"id":"x","request_no":"r","ticket":"k","iterators":66}"#,
            )
            .unwrap(),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let way = way();
        let read = Way::unpack(&way.pack()).unwrap();
        assert_eq!(format!("{way:?}"), format!("{read:?}"));
        let place = place();
        let read = Place::unpack(&place.pack()).unwrap().unwrap();
        assert_eq!(format!("{place:?}"), format!("{read:?}"));
        assert_eq!(place.transaction.to_bytes(), read.transaction.to_bytes());
        assert!(Place::unpack(&Place::reserve(&[7; 16])).unwrap().is_none());
    }

    #[test]
    fn a_record_of_another_version_or_cut_short_is_none() {
        let (way, place) = (way().pack(), place().pack());
        for end in 0..way.len() {
            assert!(Way::unpack(&way[..end]).is_none(), "{end}");
        }
        for end in 0..place.len() {
            assert!(Place::unpack(&place[..end]).is_none(), "{end}");
        }
        let (mut other_way, mut other_place) = (way.clone(), place.clone());
        (other_way[0], other_place[0]) = (3, 3);
        assert!(Way::unpack(&other_way).is_none());
        assert!(Place::unpack(&other_place).is_none());
        let (mut longer_way, mut longer_place) = (way, place);
        longer_way.extend_from_slice(b"\0\x05later");
        longer_place.extend_from_slice(b"\0\x05later");
        assert!(Way::unpack(&longer_way).is_some());
        assert!(Place::unpack(&longer_place).unwrap().is_some());
    }
}
