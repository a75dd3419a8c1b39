//! The records of a verification as a fixed number of bytes each, to be sealed
//! for Redis. The length tells nothing about what is inside.

use arrayvec::ArrayString;
use zeroize::Zeroizing;

use super::{Moment, Refusal, Session, Step, StoreError, Used};

const REQUESTNO: usize = 1 + 30;
const SITE_CODE: usize = 1 + 16;
const MOMENT: usize = 8;

/// Two texts, each after one byte with its length; the digest; the hash of
/// what was sent; when it began. In bytes.
pub(super) const LEN: usize = REQUESTNO + SITE_CODE + 32 + 32 + MOMENT;

/// `requestno`, begin, opening, the hash of the result, a byte that says
/// whether there is a call, its hash.
pub(super) const USED_LEN: usize = REQUESTNO + 2 * MOMENT + 32 + 1 + 32;

/// The time, a byte for the kind, NICE's code after its length.
pub(super) const STEP_LEN: usize = MOMENT + 1 + 1 + 4;

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
    let (digest, rest) = rest.split_at_mut(32);
    let (sent, begun) = rest.split_at_mut(32);
    write(requestno, &session.requestno);
    write(site_code, &session.site_code);
    digest.copy_from_slice(&*session.digest);
    sent.copy_from_slice(&session.sent);
    begun.copy_from_slice(&millis(session.begun));
    packed
}

/// Reverses [`pack`].
///
/// # Errors
///
/// [`StoreError`] when the bytes were not packed by [`pack`].
pub(super) fn unpack(packed: &[u8]) -> Result<Session, StoreError> {
    read(packed).ok_or_else(|| malformed("session"))
}

fn read(packed: &[u8]) -> Option<Session> {
    let (requestno, rest) = packed.split_at_checked(REQUESTNO)?;
    let (site_code, rest) = rest.split_at_checked(SITE_CODE)?;
    let (digest, rest) = rest.split_at_checked(32)?;
    let (sent, begun) = rest.split_at_checked(32)?;
    let mut session = Session {
        requestno: text(requestno)?,
        site_code: text(site_code)?,
        digest: Zeroizing::new([0; 32]),
        sent: sent.try_into().ok()?,
        // An earlier release kept no time.
        begun: match begun.len() {
            0 => None,
            _ => Moment::from_millis(i64::from_be_bytes(begun.try_into().ok()?)),
        },
    };
    session.digest.copy_from_slice(digest);
    Some(session)
}

/// Packs the mark of a used session.
pub(super) fn pack_used(used: &Used) -> [u8; USED_LEN] {
    let mut packed = [0; USED_LEN];
    let (requestno, rest) = packed.split_at_mut(REQUESTNO);
    let (begun, rest) = rest.split_at_mut(MOMENT);
    let (opened, rest) = rest.split_at_mut(MOMENT);
    let (result, rest) = rest.split_at_mut(32);
    let (is_call, call) = rest.split_at_mut(1);
    write(requestno, &used.requestno);
    begun.copy_from_slice(&millis(used.begun));
    opened.copy_from_slice(&millis(Some(used.opened)));
    result.copy_from_slice(&used.result);
    if let Some(hash) = &used.call {
        is_call[0] = 1;
        call.copy_from_slice(hash);
    }
    packed
}

/// Reverses [`pack_used`].
///
/// # Errors
///
/// [`StoreError`] when the bytes were not packed by [`pack_used`].
pub(super) fn unpack_used(packed: &[u8]) -> Result<Used, StoreError> {
    read_used(packed).ok_or_else(|| malformed("mark of a used session"))
}

fn read_used(packed: &[u8]) -> Option<Used> {
    let (requestno, rest) = packed.split_at_checked(REQUESTNO)?;
    let (begun, rest) = rest.split_at_checked(MOMENT)?;
    let (opened, rest) = rest.split_at_checked(MOMENT)?;
    let (result, rest) = rest.split_at_checked(32)?;
    let (is_call, call) = rest.split_first()?;
    let call = call.try_into().ok()?;
    Some(Used {
        requestno: text(requestno)?,
        begun: moment(begun),
        opened: moment(opened)?,
        result: result.try_into().ok()?,
        call: (*is_call == 1).then_some(call),
    })
}

/// Packs a step and its time.
pub(super) fn pack_step(step: Step, at: Moment) -> [u8; STEP_LEN] {
    let mut packed = [0; STEP_LEN];
    let (time, rest) = packed.split_at_mut(MOMENT);
    let (kind, code) = rest.split_at_mut(1);
    time.copy_from_slice(&millis(Some(at)));
    kind[0] = match step {
        Step::WindowOpened => 0,
        Step::Returned => 1,
        Step::Refused(Refusal::Rejected) => 2,
        Step::Refused(Refusal::NotVerified(resultcode)) => {
            write(code, &resultcode);
            3
        }
    };
    packed
}

/// Reverses [`pack_step`].
///
/// # Errors
///
/// [`StoreError`] when the bytes were not packed by [`pack_step`].
pub(super) fn unpack_step(packed: &[u8]) -> Result<(Step, Moment), StoreError> {
    read_step(packed).ok_or_else(|| malformed("step"))
}

fn read_step(packed: &[u8]) -> Option<(Step, Moment)> {
    let (time, rest) = packed.split_at_checked(MOMENT)?;
    let (kind, code) = rest.split_first()?;
    let step = match kind {
        0 => Step::WindowOpened,
        1 => Step::Returned,
        2 => Step::Refused(Refusal::Rejected),
        3 => Step::Refused(Refusal::NotVerified(text(code)?)),
        _ => return None,
    };
    Some((step, moment(time)?))
}

fn malformed(what: &str) -> StoreError {
    StoreError::Unavailable(format!("a stored {what} is malformed"))
}

fn millis(moment: Option<Moment>) -> [u8; MOMENT] {
    moment.map_or(0, Moment::millis).to_be_bytes()
}

/// `None` for no moment.
fn moment(field: &[u8]) -> Option<Moment> {
    let bytes = field.try_into().ok()?;
    Moment::from_millis(i64::from_be_bytes(bytes))
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
