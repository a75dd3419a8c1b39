//! The settings of the session store.

use clap::Args;

use super::{
    Reader, SecretSetting, Setting,
    setting::{secrets, setting},
};
use crate::{
    random::Random,
    secret::Secret,
    store::{AddressSource, RedisAddress, RedisStore, Store, StoreKeys},
};

/// More replicas than any primary has.
const MOST_REPLICAS: u8 = 16;

/// How sessions are kept in Redis.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Redis")]
pub struct StoreArgs {
    /// Number of replicas that must confirm a verification, and the use of its
    /// result, before the caller gets an answer, so that a failover loses
    /// nothing and no result is opened twice
    #[arg(long, env, value_name = "COUNT", default_value = "0")]
    #[arg(value_parser = setting(replicas))]
    store_replicas: Setting<u8>,
}

secrets! {
    /// Redis, for more than one instance, such as redis://10.0.0.2/0,
    /// redis+sentinel://host,host/PRIMARY or redis+cluster://host,host (rediss
    /// for TLS); without it sessions are kept in memory; its file is read
    /// again before each new connection
    REDIS_URL;
    /// required with REDIS_URL: 32 random bytes in base64; several separated by
    /// commas, to change it: the first encrypts, all decrypt
    STORE_KEY;
}

/// Redis, for a fleet; both settings or neither.
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `REDIS_URL`.
    pub address: AddressSource,
    /// `STORE_KEY`.
    pub keys: StoreKeys,
    /// `STORE_REPLICAS`.
    pub replicas: u8,
}

impl RedisConfig {
    /// The store at this address. Connects on first use.
    #[must_use]
    pub fn open(self, random: Random) -> Store {
        Store::Redis(RedisStore::new(
            self.address,
            self.keys,
            self.replicas,
            random,
        ))
    }

    /// Reads all; `None` when sessions are kept in memory.
    pub fn read(args: &StoreArgs, reader: &mut Reader) -> Option<Self> {
        let replicas = reader.take(&args.store_replicas);
        let (url, keys) = (reader.secret(REDIS_URL), reader.secret(STORE_KEY));
        for (given, missing) in [(REDIS_URL, STORE_KEY), (STORE_KEY, REDIS_URL)] {
            if given.is_given() && !missing.is_given() {
                reader.mistake(
                    missing.name,
                    format_args!("is missing: {} needs it", given.name),
                );
            }
        }
        if replicas > 0 && !REDIS_URL.is_given() {
            reader.mistake("STORE_REPLICAS", "needs REDIS_URL");
        }
        let address = read(reader, REDIS_URL, url, parse_address);
        let keys = read(reader, STORE_KEY, keys, StoreKeys::parse);
        Some(Self {
            address: source(address?),
            keys: keys?,
            replicas,
        })
    }
}

fn parse_address(url: &Secret) -> Result<RedisAddress, String> {
    RedisAddress::parse(url).map_err(str::to_owned)
}

/// The address, read again from its file if it came from one.
fn source(address: RedisAddress) -> AddressSource {
    if !REDIS_URL.is_from_file() {
        return address.into();
    }
    AddressSource::file(address, || {
        let mut reader = Reader::default();
        let url = reader.secret(REDIS_URL);
        let address = read(&mut reader, REDIS_URL, url, parse_address);
        let address = reader
            .finish(address)
            .map_err(|mistakes| mistakes.lines().collect::<Vec<_>>().join("; "))?;
        address.ok_or_else(|| "is no longer set".to_owned())
    })
}

fn replicas(text: &str) -> Result<u8, String> {
    text.parse()
        .ok()
        .filter(|count| *count <= MOST_REPLICAS)
        .ok_or_else(|| format!("is not a number from 0 to {MOST_REPLICAS}"))
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
