//! The settings of the session store.

use super::{Reader, reader::is_set};
use crate::{
    secret::Secret,
    store::{RedisStore, StoreKeys},
};

/// Redis, for a fleet; both settings or neither.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `REDIS_URL`.
    pub url: Secret,
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
        if let Some(what) = url
            .as_ref()
            .and_then(|url| RedisStore::check_url(url).err())
        {
            reader.mistake("REDIS_URL", what);
        }
        let keys = match StoreKeys::parse(&keys?) {
            Ok(keys) => keys,
            Err(what) => {
                reader.mistake("STORE_KEY", what);
                return None;
            }
        };
        Some(Self { url: url?, keys })
    }
}
