//! The settings on what the shop receives of a person.

use clap::Args;

use super::{
    Reader, Setting,
    setting::{list, secrets},
};
use crate::verification::{HashKeys, KeptFields};

/// What the shop receives of a person.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Results")]
pub struct ResultArgs {
    /// Fields of a result that the shop receives, separated by commas, such as
    /// age,ciHash; reqNo is always included [default: all]
    #[arg(long, env, value_name = "FIELDS", default_value = "")]
    #[arg(value_parser = list(field))]
    result_fields: Setting<Vec<&'static str>>,
}

secrets! {
    /// adds ciHash and diHash (HMAC-SHA256) to results: id:key, a key being
    /// 32 random bytes in base64; several separated by commas, to change it:
    /// the first for ciHash, all for ciHashes
    CI_HASH_KEY;
}

/// What the shop receives of a person.
#[derive(Clone, Debug, Default)]
pub struct ResultConfig {
    /// `RESULT_FIELDS`; `None`: all.
    pub fields: Option<KeptFields>,
    /// `CI_HASH_KEY`.
    pub hash_keys: Option<HashKeys>,
}

impl ResultConfig {
    /// Reads all of it.
    pub fn read(args: &ResultArgs, reader: &mut Reader) -> Self {
        let fields = reader.take(&args.result_fields);
        let keys = reader.secret(CI_HASH_KEY);
        let parsed = keys.map(|keys| HashKeys::parse(&keys)).transpose();
        let hash_keys = parsed.unwrap_or_else(|what| {
            reader.mistake(CI_HASH_KEY.name, what);
            None
        });
        let asks_for_hash = fields.iter().any(|name| name.contains("Hash"));
        if asks_for_hash && hash_keys.is_none() && !CI_HASH_KEY.is_given() {
            reader.mistake(
                &args.result_fields.name,
                "names a hash, which needs CI_HASH_KEY",
            );
        }
        Self {
            fields: (!fields.is_empty()).then(|| KeptFields::new(fields)),
            hash_keys,
        }
    }
}

fn field(text: &str) -> Result<&'static str, String> {
    KeptFields::named(text).ok_or_else(|| format!("is none of {}", KeptFields::NAMES.join(", ")))
}
