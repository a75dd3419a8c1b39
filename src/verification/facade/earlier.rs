//! What an earlier release kept of windows, and releases side by side may still
//! bring: a record for each address, and the `receivedata` and the calls beside.

use super::{
    Facade, Party, malformed,
    records::{Place, Progress, Reader, Way, methodtype, svc_types, time},
};
use crate::{
    store::{Cell, StoreError},
    token::Transaction,
};

/// The format of all of them.
const VERSION: u8 = 1;

/// The window with this id, and what it shared with others of its session.
pub(super) async fn attempt(facade: &Facade, id: &str) -> Result<Option<(Way, Place)>, StoreError> {
    let Some(packed) = facade.read(Cell::Attempt, id).await? else {
        return Ok(None);
    };
    let (mut way, place) = unpack(&packed).ok_or_else(malformed)?;
    let session = &way.party.token_version_id;
    if let Some(received) = facade.read(Cell::Received, session).await? {
        let text = str::from_utf8(&received).map_err(|_| malformed())?;
        way.receivedata = Some(text.to_owned().into());
    }
    Ok(Some((way, place)))
}

/// Whose window was closed.
pub(super) async fn closed(facade: &Facade, id: &str) -> Result<Option<Party>, StoreError> {
    let packed = facade.read(Cell::Closing, id).await?;
    packed
        .map(|packed| {
            Reader::of(&packed, VERSION)
                .and_then(|mut reader| reader.party())
                .ok_or_else(malformed)
        })
        .transpose()
}

/// The calls for the result of the window with this id.
pub(super) async fn progress(facade: &Facade, id: &str) -> Result<Progress, StoreError> {
    let Some(packed) = facade.read(Cell::Progress, id).await? else {
        return Ok(Progress::default());
    };
    let bytes = Reader::of(&packed, VERSION).and_then(|mut reader| reader.number());
    bytes.map(Progress::from_bytes).ok_or_else(malformed)
}

/// Writes them, as that release reads them.
pub(super) async fn record(
    facade: &Facade,
    id: &str,
    progress: Progress,
) -> Result<(), StoreError> {
    let [unanswered, not_verified, ended] = progress.to_bytes();
    let packed = [VERSION, 0, 3, unanswered, not_verified, ended];
    facade.write(Cell::Progress, id, &packed).await
}

/// The outcome has it all.
pub(super) async fn forget(facade: &Facade, id: &str, session: &str) {
    // What fails here ends with the session.
    let _ = tokio::join!(
        facade.store.remove_cell(Cell::Received, session),
        facade.store.remove_cell(Cell::Progress, id),
    );
}

fn unpack(bytes: &[u8]) -> Option<(Way, Place)> {
    let mut reader = Reader::of(bytes, VERSION)?;
    let way = Way {
        party: reader.party()?,
        methodtype: reader.text().map(methodtype)?,
        authtype: reader.text()?.to_owned(),
        svc_types: reader.text().map(svc_types)?,
        receivedata: None,
        is_shared: false,
    };
    let opened = time(reader.number()?)?;
    let place = Place {
        returning: [0; 16],
        closing: [0; 16],
        opened,
        progress: Progress::default(),
        transaction: Transaction::from_bytes(reader.field()?)?,
    };
    Some((way, place))
}
