//! The flags and variables of the program.

use std::net::SocketAddr;

use clap::{Parser, Subcommand};
use nice_crypto::{Credentials, secret::Secret};
use nice_sandbox::{
    IntegratedSettings, Sandbox, SandboxSettings, explain::command::ExplainArgs, settings,
};
use tracing_subscriber::EnvFilter;

#[cfg(feature = "tls")]
use super::tls::{TlsArgs, TlsSettings};

/// NICE평가정보's identity verification (본인인증), for development and tests.
///
/// Both of NICE's APIs, each at its own paths: 통합형 표준창 (the standard window), and the
/// newer 통합인증. Nothing here is real. Every flag is an environment variable too.
//
// All are texts, so that clap doesn't stop at the first mistake.
#[derive(Debug, Parser)]
#[command(name = "nice-sandbox", version, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Address and port; the default port is NICE's own
    #[arg(long, env, value_name = "IP:PORT", hide_env_values = true, default_value = settings::BIND)]
    bind: String,
    /// Complete every verification at once, as this persona
    #[arg(
        long,
        value_name = "PERSONA",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = settings::PERSONA
    )]
    auto_approve: Option<String>,
    /// Client id that the sandbox accepts
    #[arg(long, env, value_name = "ID", hide_env_values = true, default_value = settings::CLIENT_ID)]
    sandbox_client_id: String,
    /// Client secret that the sandbox accepts; protects nothing real
    #[arg(long, env, value_name = "TEXT", hide_env_values = true, default_value = settings::CLIENT_SECRET)]
    sandbox_client_secret: String,
    /// Product code that the sandbox accepts
    #[arg(long, env, value_name = "CODE", hide_env_values = true, default_value = settings::PRODUCT_ID)]
    sandbox_product_id: String,
    /// Lifetime of the sandbox's crypto tokens, 60s to 24h
    #[arg(long, env, value_name = "TIME", hide_env_values = true, default_value = settings::PERIOD)]
    sandbox_period: String,
    /// Client id of the newer API (통합인증) that the sandbox accepts
    #[arg(long, env, value_name = "ID", hide_env_values = true, default_value = settings::INTEGRATED_CLIENT_ID)]
    sandbox_integrated_client_id: String,
    /// Client secret of the newer API that the sandbox accepts; protects nothing real
    #[arg(long, env, value_name = "TEXT", hide_env_values = true, default_value = settings::INTEGRATED_CLIENT_SECRET)]
    sandbox_integrated_client_secret: String,
    /// Methods of the newer API's contract: M, F, U, I
    #[arg(long, env, value_name = "LIST", hide_env_values = true, default_value = settings::SVC_TYPES)]
    sandbox_svc_types: String,
    /// Fields of the newer API's results, by contract
    #[arg(long, env, value_name = "LIST", hide_env_values = true, default_value = settings::RESULT_FIELDS)]
    sandbox_result_fields: String,
    /// Format of the log: text for people, json for machines
    #[arg(
        long,
        env,
        value_name = "FORMAT",
        hide_env_values = true,
        default_value = "text"
    )]
    log_format: String,
    /// Level of the log: error, warn, info, debug or trace; or a tracing
    /// filter
    #[arg(
        long,
        env,
        value_name = "FILTER",
        hide_env_values = true,
        default_value = "info"
    )]
    rust_log: String,
    /// How to print the address and the credentials: text on standard error, or
    /// json as the first line of standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    greeting: String,
    /// End when standard input closes: the kernel closes it when the program at
    /// its other end ends in any way
    #[arg(long)]
    until_stdin_closes: bool,
    #[cfg(feature = "tls")]
    #[command(flatten)]
    tls: TlsArgs,
}

/// What the program does instead of running the sandbox.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say what is wrong with a form, a callback, a call to NICE or keys, and how to fix it
    Explain(ExplainArgs),
}

/// The arguments, read.
pub(super) struct Config {
    pub(super) bind: SocketAddr,
    pub(super) sandbox: SandboxSettings,
    /// Of the log.
    pub(super) is_json: bool,
    pub(super) filter: EnvFilter,
    pub(super) greeting: Greeting,
    pub(super) until_stdin_closes: bool,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<TlsSettings>,
}

/// How the program says how to use it.
#[derive(Clone, Copy)]
pub(super) enum Greeting {
    /// For people.
    Text,
    /// For the program that started this one.
    Json,
}

/// Collects mistakes while the arguments are read.
#[derive(Default)]
pub(super) struct Mistakes(pub(super) Vec<String>);

