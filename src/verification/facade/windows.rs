//! Where windows are kept: a place for each among the openings of its session,
//! and once what they share. Those of an earlier release are kept otherwise.

use subtle::ConstantTimeEq;

use super::{
    Facade, OPENINGS, Party, earlier, malformed, opening,
    records::{Place, Progress, Way},
    window_id::WindowId,
};
use crate::store::{Cell, StoreError};

/// A window that has no outcome yet.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) place: Place,
    session: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Place(WindowId),
    /// As an earlier release kept it, by its id.
    Earlier(String),
}

impl Facade {
    /// The window that returns with this id, and what it shares with others of
    /// its session. Without the window if the session has its outcome: then
    /// none is kept.
    pub(super) async fn window(
        &self,
        id: &str,
    ) -> Result<Option<(Way, Option<Window>)>, StoreError> {
        let Some(returning) = WindowId::parse(id) else {
            let attempt = earlier::attempt(self, id).await?;
            return Ok(attempt.map(|(way, place)| {
                let session = way.party.token_version_id.clone();
                let kept = Kept::Earlier(id.to_owned());
                let window = Window {
                    place,
                    session,
                    kept,
                };
                (way, Some(window))
            }));
        };
        let Some(way) = self.way(&returning).await? else {
            return Ok(None);
        };
        let session = way.party.token_version_id.clone();
        let place = self.place(&session, returning.number).await?;
        let place = place.filter(|place| place.returning.ct_eq(&returning.secret).into());
        if let Some(place) = place {
            let kept = Kept::Place(returning);
            let window = Window {
                place,
                session,
                kept,
            };
            return Ok(Some((way, Some(window))));
        }
        let outcome = self.read(Cell::Outcome, &session).await?;
        Ok(outcome.is_some().then_some((way, None)))
    }

    /// Whose window was closed; nothing changes by it. `None` for an id that
    /// is unknown or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn closed(&self, id: &str) -> Result<Option<Party>, StoreError> {
        let Some(closing) = WindowId::parse(id) else {
            return earlier::closed(self, id).await;
        };
        let Some(way) = self.way(&closing).await? else {
            return Ok(None);
        };
        let session = &way.party.token_version_id;
        let is_theirs = match self.place(session, closing.number).await? {
            Some(place) => place.closing.ct_eq(&closing.secret).into(),
            // It was verified in another window meanwhile.
            None => self.read(Cell::Outcome, session).await?.is_some(),
        };
        Ok(is_theirs.then_some(way.party))
    }

    /// The calls for its result so far; `None` if the window is gone.
    pub(super) async fn progress(&self, window: &Window) -> Result<Option<Progress>, StoreError> {
        match &window.kept {
            Kept::Place(id) => {
                let place = self.place(&window.session, id.number).await?;
                Ok(place.map(|place| place.progress))
            }
            Kept::Earlier(id) => earlier::progress(self, id).await.map(Some),
        }
    }

    /// Writes them; the holder of the window's claim alone does.
    pub(super) async fn record(
        &self,
        window: &Window,
        progress: Progress,
    ) -> Result<(), StoreError> {
        match &window.kept {
            Kept::Place(id) => {
                let name = opening(&window.session, id.number);
                let place = Place {
                    progress,
                    ..window.place.clone()
                };
                self.write(Cell::Opening, &name, &place.pack()).await
            }
            Kept::Earlier(id) => earlier::record(self, id, progress).await,
        }
    }

    /// The outcome has it all, and is looked at first: what the windows needed
    /// is let go, so that a session stays small.
    pub(super) async fn forget(&self, window: &Window) {
        let id = match &window.kept {
            Kept::Place(id) => id,
            Kept::Earlier(id) => return earlier::forget(self, id, &window.session).await,
        };
        // Read anew: another window may have been opened since. What fails
        // here ends with the session.
        let Ok(Some(way)) = self.way(id).await else {
            return;
        };
        for number in (0..OPENINGS).filter(|number| way.is_shared || *number == id.number) {
            let place = opening(&window.session, number);
            let _ = self.store.remove_cell(Cell::Opening, &place).await;
        }
        if way.receivedata.is_some() {
            let way = Way {
                receivedata: None,
                ..way
            };
            let (name, packed) = (id.way(), way.pack());
            let written = self
                .store
                .write_cell(Cell::Way, &name, &packed, self.life());
            let _ = written.await;
        }
    }

    async fn way(&self, id: &WindowId) -> Result<Option<Way>, StoreError> {
        let packed = self.read(Cell::Way, &id.way()).await?;
        let way = packed.map(|packed| Way::unpack(&packed).ok_or_else(malformed));
        way.transpose()
    }

    /// The window that has this place among the openings of a session.
    async fn place(&self, session: &str, number: u8) -> Result<Option<Place>, StoreError> {
        let packed = self.read(Cell::Opening, &opening(session, number)).await?;
        let place = packed.map(|packed| Place::unpack(&packed).ok_or_else(malformed));
        Ok(place.transpose()?.flatten())
    }
}
