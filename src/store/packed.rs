//! A session as bytes, always the same number of them: what is kept in
//! memory, and what is sealed for Redis.

use arrayvec::ArrayString;
use zeroize::Zeroizing;

use super::{Session, StoreError};

const REQUESTNO: usize = 1 + 30;
const SITE_CODE: usize = 1 + 16;

/// Two texts with a byte of length before each, then the digest, then the
/// hash of what was sent.
pub(super) const LEN: usize = REQUESTNO + SITE_CODE + 32 + 32;

/// A packed session, wiped on drop.
pub(super) type Packed = Zeroizing<[u8; LEN]>;

/// Writes into a box from the start.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "returned by value, the digest would be left behind on the stack"
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

/// The session again; an error when the bytes were not packed by [`pack`].
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

/// A field has room for the longest text of its type, and its length.
fn write(field: &mut [u8], text: &str) {
    field[0] = u8::try_from(text.len()).unwrap_or_else(|_| unreachable!("30 at the most"));
    field[1..=text.len()].copy_from_slice(text.as_bytes());
}

fn text<const MAX: usize>(field: &[u8]) -> Option<ArrayString<MAX>> {
    let (length, room) = field.split_first()?;
    let bytes = room.get(..usize::from(*length))?;
    ArrayString::from(str::from_utf8(bytes).ok()?).ok()
}
