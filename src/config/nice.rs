//! The settings that concern NICE.

use std::time::Duration;

use super::{
    NiceArgs, Reader,
    reader::{is_given, is_set},
    values,
};
use crate::{
    nice::{Credentials, NiceSettings},
    secret::Secret,
};

/// NICE's host, product code and limits.
#[derive(Clone, Debug)]
pub struct NiceConfig {
    /// How to reach NICE.
    pub client: NiceSettings,
    /// Who we are to NICE.
    pub credentials: Credentials,
    /// `NICE_ACCESS_TOKEN`: an institution token issued before.
    pub access_token: Option<Secret>,
    /// `REQUEST_DEADLINE`.
    pub request_deadline: Duration,
}

impl NiceConfig {
    /// Reads all of it; the credentials are required.
    pub fn read(args: &NiceArgs, reader: &mut Reader) -> Self {
        let client_id = reader.optional(
            "NICE_CLIENT_ID",
            args.nice_client_id.as_ref(),
            values::client_id,
        );
        if client_id.is_none() && !is_given(args.nice_client_id.as_ref()) {
            reader.mistake(
                "NICE_CLIENT_ID",
                "is missing; copy it from NICE's console, or try `serve --sandbox`",
            );
        }
        let client_secret = reader.secret("NICE_CLIENT_SECRET");
        if client_secret.is_none() && !is_set("NICE_CLIENT_SECRET") {
            reader.mistake(
                "NICE_CLIENT_SECRET",
                "is missing; give it, or NICE_CLIENT_SECRET_FILE, from NICE's console",
            );
        }
        let client = Self::read_client(args, reader);
        Self {
            credentials: Credentials {
                client_id: client_id.unwrap_or_default(),
                client_secret: client_secret.unwrap_or_else(|| Secret::new(String::new())),
                product_id: reader.value(
                    "NICE_PRODUCT_ID",
                    args.nice_product_id.as_ref(),
                    values::token,
                ),
            },
            access_token: access_token(reader),
            request_deadline: Self::read_deadline(args, &client, reader),
            client,
        }
    }

    /// Only how to reach NICE: the sandbox knows its own credentials.
    pub fn read_client(args: &NiceArgs, reader: &mut Reader) -> NiceSettings {
        NiceSettings {
            base_url: reader.value(
                "NICE_BASE_URL",
                args.nice_base_url.as_ref(),
                values::nice_base_url,
            ),
            proxy: proxy(reader),
            connect_timeout: reader.value(
                "NICE_CONNECT_TIMEOUT",
                args.nice_connect_timeout.as_ref(),
                values::duration,
            ),
            call_timeout: reader.value(
                "NICE_CALL_TIMEOUT",
                args.nice_call_timeout.as_ref(),
                values::duration,
            ),
            concurrency: reader.value(
                "NICE_CONCURRENCY",
                args.nice_concurrency.as_ref(),
                values::count,
            ),
        }
    }

    /// `REQUEST_DEADLINE`, which must leave room for one call.
    pub fn read_deadline(args: &NiceArgs, client: &NiceSettings, reader: &mut Reader) -> Duration {
        let deadline = reader.value(
            "REQUEST_DEADLINE",
            args.request_deadline.as_ref(),
            values::duration,
        );
        if deadline < client.call_timeout {
            reader.mistake("REQUEST_DEADLINE", "is shorter than NICE_CALL_TIMEOUT");
        }
        deadline
    }
}

fn access_token(reader: &mut Reader) -> Option<Secret> {
    let token = reader.secret("NICE_ACCESS_TOKEN")?;
    if values::token(token.expose()).is_err() {
        reader.mistake(
            "NICE_ACCESS_TOKEN",
            "holds characters other than printable ASCII",
        );
    }
    Some(token)
}

fn proxy(reader: &mut Reader) -> Option<Secret> {
    let proxy = reader.secret("NICE_PROXY")?;
    if reqwest::Proxy::all(proxy.expose()).is_err() {
        reader.mistake(
            "NICE_PROXY",
            "is not the URL of a proxy, such as http://10.0.0.1:3128",
        );
    }
    Some(proxy)
}
