//! The settings of the session store.

use super::{Reader, SecretSetting, setting::secrets};
use crate::{
    random::Random,
    secret::Secret,
    store::{RedisAddress, RedisStore, Store, StoreKeys},
};

secrets! {
    /// Redis, for more than one instance, such as redis://10.0.0.2/0 (rediss
    /// for TLS); without it sessions are kept in memory
    REDIS_URL;
    /// required with REDIS_URL: 32 random bytes in base64; several separated
    /// by commas, to change it: the first seals, all open
    STORE_KEY;
}

/// Redis, for a fleet; both settings or neither.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `REDIS_URL`.
    pub address: RedisAddress,
    /// `STORE_KEY`.
    pub keys: StoreKeys,
}

impl RedisConfig {
    /// The store at this address. Connects on first use.
    #[must_use]
    pub fn open(self, random: Random) -> Store {
        Store::Redis(RedisStore::new(&self.address, self.keys, random))
    }

    /// Reads both; `None` when sessions are kept in memory.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let (url, keys) = (reader.secret(REDIS_URL), reader.secret(STORE_KEY));
        for (given, missing) in [(REDIS_URL, STORE_KEY), (STORE_KEY, REDIS_URL)] {
            if given.is_given() && !missing.is_given() {
                reader.mistake(
                    missing.name,
                    format_args!("is missing: {} is of no use without it", given.name),
                );
            }
        }
        let address = read(reader, REDIS_URL, url, |url| {
            RedisAddress::parse(url).map_err(str::to_owned)
        });
        let keys = read(reader, STORE_KEY, keys, StoreKeys::parse);
        Some(Self {
            address: address?,
            keys: keys?,
        })
    }
}

fn read<T>(
    reader: &mut Reader,
    setting: SecretSetting,
    given: Option<Secret>,
    parse: fn(&Secret) -> Result<T, String>,
) -> Option<T> {
    parse(&given?)
        .map_err(|what| reader.mistake(setting.name, what))
        .ok()
}
