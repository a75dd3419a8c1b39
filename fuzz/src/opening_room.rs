use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use member_verification::{
    crypto::{KeySet, Sealed},
    store::{Consumed, MemoryStore, Put, Session, Store},
    verification::{OpenError, OpenRequest, Opener, VerificationResult},
};
use sha2::{Digest, Sha256};

/// The `requestno` of each session.
pub const REQUESTNO: &str = "order-1";
/// The `site_code` of each session.
pub const SITE_CODE: &str = "SITE00000001";

const ID: &str = "token";
/// Invented; the seeds are sealed with it.
const DIGEST: [u8; 32] = *b"not a secret: thirty-two letters";

/// The room that opens results, with one session at a time.
#[derive(Debug)]
pub struct OpeningRoom;

impl OpeningRoom {
    /// The key set of each session.
    #[must_use]
    pub fn keys() -> KeySet {
        KeySet::from_digest(&DIGEST)
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
            requestno: REQUESTNO.to_owned(),
            site_code: SITE_CODE.to_owned(),
            digest: DIGEST.into(),
            sent,
        };
        let put = at_once(store.put(ID, &session, Duration::from_mins(1))).unwrap();
        assert_eq!(put, Put::Stored);
        let request = OpenRequest {
            token_version_id: ID,
            enc_data: &sealed.enc_data,
            integrity_value: &sealed.integrity_value,
            req_no: REQUESTNO,
        };
        let opened = at_once(Opener::new(Arc::clone(&store)).open(&request));
        let left = at_once(store.consume(ID)).unwrap();
        let expected = if opened.is_ok() {
            Consumed::AlreadyUsed
        } else {
            Consumed::Won
        };
        assert_eq!(left, expected);
        opened
    }

    /// The HMAC of a cipher text under the session's keys, computed here
    /// once more.
    #[must_use]
    pub fn integrity_value(enc_data: &str) -> String {
        let text = STANDARD.encode(DIGEST);
        let mac = Hmac::<Sha256>::new_from_slice(&text.as_bytes()[..32]).unwrap();
        STANDARD.encode(mac.chain_update(enc_data).finalize().into_bytes())
    }

    /// What a session keeps of the cipher text that it sent.
    #[must_use]
    pub fn fingerprint(enc_data: &str) -> [u8; 32] {
        Sha256::digest(enc_data).into()
    }
}

/// The memory is never waited for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}
