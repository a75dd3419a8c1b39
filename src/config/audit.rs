//! The settings of the audit trail.

use std::path::Path;

use clap::Args;

use super::{
    Reader, Setting,
    setting::{optional, secrets, setting},
};
use crate::audit::AuditKey;

/// The audit trail.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Audit trail")]
pub struct AuditArgs {
    /// File that gets a line for each event of the audit trail, in addition to
    /// the log; if it is moved away, a new one is created [default: none]
    #[arg(long, env, value_name = "FILE", default_value = "")]
    #[arg(value_parser = optional(path))]
    audit_log: Setting<Option<String>>,
    /// Whether to refuse begins and openings while that file can't be written:
    /// on or off
    #[arg(long, env, value_name = "SWITCH", default_value = "off")]
    #[arg(value_parser = setting(switch))]
    audit_strict: Setting<bool>,
}

secrets! {
    /// hides reqNo in the audit trail and in the log: 32 random bytes in base64;
    /// without it, each process uses its own random key
    AUDIT_HASH_KEY;
}

/// The audit trail.
#[derive(Clone, Debug, Default)]
pub struct AuditConfig {
    /// `AUDIT_LOG`.
    pub path: Option<String>,
    /// `AUDIT_STRICT`.
    pub is_strict: bool,
    /// `AUDIT_HASH_KEY`; `None`: one of the process's own.
    pub key: Option<AuditKey>,
}

impl AuditConfig {
    /// Reads all of it.
    pub fn read(args: &AuditArgs, reader: &mut Reader) -> Self {
        let path = reader.take(&args.audit_log);
        let is_strict = reader.take(&args.audit_strict);
        if is_strict && path.is_none() {
            reader.mistake(&args.audit_strict.name, "needs AUDIT_LOG");
        }
        let key = reader.secret(AUDIT_HASH_KEY);
        let key = key.map(|key| AuditKey::parse(&key)).transpose();
        let key = key.unwrap_or_else(|what| {
            reader.mistake(AUDIT_HASH_KEY.name, what);
            None
        });
        Self {
            path,
            is_strict,
            key,
        }
    }
}

fn path(text: &str) -> Result<String, String> {
    if Path::new(text).is_absolute() {
        Ok(text.to_owned())
    } else {
        Err("is not an absolute path; write it like /var/log/audit.log".to_owned())
    }
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("is neither on nor off".to_owned()),
    }
}
