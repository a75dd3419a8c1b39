//! Uses a session up, once; and gives it back if its caller got an error.

use std::{sync::Arc, time::Duration};

use redis::Value;
use tokio::{runtime::Handle, time::sleep};

use super::{
    Consumed, Session, StoreError, Used,
    command::{IF_SESSION, replace},
    link::{Link, bounded, bytes},
    packed,
    redis::{RedisStore, USED},
    replicas::Written,
    seal::{Record, Slot},
    undoing::Undoing,
};

/// Before each look whether the marker of a failed use is there. A command of
/// a connection that was given up may still be carried out after the first.
const LOOKS: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

impl RedisStore {
    /// Asked once more after a lost answer: the own marker tells that the
    /// first try has won.
    pub(super) async fn consume(
        &self,
        id: &str,
        session: &Session,
        used: &Used,
    ) -> Result<Consumed, StoreError> {
        bounded(async {
            for slot in self.keys.slots(Record::Session, id) {
                let mark = slot.seal(&packed::pack_used(used), &self.random)?;
                let marker = [USED, &mark].concat();
                // The marker of a call that may be repeated stays, since the
                // repetition confirms it.
                let before = match used.call {
                    None => Some(slot.seal(&packed::pack(session)[..], &self.random)?),
                    Some(_) => None,
                };
                match bytes(self.use_up(&slot, &marker, before).await?)? {
                    Some(value) if value == marker => return Ok(Consumed::Won),
                    Some(value) if value.starts_with(USED) => {
                        return self.used(&slot, &value).map(Consumed::AlreadyUsed);
                    }
                    // Only a session of ours opens.
                    Some(value) => return slot.open(&value).map(|_| Consumed::Won),
                    None => {}
                }
            }
            Ok(Consumed::Missing)
        })
        .await
    }

    /// What was there before. After an error the session comes back, with
    /// `before`: nobody was given the result.
    async fn use_up(
        &self,
        slot: &Slot,
        marker: &[u8],
        before: Option<Vec<u8>>,
    ) -> Result<Value, StoreError> {
        let mut untold = Untold(before.map(|before| Undo {
            link: Arc::clone(&self.link),
            name: slot.name.clone(),
            marker: marker.to_vec(),
            before,
            undoing: self.undoing.clone(),
        }));
        let command = replace(&slot.name, marker, IF_SESSION);
        let first = self.link.write_and_tell(&command).await;
        if let Ok(Written::Unsent(error)) = first {
            untold.0 = None;
            return Err(error.into());
        }
        let written = match first {
            Err(error) if error.is_lost() => self.link.write_and_tell(&command).await,
            answer => answer,
        };
        let error = match written {
            Ok(Written::Confirmed(before)) => {
                untold.0 = None;
                return Ok(before);
            }
            Ok(Written::Unconfirmed(_, error) | Written::Unsent(error)) | Err(error) => error,
        };
        // At once, so that the caller may ask again at once.
        untold.undo().await;
        Err(error.into())
    }
}

/// A use that its caller was not told of: when it is dropped, also because the
/// caller has left or waited for too long, the session comes back.
struct Untold(Option<Undo>);

impl Untold {
    async fn undo(&self) {
        if let Some(undo) = &self.0 {
            undo.undoing.begin(&undo.marker);
            undo.give_back().await;
        }
    }
}

impl Drop for Untold {
    fn drop(&mut self) {
        if let Some((undo, runtime)) = self.0.take().zip(Handle::try_current().ok()) {
            undo.undoing.begin(&undo.marker);
            runtime.spawn(undo.settle());
        }
    }
}

/// Restores a session, if this use took it.
struct Undo {
    link: Arc<Link>,
    name: String,
    marker: Vec<u8>,
    /// The session, sealed.
    before: Vec<u8>,
    undoing: Undoing,
}

impl Undo {
    /// What was there instead of the session; an error counts as the marker.
    async fn give_back(&self) -> Option<Vec<u8>> {
        let undo = replace(&self.name, &self.before, &self.marker);
        match self.link.ask(&undo).await {
            Ok(answer) => bytes(answer).ok().flatten(),
            Err(_) => Some(self.marker.clone()),
        }
    }

    /// Until the session is there after the first look too, or is gone, or has
    /// another marker.
    async fn settle(self) {
        self.look_after().await;
        self.undoing.end(&self.marker);
    }

    async fn look_after(&self) {
        for (look, pause) in LOOKS.into_iter().enumerate() {
            sleep(pause).await;
            let is_settled = match self.give_back().await {
                Some(there) if there == self.marker => false,
                Some(there) => there.starts_with(USED) || look > 0,
                None => true,
            };
            if is_settled {
                return;
            }
        }
    }
}
