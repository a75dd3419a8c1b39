//! The return from NICE's window: the result is fetched once, sealed, kept,
//! and handed to the shop.

mod claim;
mod coming;

use std::sync::Arc;

use thiserror::Error;

use self::coming::Coming;
use super::{Facade, Party, records::Way, result::Unusable, windows::Window};
use crate::{
    crypto::Sealed, nice::NiceError, store::StoreError, token::Unreadable, verification::MethodType,
};

/// What the shop gets, and how.
#[derive(Debug)]
pub struct HandOver {
    /// The result as the older API seals it.
    pub sealed: Sealed,
    /// As the shop asked for.
    pub methodtype: MethodType,
}

/// Why there are no values.
#[derive(Clone, Debug, Error)]
pub enum ReturnError {
    /// Another attempt, or another return of this one, has the values.
    #[error("already verified elsewhere")]
    Elsewhere,
    /// More than ten minutes after the window was opened.
    #[error("the window has expired")]
    Late,
    /// NICE knows of no success; the attempt stays open while tries are left.
    #[error("NICE says: not verified (3029 or 3032)")]
    NotVerified,
    /// NICE has returned the result, and it is lost.
    #[error("the result was handed out and lost")]
    Lost,
    /// The result can't be opened.
    #[error("NICE's result can't be read: {0}")]
    Unreadable(#[from] Unreadable),
    /// It opens, and is no person's.
    #[error("NICE's result is unusable: {0}")]
    Unusable(Unusable),
    /// NICE was not asked, or refused: the same return may be tried again.
    #[error(transparent)]
    Nice(NiceError),
    /// Somebody else still asks: the same return may be tried again.
    #[error("the result is still being fetched")]
    Busy,
    /// The session has ended.
    #[error("no session, or it has expired")]
    Expired,
    /// The store gave no answer: the same return may be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReturnError {
    /// Whether nothing will come of this attempt any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Late | Self::Lost | Self::Unreadable(_) | Self::Unusable(_) | Self::Expired => {
                true
            }
            Self::Elsewhere | Self::NotVerified | Self::Nice(_) | Self::Busy | Self::Store(_) => {
                false
            }
        }
    }

    /// What an operator can do, if anything.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Nice(error) => error.remedy(),
            Self::Elsewhere
            | Self::Late
            | Self::NotVerified
            | Self::Lost
            | Self::Unreadable(_)
            | Self::Unusable(_)
            | Self::Busy
            | Self::Expired
            | Self::Store(_) => None,
        }
    }
}

/// A window that has come back.
#[derive(Debug)]
pub struct Returned {
    facade: Arc<Facade>,
    id: String,
    way: Way,
    window: Option<Window>,
}

impl Facade {
    /// The window with this id; `None` if it is unknown or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn returned(self: &Arc<Self>, id: &str) -> Result<Option<Returned>, StoreError> {
        let found = self.window(id).await?;
        Ok(found.map(|(way, window)| Returned {
            facade: Arc::clone(self),
            id: id.to_owned(),
            way,
            window,
        }))
    }
}

impl Returned {
    /// Whom a page about it speaks to.
    #[must_use]
    pub const fn party(&self) -> &Party {
        &self.way.party
    }

    /// Brings the session's values: fetched now, once, or kept from before.
    /// `web_transaction_id` has been checked for its shape; `until_kept` is
    /// dropped when all is kept, also if the person has left.
    ///
    /// # Errors
    ///
    /// [`ReturnError`].
    pub async fn finish(
        self,
        web_transaction_id: &str,
        until_kept: impl Send + 'static,
    ) -> Result<HandOver, ReturnError> {
        let coming = Coming {
            facade: self.facade,
            id: self.id,
            way: self.way,
            window: self.window,
            web_transaction_id: web_transaction_id.to_owned(),
        };
        // A task: a person who leaves must not stop a call that NICE answers
        // once.
        let task = tokio::spawn(async move {
            let _until_kept = until_kept;
            coming.finish().await
        });
        task.await.unwrap_or(Err(ReturnError::Busy))
    }
}
