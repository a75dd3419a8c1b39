//! The settings of the session store.

use super::{Reader, reader::is_set};
use crate::{
    secret::Secret,
    store::{RedisAddress, StoreKeys},
};

/// Redis, for a fleet; both settings or neither.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `REDIS_URL`.
    pub address: RedisAddress,
    /// `STORE_KEY`.
    pub keys: StoreKeys,
}

impl RedisConfig {
    /// Reads both; `None` when sessions are kept in memory.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let (url, keys) = (reader.secret("REDIS_URL"), reader.secret("STORE_KEY"));
        for (given, missing) in [("REDIS_URL", "STORE_KEY"), ("STORE_KEY", "REDIS_URL")] {
            if is_set(given) && !is_set(missing) {
                reader.mistake(
                    missing,
                    format_args!("is missing: {given} is of no use without it"),
                );
            }
        }
        let address = read(reader, "REDIS_URL", url, |url| {
            RedisAddress::parse(url).map_err(str::to_owned)
        });
        let keys = read(reader, "STORE_KEY", keys, StoreKeys::parse);
        Some(Self {
            address: address?,
            keys: keys?,
        })
    }
}

fn read<T>(
    reader: &mut Reader,
    name: &str,
    given: Option<Secret>,
    parse: fn(&Secret) -> Result<T, String>,
) -> Option<T> {
    parse(&given?)
        .map_err(|what| reader.mistake(name, what))
        .ok()
}
