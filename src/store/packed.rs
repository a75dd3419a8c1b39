//! A session as bytes, always the same number of them: what is kept in
//! memory, and what is sealed for Redis.

use zeroize::Zeroizing;

use super::{Session, StoreError};

const REQUESTNO: usize = 30;
const SITE_CODE: usize = 16;

/// Two texts with a byte of length before each, then the digest, then the
/// hash of what was sent.
pub(super) const LEN: usize = 1 + REQUESTNO + 1 + SITE_CODE + 32 + 32;

/// A packed session, wiped on drop.
pub(super) type Packed = Zeroizing<[u8; LEN]>;

/// Writes into a box from the start, so that the digest is not left behind
/// on the stack.
pub(super) fn pack(session: &Session<'_>) -> Result<Box<Packed>, StoreError> {
    let mut packed = Box::new(Zeroizing::new([0; LEN]));
    let rest = &mut packed[..];
    let (requestno, rest) = rest.split_at_mut(1 + REQUESTNO);
    let (site_code, rest) = rest.split_at_mut(1 + SITE_CODE);
    let (digest, sent) = rest.split_at_mut(32);
    write(requestno, &session.requestno)?;
    write(site_code, &session.site_code)?;
    digest.copy_from_slice(&*session.digest);
    sent.copy_from_slice(&session.sent);
    Ok(packed)
}

/// The session again; an error when the bytes were not packed by [`pack`].
pub(super) fn unpack(packed: &[u8]) -> Result<Session<'static>, StoreError> {
    read(packed).ok_or_else(|| StoreError::Unavailable("a stored session is malformed".to_owned()))
}

fn read(packed: &[u8]) -> Option<Session<'static>> {
    let (requestno, rest) = packed.split_at_checked(1 + REQUESTNO)?;
    let (site_code, rest) = rest.split_at_checked(1 + SITE_CODE)?;
    let (digest, sent) = rest.split_at_checked(32)?;
    let mut session = Session {
        requestno: text(requestno)?.into(),
        site_code: text(site_code)?.into(),
        digest: Zeroizing::new([0; 32]),
        sent: sent.try_into().ok()?,
    };
    session.digest.copy_from_slice(digest);
    Some(session)
}

fn write(field: &mut [u8], text: &str) -> Result<(), StoreError> {
    let unfit = || StoreError::Unavailable("a session does not fit its limits".to_owned());
    let (length, room) = field.split_first_mut().ok_or_else(unfit)?;
    *length = u8::try_from(text.len()).map_err(|_| unfit())?;
    room.get_mut(..text.len())
        .ok_or_else(unfit)?
        .copy_from_slice(text.as_bytes());
    Ok(())
}

fn text(field: &[u8]) -> Option<String> {
    let (length, room) = field.split_first()?;
    let bytes = room.get(..usize::from(*length))?;
    str::from_utf8(bytes).ok().map(str::to_owned)
}