impl Mistakes {
    /// The value; a blank text counts as the default.
    fn take<T>(
        &mut self,
        name: &str,
        text: &str,
        default: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = match text.trim() {
            "" => default,
            text => text,
        };
        read(text)
            .map_err(|what| {
                self.0
                    .push(format!("{name}: \"{}\" {what}", text.escape_debug()));
            })
            .ok()
    }
}

impl Args {
    /// # Errors
    ///
    /// All mistakes at once.
    pub(super) fn read(self) -> Result<Config, Mistakes> {
        let mut mistakes = Mistakes::default();
        let bind = mistakes.take("BIND", &self.bind, settings::BIND, |text| {
            text.parse().map_err(|_| {
                "is not an address with a port; write it like 127.0.0.1:8080".to_owned()
            })
        });
        let is_json = mistakes.take("LOG_FORMAT", &self.log_format, "text", |text| match text {
            "text" => Ok(false),
            "json" => Ok(true),
            _ => Err("is neither text nor json".to_owned()),
        });
        let filter = mistakes.take("RUST_LOG", &self.rust_log, "info", |text| {
            EnvFilter::try_new(text).map_err(|error| format!("is not a log filter: {error}"))
        });
        let greeting = mistakes.take("--greeting", &self.greeting, "text", |text| match text {
            "text" => Ok(Greeting::Text),
            "json" => Ok(Greeting::Json),
            _ => Err("is neither text nor json".to_owned()),
        });
        if let Some(persona) = &self.auto_approve
            && let Err(mistake) = Sandbox::knows_persona(persona)
        {
            mistakes.0.push(format!("--auto-approve: {mistake}"));
        }
        let auto_approve = self.auto_approve.clone();
        let sandbox = self.read_sandbox(&mut mistakes, auto_approve);
        #[cfg(feature = "tls")]
        let tls = self
            .tls
            .read()
            .map_err(|mistake| mistakes.0.push(mistake))
            .ok();
        let config = (|| {
            Some(Config {
                bind: bind?,
                sandbox: sandbox?,
                is_json: is_json?,
                filter: filter?,
                greeting: greeting?,
                until_stdin_closes: self.until_stdin_closes,
                #[cfg(feature = "tls")]
                tls: tls?,
            })
        })();
        config.filter(|_| mistakes.0.is_empty()).ok_or(mistakes)
    }

    fn read_sandbox(
        &self,
        mistakes: &mut Mistakes,
        auto_approve: Option<String>,
    ) -> Option<SandboxSettings> {
        let client_id = mistakes.take(
            "SANDBOX_CLIENT_ID",
            &self.sandbox_client_id,
            settings::CLIENT_ID,
            settings::client_id,
        );
        let client_secret = mistakes.take(
            "SANDBOX_CLIENT_SECRET",
            &self.sandbox_client_secret,
            settings::CLIENT_SECRET,
            settings::token,
        );
        let product_id = mistakes.take(
            "SANDBOX_PRODUCT_ID",
            &self.sandbox_product_id,
            settings::PRODUCT_ID,
            settings::token,
        );
        let period = mistakes.take(
            "SANDBOX_PERIOD",
            &self.sandbox_period,
            settings::PERIOD,
            settings::period,
        );
        let integrated = self.read_integrated(mistakes);
        Some(SandboxSettings {
            credentials: Credentials {
                client_id: client_id?,
                client_secret: Secret::new(client_secret?),
                product_id: product_id?,
            },
            period: period?,
            auto_approve,
            integrated: integrated?,
        })
    }

    fn read_integrated(&self, mistakes: &mut Mistakes) -> Option<IntegratedSettings> {
        let client_id = mistakes.take(
            "SANDBOX_INTEGRATED_CLIENT_ID",
            &self.sandbox_integrated_client_id,
            settings::INTEGRATED_CLIENT_ID,
            settings::client_id,
        );
        let client_secret = mistakes.take(
            "SANDBOX_INTEGRATED_CLIENT_SECRET",
            &self.sandbox_integrated_client_secret,
            settings::INTEGRATED_CLIENT_SECRET,
            settings::token,
        );
        let svc_types = mistakes.take(
            "SANDBOX_SVC_TYPES",
            &self.sandbox_svc_types,
            settings::SVC_TYPES,
            settings::svc_types,
        );
        let fields = mistakes.take(
            "SANDBOX_RESULT_FIELDS",
            &self.sandbox_result_fields,
            settings::RESULT_FIELDS,
            settings::result_fields,
        );
        Some(IntegratedSettings {
            client_id: client_id?,
            client_secret: Secret::new(client_secret?),
            svc_types: svc_types?,
            fields: fields?,
        })
    }
}
