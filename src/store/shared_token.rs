//! A token that a fleet shares, and the lease for issuing it.

use std::{fmt, sync::Arc, time::Duration};

use redis::{Value, cmd};
use zeroize::Zeroizing;

use super::{
    StoreError,
    link::{Link, bounded, get, unexpected},
    seal::{Record, StoreKeys},
};
use crate::{random::Random, secret::Secret};

/// The longest expiry we set. NICE's tokens live for decades, and Redis
/// refuses an expiry whose milliseconds overflow.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 365 * 50);

/// One token under one label, and the lease of the instance that issues the next.
#[derive(Clone)]
pub struct SharedToken {
    link: Arc<Link>,
    keys: StoreKeys,
    random: Random,
    label: Arc<str>,
    /// Identifies the lease of this instance.
    holder: [u8; 22],
}

impl SharedToken {
    pub(super) fn new(link: Arc<Link>, keys: StoreKeys, random: Random, label: &str) -> Self {
        Self {
            link,
            keys,
            holder: random.alphanumeric(),
            random,
            label: label.into(),
        }
    }

    /// The saved token and its remaining life. If it was found under an older
    /// `STORE_KEY`, it is sealed again under the current one, so that rotation
    /// does not lose it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn load(&self) -> Result<Option<(Secret, Duration)>, StoreError> {
        let first = self.keys.slot(Record::Token, &self.label).name;
        bounded(async {
            for slot in self.keys.slots(Record::Token, &self.label) {
                let Some(value) = get(&self.link, &slot.name).await? else {
                    continue;
                };
                let mut ask = cmd("PTTL");
                ask.arg(&slot.name);
                let Value::Int(millis) = self.link.ask(&ask).await? else {
                    return Err(unexpected());
                };
                // Negative: it expired in between, or has no expiry and so was
                // not saved here.
                let Ok(millis) = u64::try_from(millis) else {
                    continue;
                };
                let token = String::from_utf8(std::mem::take(&mut *slot.open(&value)?)).map_err(
                    |error| {
                        drop(Zeroizing::new(error.into_bytes()));
                        unexpected()
                    },
                )?;
                let (token, life) = (Secret::new(token), Duration::from_millis(millis));
                if slot.name != first {
                    self.save(&token, life).await?;
                    let mut remove = cmd("DEL");
                    remove.arg(&slot.name);
                    self.link.ask(&remove).await?;
                }
                return Ok(Some((token, life)));
            }
            Ok(None)
        })
        .await
    }

    /// Saves `token` over the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn save(&self, token: &Secret, life: Duration) -> Result<(), StoreError> {
        let slot = self.keys.slot(Record::Token, &self.label);
        let value = slot.seal(token.expose().as_bytes(), &self.random)?;
        let mut set = cmd("SET");
        set.arg(&slot.name)
            .arg(value)
            .arg("EX")
            .arg(life.min(LONGEST_LIFE).as_secs().max(1));
        bounded(async {
            match self.link.ask(&set).await? {
                Value::Okay => Ok(()),
                _ => Err(unexpected()),
            }
        })
        .await
    }

    /// Takes the lease for `life`; true if this instance may issue now. It may
    /// renew a lease of its own that a cancelled call left behind.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn try_lease(&self, life: Duration) -> Result<bool, StoreError> {
        let lease = self.lease();
        let set = |only_if| {
            let mut set = cmd("SET");
            let millis = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
            set.arg(&lease)
                .arg(&self.holder)
                .arg(only_if)
                .arg("PX")
                .arg(millis.max(1));
            set
        };
        bounded(async {
            let mut answer = self.link.ask(&set("NX")).await?;
            if answer == Value::Nil && self.is_holder(&lease).await? {
                answer = self.link.ask(&set("XX")).await?;
            }
            match answer {
                Value::Okay => Ok(true),
                Value::Nil => Ok(false),
                _ => Err(unexpected()),
            }
        })
        .await
    }

    /// Releases the lease if this instance still holds it. If it passes to
    /// another instance between the check and the removal, a third one may
    /// issue as well. That is harmless: NICE keeps both tokens valid, and the
    /// fleet shares the one that is saved last.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the lease then expires by itself.
    pub async fn release(&self) -> Result<(), StoreError> {
        let lease = self.lease();
        bounded(async {
            if self.is_holder(&lease).await? {
                let mut remove = cmd("DEL");
                remove.arg(&lease);
                self.link.ask(&remove).await?;
            }
            Ok(())
        })
        .await
    }

    async fn is_holder(&self, lease: &str) -> Result<bool, StoreError> {
        let holder = get(&self.link, lease).await?;
        Ok(holder.as_deref() == Some(&self.holder))
    }

    /// `base` plus up to 100 %, so that a fleet does not ask in step.
    #[must_use]
    pub fn jitter(&self, base: Duration) -> Duration {
        base.mul_f64(1.0 + self.random.fraction())
    }

    fn lease(&self) -> String {
        self.keys.slot(Record::Lease, &self.label).name
    }
}

impl fmt::Debug for SharedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedToken")
    }
}
