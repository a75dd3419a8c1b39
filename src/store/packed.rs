//! A session as a fixed number of bytes, to be sealed for Redis. The length
//! tells nothing about the texts inside.

use arrayvec::ArrayString;
use zeroize::Zeroizing;

use super::{Session, StoreError};

const REQUESTNO: usize = 1 + 30;
const SITE_CODE: usize = 1 + 16;

/// Two texts, each after one byte with its length; the digest; the hash of
/// what was sent. In bytes.
pub(super) const LEN: usize = REQUESTNO + SITE_CODE + 32 + 32;

/// A packed session, wiped on drop.
pub(super) type Packed = Zeroizing<[u8; LEN]>;

/// Packs straight into the box that is returned.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "a return by value could leave the digest on the stack"
)]
pub(super) fn pack(session: &Session) -> Box<Packed> {
    let mut packed = Box::new(Zeroizing::new([0; LEN]));
    let rest = &mut packed[..];
    let (requestno, rest) = rest.split_at_mut(REQUESTNO);
    let (site_code, rest) = rest.split_at_mut(SITE_CODE);
    let (digest, sent) = rest.split_at_mut(32);
    write(requestno, &session.requestno);
    write(site_code, &session.site_code);
    digest.copy_from_slice(&*session.digest);
    sent.copy_from_slice(&session.sent);
    packed
}

/// Reverses [`pack`].
///
/// # Errors
///
/// [`StoreError`] when the bytes were not packed by [`pack`].
pub(super) fn unpack(packed: &[u8]) -> Result<Session, StoreError> {
    read(packed).ok_or_else(|| StoreError::Unavailable("a stored session is malformed".to_owned()))
}

fn read(packed: &[u8]) -> Option<Session> {
    let (requestno, rest) = packed.split_at_checked(REQUESTNO)?;
    let (site_code, rest) = rest.split_at_checked(SITE_CODE)?;
    let (digest, sent) = rest.split_at_checked(32)?;
    let mut session = Session {
        requestno: text(requestno)?,
        site_code: text(site_code)?,
        digest: Zeroizing::new([0; 32]),
        sent: sent.try_into().ok()?,
    };
    session.digest.copy_from_slice(digest);
    Some(session)
}

/// Writes the length, then the text. `field` has room for the longest one.
fn write(field: &mut [u8], text: &str) {
    field[0] = u8::try_from(text.len()).unwrap_or_else(|_| unreachable!("at most 30 bytes"));
    field[1..=text.len()].copy_from_slice(text.as_bytes());
}

fn text<const MAX: usize>(field: &[u8]) -> Option<ArrayString<MAX>> {
    let (length, room) = field.split_first()?;
    let bytes = room.get(..usize::from(*length))?;
    ArrayString::from(str::from_utf8(bytes).ok()?).ok()
}
