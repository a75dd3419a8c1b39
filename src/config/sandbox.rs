//! The settings of the sandbox.

use std::time::Duration;

use super::{
    NiceArgs, Reader, SandboxArgs,
    reader::{is_given, is_set},
    values,
};
use crate::{nice::Credentials, secret::Secret};

/// What the sandbox accepts.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Client id, secret and product code.
    pub credentials: Credentials,
    /// Life of its crypto tokens.
    pub period: Duration,
}

impl SandboxConfig {
    /// Reads all of it.
    pub fn read(args: &SandboxArgs, reader: &mut Reader) -> Self {
        let secret = reader.value(
            "SANDBOX_CLIENT_SECRET",
            args.sandbox_client_secret.as_ref(),
            values::token,
        );
        Self {
            credentials: Credentials {
                client_id: reader.value(
                    "SANDBOX_CLIENT_ID",
                    args.sandbox_client_id.as_ref(),
                    values::client_id,
                ),
                client_secret: Secret::new(secret),
                product_id: reader.value(
                    "SANDBOX_PRODUCT_ID",
                    args.sandbox_product_id.as_ref(),
                    values::token,
                ),
            },
            period: reader.value("SANDBOX_PERIOD", args.sandbox_period.as_ref(), period),
        }
    }

    /// Live settings beside the sandbox would leave a person unsure of what
    /// is real: the service doesn't start with them.
    pub fn refuse_live_settings(args: &NiceArgs, reader: &mut Reader) {
        for (name, set) in [
            ("NICE_CLIENT_ID", is_given(args.nice_client_id.as_ref())),
            ("NICE_CLIENT_SECRET", is_set("NICE_CLIENT_SECRET")),
            ("NICE_ACCESS_TOKEN", is_set("NICE_ACCESS_TOKEN")),
            ("NICE_BASE_URL", is_given(args.nice_base_url.as_ref())),
        ] {
            if set {
                reader.mistake(
                    name,
                    "belongs to the real NICE; unset it, or leave out --sandbox",
                );
            }
        }
    }
}

fn period(text: &str) -> Result<Duration, String> {
    values::duration(text)
        .ok()
        .filter(|period| (60..=86_400).contains(&period.as_secs()))
        .ok_or_else(|| "is not a length of time from 60s to 24h".to_owned())
}
