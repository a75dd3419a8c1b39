//! Who asks NICE about an attempt: one at a time, over all instances.

use crate::{
    store::{Cell, Put, StoreError},
    verification::facade::Facade,
};

/// The right to ask NICE about an attempt: a lease, so that it ends by itself
/// if its holder dies.
pub(super) struct Claim<'a> {
    facade: &'a Facade,
    attempt: &'a str,
    holder: String,
}

impl<'a> Claim<'a> {
    /// Takes the claim; `None`: somebody else has it.
    pub(super) async fn take(
        facade: &'a Facade,
        attempt: &'a str,
    ) -> Result<Option<Self>, StoreError> {
        let (holder, lease) = (facade.id(), facade.lease());
        // One that was taken without an answer has to last until it is renewed.
        let put = facade.add_for(lease, lease / 3, (Cell::Claim, attempt), holder.as_bytes());
        Ok((put.await? == Put::Stored).then_some(Self {
            facade,
            attempt,
            holder,
        }))
    }

    pub(super) async fn renew(&self) {
        let (store, lease) = (&self.facade.store, self.facade.lease());
        if self.is_held().await {
            // If it fails, the claim ends and another may ask once more.
            let _ = store
                .write_cell(Cell::Claim, self.attempt, self.holder.as_bytes(), lease)
                .await;
        }
    }

    pub(super) async fn release(self) {
        if self.is_held().await {
            // If it fails, the claim expires by itself.
            let removed = self.facade.store.remove_cell(Cell::Claim, self.attempt);
            let _ = removed.await;
        }
    }

    /// Whether it has not expired and gone to another.
    async fn is_held(&self) -> bool {
        let held = self.facade.store.read_cell(Cell::Claim, self.attempt).await;
        matches!(held, Ok(Some(holder)) if **holder == *self.holder.as_bytes())
    }
}
