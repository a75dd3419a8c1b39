//! The institution token that the instances of a fleet share.

use std::{fmt, sync::Arc, time::Duration};

use redis::{Value, cmd};
use zeroize::Zeroizing;

use super::{
    StoreError,
    link::{Link, bounded, unexpected},
    redis::get,
    seal::{Kind, StoreKeys},
};
use crate::{random::Random, secret::Secret};

/// Redis' longest time to live, as we use it: NICE's tokens live for
/// decades, and a server may refuse what overflows its milliseconds.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 365 * 50);

/// One token under one label, and the lease of whoever issues the next one.
#[derive(Clone)]
pub struct SharedInstitutionToken {
    link: Arc<Link>,
    keys: StoreKeys,
    random: Random,
    label: Arc<str>,
    /// What tells this instance's lease from another's.
    holder: [u8; 22],
}

impl SharedInstitutionToken {
    pub(super) fn new(link: Arc<Link>, keys: StoreKeys, random: Random, label: &str) -> Self {
        Self {
            link,
            keys,
            holder: random.alphanumeric(),
            random,
            label: label.into(),
        }
    }

    /// The token that some instance has saved, and how long it lives yet. One
    /// that lies under an older key comes under the first: it outlives every
    /// key, and would be lost with the one that sealed it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn load(&self) -> Result<Option<(Secret, Duration)>, StoreError> {
        let first = self.keys.place(Kind::InstitutionToken, &self.label).name;
        bounded(async {
            for place in self.keys.places(Kind::InstitutionToken, &self.label) {
                let Some(value) = get(&self.link, &place.name).await? else {
                    continue;
                };
                let mut ask = cmd("PTTL");
                ask.arg(&place.name);
                let Value::Int(millis) = self.link.ask(&ask).await? else {
                    return Err(unexpected());
                };
                // Negative: it has expired since, or never had an end, which
                // a token that was saved here has.
                let Ok(millis) = u64::try_from(millis) else {
                    continue;
                };
                let token = String::from_utf8(std::mem::take(&mut *place.open(&value)?)).map_err(
                    |error| {
                        drop(Zeroizing::new(error.into_bytes()));
                        unexpected()
                    },
                )?;
                let (token, life) = (Secret::new(token), Duration::from_millis(millis));
                if place.name != first {
                    self.save(&token, life).await?;
                    let mut remove = cmd("DEL");
                    remove.arg(&place.name);
                    self.link.ask(&remove).await?;
                }
                return Ok(Some((token, life)));
            }
            Ok(None)
        })
        .await
    }

    /// Puts `token` in the place of whatever is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn save(&self, token: &Secret, life: Duration) -> Result<(), StoreError> {
        let place = self.keys.place(Kind::InstitutionToken, &self.label);
        let value = place.seal(token.expose().as_bytes(), &self.random)?;
        let mut set = cmd("SET");
        set.arg(&place.name)
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

    /// Takes the lease for `life`: whether this instance may issue now. Its
    /// own lease, left behind by a call that was cut off, it takes again.
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

    /// Gives the lease back, if it is still this instance's. Should it pass
    /// to another between the look and the removal, a third may issue beside
    /// that one: NICE has no rule by which the one token would end the other,
    /// and the fleet shares the one that is saved last.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the lease then ends by itself.
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

    /// `base` and up to as much again, so that a fleet does not ask in step.
    #[must_use]
    pub fn jitter(&self, base: Duration) -> Duration {
        base.mul_f64(1.0 + self.random.fraction())
    }

    fn lease(&self) -> String {
        self.keys.place(Kind::Lease, &self.label).name
    }
}

impl fmt::Debug for SharedInstitutionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedInstitutionToken")
    }
}
