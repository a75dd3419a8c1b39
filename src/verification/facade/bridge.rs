//! The bridge: from the three values of `getOAuthToken` to a window of NICE.

use serde::Deserialize;
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

use super::{
    CLOSED, Facade, OPENED_LIFE, OPENINGS, Party, RETURN, opening,
    records::{self, Place, Progress, Way},
    window_id::WindowId,
};
use crate::{
    crypto::{self, KeySet},
    nice::{NiceError, integrated::Opening},
    store::{Cell, Found, Put, Step, StoreError},
    token::OpenedWindow,
    verification::{
        open::{fingerprint, restore_plus},
        svc_types,
    },
};

/// Room for the places of a session, in bytes: for each opening, unless NICE's
/// values are longer than they ever were.
const ROOM: usize = OPENINGS as usize * Place::LONGEST;

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
    way: Way,
}

impl Begun {
    /// Whom a page about it speaks to.
    #[must_use]
    pub const fn party(&self) -> &Party {
        &self.way.party
    }
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

impl BridgeError {
    /// What an operator can do, if anything.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Nice(error) => error.remedy(),
            Self::NotOurs
            | Self::Expired
            | Self::Finished
            | Self::TooOften
            | Self::Store(_)
            | Self::Full => None,
        }
    }
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
        let way = Way {
            party: Party {
                token_version_id: values.token_version_id.to_owned(),
                requestno: request.requestno,
                returnurl: request.returnurl,
            },
            methodtype: records::methodtype(&request.methodtype),
            svc_types: offered.ok_or(BridgeError::NotOurs)?,
            authtype,
            receivedata: request.receivedata.map(Zeroizing::new),
            is_shared: false,
        };
        Ok(Begun { way })
    }

    /// Opens a window of NICE, whose answers come back below `public_url`;
    /// the address that the browser is sent to.
    ///
    /// # Errors
    ///
    /// [`BridgeError`].
    pub async fn open(&self, begun: &Begun, public_url: &str) -> Result<Url, BridgeError> {
        let session = &begun.way.party.token_version_id;
        if self.read(Cell::Outcome, session).await?.is_some() {
            return Err(BridgeError::Finished);
        }
        let returning = self.reserve(session).await?;
        let closing = WindowId::new(session, returning.number, &self.random);
        let opening = Opening {
            return_url: &format!("{public_url}{RETURN}/{}", returning.text()),
            close_url: &format!("{public_url}{CLOSED}/{}", closing.text()),
            svc_types: &begun.way.svc_types,
        };
        let kept = match self.nice.window(opening).await {
            Ok(window) => self.keep(&begun.way, window, (&returning, &closing)).await,
            Err(error) => Err(error.into()),
        };
        if kept.is_err() {
            // What led nowhere doesn't count.
            let place = super::opening(session, returning.number);
            self.remove(Cell::Opening, &place).await?;
        }
        kept
    }

    /// Takes one of the places among a session's openings; the id of the return.
    async fn reserve(&self, session: &str) -> Result<WindowId, BridgeError> {
        for number in 0..OPENINGS {
            let id = WindowId::new(session, number, &self.random);
            let (name, reserved) = (opening(session, number), Place::reserve(&id.secret));
            match self.add(Cell::Opening, &name, &reserved).await? {
                Put::Stored => return Ok(id),
                Put::Exists => {}
                Put::Full => return Err(BridgeError::Full),
            }
        }
        Err(BridgeError::TooOften)
    }

    /// Keeps what the return needs, all at the same time.
    async fn keep(
        &self,
        way: &Way,
        window: OpenedWindow,
        (returning, closing): (&WindowId, &WindowId),
    ) -> Result<Url, BridgeError> {
        let session = &way.party.token_version_id;
        let place = Place {
            returning: returning.secret,
            closing: closing.secret,
            opened: self.clock.now(),
            progress: Progress::default(),
            transaction: window.transaction,
        };
        let (name, place) = (opening(session, returning.number), place.pack());
        let shared = returning.way();
        if place.len() * (usize::from(returning.number) + 1) > ROOM {
            return Err(BridgeError::TooOften);
        }
        let (place, shared, extended, ()) = tokio::join!(
            self.write(Cell::Opening, &name, &place),
            self.share(way, &shared),
            self.extend(session, OPENED_LIFE),
            self.note(session, Step::WindowOpened),
        );
        place?;
        extended?;
        match shared? {
            Put::Stored | Put::Exists => Ok(window.auth_url),
            Put::Full => Err(BridgeError::Full),
        }
    }

    /// Keeps what the windows of a session share, for as long as the last of them.
    async fn share(&self, way: &Way, name: &str) -> Result<Put, StoreError> {
        let put = self.add_if_absent(Cell::Way, name, &way.pack()).await?;
        if put == Put::Exists {
            let shared = Way {
                is_shared: true,
                ..way.clone()
            };
            self.write(Cell::Way, name, &shared.pack()).await?;
        }
        Ok(put)
    }
}
