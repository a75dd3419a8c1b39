//! The room that opens results, without HTTP around it: for tests of
//! thousands of results.

use std::{cell::Cell, sync::Arc, time::Duration};

use member_verification::{
    clock::Clock,
    crypto::{self, KeySet, Sealed},
    store::{MemoryStore, Put, Session, Store},
    verification::{OpenError, OpenRequest, Opener, VerificationResult},
};
use serde_json::{Value, json};

pub(crate) const REQUESTNO: &str = "order-1";
pub(crate) const SITE_CODE: &str = "TESTSITE0001";

pub(crate) struct OpeningRoom {
    store: Arc<Store>,
    opener: Opener,
    begun: Cell<usize>,
    pub(crate) keys: KeySet,
}

impl OpeningRoom {
    pub(crate) fn new(keys: KeySet) -> Self {
        let store = Arc::new(Store::Memory(MemoryStore::new(100_000)));
        Self {
            opener: Opener::new(Arc::clone(&store), Duration::from_hours(1), Clock::System),
            store,
            begun: Cell::new(0),
            keys,
        }
    }

    /// Begins a session and opens this plain text, sealed as NICE would, as
    /// its result.
    pub(crate) async fn open(&self, plaintext: &[u8]) -> Result<VerificationResult, OpenError> {
        let sealed = crypto::seal(&self.keys, plaintext);
        self.open_sealed(&sealed).await
    }

    pub(crate) async fn open_sealed(
        &self,
        sealed: &Sealed,
    ) -> Result<VerificationResult, OpenError> {
        self.open_after(sealed, [0; 32]).await
    }

    /// The same for a session whose request had this fingerprint.
    pub(crate) async fn open_after(
        &self,
        sealed: &Sealed,
        sent: [u8; 32],
    ) -> Result<VerificationResult, OpenError> {
        self.begun.set(self.begun.get() + 1);
        let id = self.begun.get().to_string();
        let session = Session {
            requestno: REQUESTNO.try_into().unwrap(),
            site_code: SITE_CODE.try_into().unwrap(),
            digest: self.keys.digest(),
            sent,
            begun: None,
        };
        let put = self.store.put(&id, &session, Duration::from_hours(1)).await;
        assert_eq!(put.unwrap(), Put::Stored);
        let (enc_data, integrity_value) = (&sealed.enc_data, &sealed.integrity_value);
        let request = OpenRequest::new(&id, enc_data, integrity_value, REQUESTNO);
        self.opener.open(&request).await.map(|opened| opened.result)
    }
}

/// What the shortest genuine result has to have, and these names.
pub(crate) fn result(name: &str, utf8_name: &str) -> Value {
    json!({
        "resultcode": "0000", "requestno": REQUESTNO, "enctime": "20260115010300",
        "sitecode": SITE_CODE, "responseno": "N1", "name": name, "utf8_name": utf8_name,
        "birthdate": "19900101"
    })
}
