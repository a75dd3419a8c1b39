//! The bridge: from the three values of `getOAuthToken` to a window of NICE.

use serde::Deserialize;
use thiserror::Error;
use url::Url;

use super::{
    CLOSED, Facade, OPENED_LIFE, RETURN, malformed,
    records::{Attempt, Party},
};
use crate::{
    crypto::{self, KeySet},
    nice::{
        NiceError,
        integrated::{Opening, SvcType},
    },
    store::{Cell, Found, Put, Step, StoreError},
    token::OpenedWindow,
    verification::{
        MethodType,
        open::{fingerprint, restore_plus},
        svc_types,
    },
};

/// How often a session's window may be opened.
const OPENINGS: usize = 5;

/// What a browser posts to the bridge, as to the older API's window.
#[derive(Clone, Copy, Debug)]
pub struct BridgeValues<'a> {
    /// Names the session.
    pub token_version_id: &'a str,
    /// The sealed request.
    pub enc_data: &'a str,
    /// Its integrity value.
    pub integrity_value: &'a str,
}

/// A session at the bridge, whose values this service has sealed.
#[derive(Debug)]
pub struct Begun {
    /// Whom a page about it speaks to.
    pub party: Party,
    methodtype: MethodType,
    authtype: String,
    svc_types: Vec<SvcType>,
    receivedata: Option<String>,
}

/// Why no window opens.
#[derive(Debug, Error)]
pub enum BridgeError {
    /// Not what this service has sealed.
    #[error("the values are not those of getOAuthToken")]
    NotOurs,
    /// Unknown or expired.
    #[error("no session, or it has expired")]
    Expired,
    /// The session's person was verified, here or elsewhere.
    #[error("already verified")]
    Finished,
    /// Opened too often.
    #[error("the window was opened {OPENINGS} times")]
    TooOften,
    /// NICE gave no window.
    #[error(transparent)]
    Nice(#[from] NiceError),
    /// The store gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The memory is full.
    #[error("no room for another window")]
    Full,
}

/// What is read of the sealed request.
#[derive(Deserialize)]
struct Request {
    requestno: String,
    returnurl: String,
    methodtype: String,
    authtype: Option<String>,
    receivedata: Option<String>,
}

impl Facade {
    /// The session of these values: integrity first.
    ///
    /// # Errors
    ///
    /// [`BridgeError`].
    pub async fn begun(&self, values: BridgeValues<'_>) -> Result<Begun, BridgeError> {
        let session = match self.find(values.token_version_id).await? {
            Found::Open(session) => session,
            Found::Used(_) => return Err(BridgeError::Finished),
            Found::Missing => return Err(BridgeError::Expired),
        };
        let keys = KeySet::from_digest(&session.digest);
        let enc_data = restore_plus(values.enc_data);
        let integrity_value = restore_plus(values.integrity_value);
        let json =
            crypto::open(&keys, &enc_data, &integrity_value).map_err(|_| BridgeError::NotOurs)?;
        // A result has the same keys.
        if fingerprint(&enc_data) != session.sent {
            return Err(BridgeError::NotOurs);
        }
        let request: Request = serde_json::from_slice(&json).map_err(|_| BridgeError::NotOurs)?;
        let authtype = request.authtype.unwrap_or_default();
        let offered = svc_types::offered(&authtype, &self.settings.svc_types);
        Ok(Begun {
            party: Party {
                token_version_id: values.token_version_id.to_owned(),
                requestno: request.requestno,
                returnurl: request.returnurl,
            },
            methodtype: match &*request.methodtype {
                "post" => MethodType::Post,
                _ => MethodType::Get,
            },
            svc_types: offered.ok_or(BridgeError::NotOurs)?,
            authtype,
            receivedata: request.receivedata,
        })
    }

    /// Opens a window of NICE, whose answers come back below `public_url`;
    /// the address that the browser is sent to.
    ///
    /// # Errors
    ///
    /// [`BridgeError`].
    pub async fn open(&self, begun: &Begun, public_url: &str) -> Result<Url, BridgeError> {
        let session = &begun.party.token_version_id;
        if self.read(Cell::Outcome, session).await?.is_some() {
            return Err(BridgeError::Finished);
        }
        let (attempt, closing) = (self.id(), self.id());
        let place = self.place(session, &attempt).await?;
        let opening = Opening {
            return_url: &format!("{public_url}{RETURN}/{attempt}"),
            close_url: &format!("{public_url}{CLOSED}/{closing}"),
            svc_types: &begun.svc_types,
        };
        match self.nice.window(opening).await {
            Ok(window) => self.keep(begun, window, (&attempt, &closing)).await,
            Err(error) => {
                // What NICE didn't give doesn't count.
                self.remove(Cell::Opening, &place).await?;
                Err(error.into())
            }
        }
    }

    /// Takes one of the places among a session's openings for this attempt.
    async fn place(&self, session: &str, attempt: &str) -> Result<String, BridgeError> {
        for number in 0..OPENINGS {
            let place = format!("{session}/{number}");
            match self.add(Cell::Opening, &place, attempt.as_bytes()).await? {
                Put::Stored => return Ok(place),
                Put::Exists => {}
                Put::Full => return Err(BridgeError::Full),
            }
        }
        Err(BridgeError::TooOften)
    }

    /// Keeps what the return needs, all at the same time.
    async fn keep(
        &self,
        begun: &Begun,
        window: OpenedWindow,
        (attempt_id, closing_id): (&str, &str),
    ) -> Result<Url, BridgeError> {
        let attempt = Attempt {
            party: begun.party.clone(),
            methodtype: begun.methodtype,
            authtype: begun.authtype.clone(),
            svc_types: begun.svc_types.clone(),
            opened: self.clock.now(),
            transaction: window.transaction,
        };
        let (attempt, closing) = (attempt.pack(), begun.party.pack());
        let received = async {
            match &begun.receivedata {
                // The same for each opening.
                Some(text) => {
                    let session = &begun.party.token_version_id;
                    self.add(Cell::Received, session, text.as_bytes()).await
                }
                None => Ok(Put::Stored),
            }
        };
        let (attempt, closing, received, extended, ()) = tokio::join!(
            self.add(Cell::Attempt, attempt_id, &attempt),
            self.add(Cell::Closing, closing_id, &closing),
            received,
            self.extend(&begun.party.token_version_id, OPENED_LIFE),
            self.note(&begun.party.token_version_id, Step::WindowOpened),
        );
        extended?;
        match (attempt?, closing?, received?) {
            (Put::Stored, Put::Stored, Put::Stored | Put::Exists) => Ok(window.auth_url),
            (Put::Full, _, _) | (_, Put::Full, _) | (_, _, Put::Full) => Err(BridgeError::Full),
            // 130 random bits, twice.
            (Put::Exists, _, _) | (_, Put::Exists, _) => Err(malformed().into()),
        }
    }
}
