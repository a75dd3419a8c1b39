use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use member_verification::{
    clock::Clock,
    crypto::{KeySet, Sealed},
    store::{Found, MemoryStore, Put, Session, Store},
    verification::{OpenError, OpenRequest, Opener, Rejection, VerificationResult},
};
use sha2::{Digest, Sha256};

/// The `requestno` of each session: that of `tests/vectors/result-cp949.json`.
pub const REQUESTNO: &str = "a3f1c2d4e5b60718293a4b5c6d7e8f";
/// The `site_code` of each session, from there too.
pub const SITE_CODE: &str = "EXAMPLE00002";

const ID: &str = "token";
/// The vector's key set, so that its cipher text is a seed.
const DIGEST: &str = "pMJDQb1+EPfTVipk64yosqMzluPRVbBL124hhXzTEK0=";

/// The room that opens results, with one session at a time.
#[derive(Debug)]
pub struct OpeningRoom;

impl OpeningRoom {
    /// The key set of each session.
    #[must_use]
    pub fn keys() -> KeySet {
        KeySet::from_digest(&digest())
    }

    /// Opens this as the result of a new session, which sent a cipher text
    /// whose SHA-256 is `sent`. Afterwards the session is used if, and only
    /// if, the result was opened.
    ///
    /// # Errors
    ///
    /// See [`Opener::open`].
    pub fn open(sealed: &Sealed, sent: [u8; 32]) -> Result<VerificationResult, OpenError> {
        let store = Arc::new(Store::Memory(MemoryStore::new(1)));
        let session = Session {
            requestno: REQUESTNO.try_into().unwrap(),
            site_code: SITE_CODE.try_into().unwrap(),
            digest: digest().into(),
            sent,
            begun: None,
        };
        let put = at_once(store.put(ID, &session, Duration::from_mins(1))).unwrap();
        assert_eq!(put, Put::Stored);
        let (enc_data, integrity_value) = (&sealed.enc_data, &sealed.integrity_value);
        let request = OpenRequest::new(ID, enc_data, integrity_value, REQUESTNO);
        let opener = Opener::new(Arc::clone(&store), Duration::from_hours(1), Clock::System);
        let result = at_once(opener.open(&request)).map(|answer| answer.result);
        let is_open = matches!(at_once(store.find(ID)).unwrap(), Found::Open(_));
        assert_eq!(is_open, result.is_err());
        result
    }

    /// Whether it fails at the seal, as something that NICE never sealed.
    #[must_use]
    pub fn breaks(sealed: &Sealed) -> bool {
        let opened = Self::open(sealed, [0; 32]);
        matches!(
            opened,
            Err(OpenError::Rejected(
                Rejection::Integrity | Rejection::Decryption
            ))
        )
    }

    /// The HMAC of a cipher text under the session's keys, computed here
    /// once more; a space in it stands for `+`.
    #[must_use]
    pub fn integrity_value(enc_data: &str) -> String {
        let enc_data = enc_data.replace(' ', "+");
        let mac = Hmac::<Sha256>::new_from_slice(&DIGEST.as_bytes()[..32]).unwrap();
        STANDARD.encode(
            mac.chain_update(enc_data.as_bytes())
                .finalize()
                .into_bytes(),
        )
    }

    /// What a session keeps of the cipher text that it sent.
    #[must_use]
    pub fn fingerprint(enc_data: &str) -> [u8; 32] {
        Sha256::digest(enc_data).into()
    }
}

fn digest() -> [u8; 32] {
    STANDARD.decode(DIGEST).unwrap().try_into().unwrap()
}

/// The memory is never waited for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}
