//! The settings on NICE: where it is, who we are there, how long we wait.

use std::{fs::File, io::Read, time::Duration};

use clap::Args;
use url::Url;

use super::{
    ApiArgs, NiceApi, Reader, SandboxConfig, Setting,
    setting::{optional, secrets, setting},
    values::{self, count, duration},
};
use crate::{
    nice::{Authorities, Credentials, NiceProxy, NiceSettings},
    secret::Secret,
};

/// All CA certificates of a machine take half of it, in bytes.
const LONGEST_BUNDLE: u64 = 1024 * 1024;

/// How the service reaches NICE.
#[expect(clippy::doc_markdown, reason = "the comments are the text of --help")]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "NICE")]
pub struct NiceArgs {
    #[command(flatten)]
    api: ApiArgs,
    /// Client id, from NICE's console; required, except in the sandbox
    #[arg(long, env, value_name = "ID", default_value = "")]
    #[arg(value_parser = optional(values::client_id))]
    nice_client_id: Setting<Option<String>>,
    /// Product code of the standard window, from NICE's console
    #[arg(long, env, value_name = "CODE", default_value = values::PRODUCT)]
    #[arg(value_parser = setting(values::token))]
    nice_product_id: Setting<String>,
    /// Base URL of NICE's API: https, or http on this machine; may have a
    /// path. With integrated it is auth.niceid.co.kr by default
    #[arg(long, env, value_name = "URL")]
    #[arg(default_value = "https://svc.niceapi.co.kr:22001")]
    #[arg(value_parser = setting(values::nice_base_url))]
    nice_base_url: Setting<Url>,
    /// File of additional CA certificates (PEM) to verify NICE's certificate,
    /// for a proxy that inspects TLS
    #[arg(long, env, value_name = "PATH", default_value = "")]
    #[arg(value_parser = optional(path))]
    nice_ca_file: Setting<Option<String>>,
    /// Time limit for connecting to NICE, TLS included
    #[arg(long, env, value_name = "TIME", default_value = "2s")]
    #[arg(value_parser = setting(duration))]
    nice_connect_timeout: Setting<Duration>,
    /// Time limit for one call to NICE
    #[arg(long, env, value_name = "TIME", default_value = "4s")]
    #[arg(value_parser = setting(duration))]
    nice_call_timeout: Setting<Duration>,
    /// Time limit for a caller's request, retries included; at least
    /// NICE_CALL_TIMEOUT
    #[arg(long, env, value_name = "TIME", default_value = "8s")]
    #[arg(value_parser = setting(duration))]
    request_deadline: Setting<Duration>,
    /// Maximum number of calls to NICE in flight
    #[arg(long, env, value_name = "COUNT", default_value = "64")]
    #[arg(value_parser = setting(count))]
    nice_concurrency: Setting<usize>,
}

secrets! {
    /// client secret, from NICE's console; required, except in the sandbox
    NICE_CLIENT_SECRET;
    /// institution token that was issued before; the service then issues none
    NICE_ACCESS_TOKEN;
    /// outbound proxy with a fixed egress address, such as
    /// http://user:password@10.0.0.1:3128 (HTTP_PROXY and the like are
    /// ignored)
    NICE_PROXY;
}

/// NICE's host, product code and limits.
#[derive(Clone, Debug)]
pub struct NiceConfig {
    /// `NICE_API`.
    pub api: NiceApi,
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
        let client_id = reader.take(&args.nice_client_id);
        if !args.nice_client_id.is_given {
            reader.mistake(
                &args.nice_client_id.name,
                "is missing; copy it from NICE's console, or try `serve --sandbox`",
            );
        }
        args.api.check_client_id(&args.nice_client_id, reader);
        let client_secret = reader.secret(NICE_CLIENT_SECRET);
        if !NICE_CLIENT_SECRET.is_given() {
            reader.mistake(
                NICE_CLIENT_SECRET.name,
                "is missing; give it, or NICE_CLIENT_SECRET_FILE, from NICE's console",
            );
        }
        if let Some(secret) = &client_secret
            && let Err(what) = values::token(secret.expose())
        {
            reader.mistake(NICE_CLIENT_SECRET.name, what);
        }
        let credentials = Credentials {
            client_id: client_id.unwrap_or_default(),
            client_secret: client_secret.unwrap_or_else(|| Secret::new(String::new())),
            product_id: reader.take(&args.nice_product_id),
        };
        let access_token = access_token(reader);
        if args.api.is_integrated() && access_token.is_some() {
            reader.mistake(
                NICE_ACCESS_TOKEN.name,
                "is an institution token of the standard window; unset it, since with \
                 NICE_API=integrated the service gets its access tokens itself",
            );
        }
        if args.api.is_integrated() && args.nice_product_id.is_given {
            reader.warn(
                &args.nice_product_id.name,
                "has no effect with NICE_API=integrated",
            );
        }
        Self::with(credentials, access_token, args, reader)
    }

    /// Reads only how to reach NICE; the credentials are the sandbox's.
    /// Live settings beside a sandbox would leave a person unsure of what is
    /// real: they are refused.
    pub fn read_for_sandbox(args: &NiceArgs, sandbox: &SandboxConfig, reader: &mut Reader) -> Self {
        let (id, url) = (&args.nice_client_id, &args.nice_base_url);
        for (name, is_given) in [
            (id.name.as_str(), id.is_given),
            (NICE_CLIENT_SECRET.name, NICE_CLIENT_SECRET.is_given()),
            (NICE_ACCESS_TOKEN.name, NICE_ACCESS_TOKEN.is_given()),
            (NICE_PROXY.name, NICE_PROXY.is_given()),
            (url.name.as_str(), url.is_given),
        ] {
            if is_given {
                reader.mistake(
                    name,
                    "belongs to the real NICE; unset it, or leave out --sandbox",
                );
            }
        }
        let standard_window = &sandbox.settings.credentials;
        let credentials = if args.api.is_integrated() {
            Credentials {
                client_id: sandbox.settings.integrated.client_id.clone(),
                client_secret: sandbox.settings.integrated.client_secret.clone(),
                product_id: standard_window.product_id.clone(),
            }
        } else {
            standard_window.clone()
        };
        Self::with(credentials, None, args, reader)
    }

    /// Tells the contract apart from others in one Redis.
    #[must_use]
    pub fn contract(&self) -> String {
        match self.api {
            NiceApi::StandardWindow => self.credentials.contract(),
            NiceApi::Integrated(_) => self.credentials.integrated_contract(),
        }
    }

    /// Takes the sandbox at `url` for NICE.
    pub fn speak_to_sandbox(&mut self, url: Url) {
        self.api.allow_sandbox(&url);
        self.client.base_url = url;
    }

    fn with(
        credentials: Credentials,
        access_token: Option<Secret>,
        args: &NiceArgs,
        reader: &mut Reader,
    ) -> Self {
        let api = args.api.read(reader);
        let base_url = args.api.base_url(&args.nice_base_url, reader);
        let client = NiceSettings {
            proxy: proxy(reader, &base_url),
            authorities: authorities(&args.nice_ca_file, reader),
            base_url,
            connect_timeout: reader.take(&args.nice_connect_timeout),
            call_timeout: reader.take(&args.nice_call_timeout),
            concurrency: reader.take(&args.nice_concurrency),
        };
        let request_deadline = reader.take(&args.request_deadline);
        if request_deadline < client.call_timeout {
            reader.mistake(
                &args.request_deadline.name,
                "is shorter than NICE_CALL_TIMEOUT",
            );
        }
        Self {
            api,
            client,
            credentials,
            access_token,
            request_deadline,
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a syntax")]
fn path(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn access_token(reader: &mut Reader) -> Option<Secret> {
    let token = reader.secret(NICE_ACCESS_TOKEN)?;
    if let Err(what) = values::token(token.expose()) {
        reader.mistake(NICE_ACCESS_TOKEN.name, what);
    }
    Some(token)
}

fn proxy(reader: &mut Reader, base_url: &Url) -> Option<NiceProxy> {
    let given = reader.secret(NICE_PROXY)?;
    if base_url.scheme() == "http" {
        reader.mistake(
            NICE_PROXY.name,
            "can't be used with an http NICE_BASE_URL: the client secret would reach the \
             proxy in clear; unset one of the two",
        );
    }
    NiceProxy::parse(&given)
        .map_err(|what| reader.mistake(NICE_PROXY.name, what))
        .ok()
}

/// `NICE_CA_FILE`, read at the start: a bundle that can't be read later would
/// be found out at the worst time.
fn authorities(setting: &Setting<Option<String>>, reader: &mut Reader) -> Option<Authorities> {
    let path = reader.take(setting)?;
    let mut pem = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(LONGEST_BUNDLE).read_to_end(&mut pem))
        .map_err(|error| format!("{path} can't be read: {error}"))
        .and_then(|_| Authorities::parse(&pem).map_err(|what| format!("{path} {what}")))
        .map_err(|what| reader.mistake(&setting.name, what))
        .ok()
}
