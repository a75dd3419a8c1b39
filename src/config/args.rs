//! The flags and variables, as `--help` shows them. All are texts here:
//! they are read into types later, so that every mistake is told at once.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

use clap::Args;

use super::AdmissionArgs;

/// How the service reaches NICE.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "NICE")]
pub struct NiceArgs {
    /// Client id, from NICE's console
    #[arg(
        long,
        env = "NICE_CLIENT_ID",
        value_name = "ID",
        hide_env_values = true
    )]
    pub nice_client_id: Option<String>,
    /// Product code, from NICE's console
    #[arg(
        long,
        env = "NICE_PRODUCT_ID",
        value_name = "CODE",
        hide_env_values = true
    )]
    pub nice_product_id: Option<String>,
    /// Where NICE's API is.
    #[arg(
        long,
        help = "Where NICE's API is; https, or http on this machine; may carry a path",
        env = "NICE_BASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub nice_base_url: Option<String>,
    /// Longest wait for a connection to NICE, TLS included
    #[arg(
        long,
        env = "NICE_CONNECT_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub nice_connect_timeout: Option<String>,
    /// Longest wait for one answer of NICE
    #[arg(
        long,
        env = "NICE_CALL_TIMEOUT",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub nice_call_timeout: Option<String>,
    /// Longest wait of a caller, retries included
    #[arg(
        long,
        env = "REQUEST_DEADLINE",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub request_deadline: Option<String>,
    /// Calls to NICE in flight at once
    #[arg(
        long,
        env = "NICE_CONCURRENCY",
        value_name = "COUNT",
        hide_env_values = true
    )]
    pub nice_concurrency: Option<String>,
}

/// What the service answers, and to whom.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Service")]
pub struct ServiceArgs {
    /// Addresses that NICE may return the browser to, with commas between;
    /// the first is the default. Required, except in the sandbox, where *
    /// (any http or https address) is the default
    #[arg(long, env = "RETURN_URLS", value_name = "URLS", hide_env_values = true)]
    pub return_urls: Option<String>,
    /// Path under which the API answers besides its bare path
    #[arg(long, env = "BASE_PATH", value_name = "PATH", hide_env_values = true)]
    pub base_path: Option<String>,
    /// NICE's standard window.
    #[arg(
        long,
        help = "NICE's standard window, told to callers in x-nice-window-url; in the \
                sandbox its own, at the host that the caller used, over http",
        env = "NICE_WINDOW_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub nice_window_url: Option<String>,
    /// Who gets key and IV: client (the contract) or server (nobody)
    #[arg(long, env = "KEY_CUSTODY", value_name = "WHO", hide_env_values = true)]
    pub key_custody: Option<String>,
    /// HTTP status of failures: http (the fitting one), ok200 or
    /// wire900 (900, as in the contract)
    #[arg(
        long,
        env = "ERROR_STATUS",
        value_name = "MODE",
        hide_env_values = true
    )]
    pub error_status: Option<String>,
    /// Origins of pages that may call from a browser, with commas between
    /// [default: none; in the sandbox any page on this machine]
    #[arg(
        long,
        env = "CORS_ORIGINS",
        value_name = "ORIGINS",
        hide_env_values = true
    )]
    pub cors_origins: Option<String>,
    /// Ready crypto tokens kept at the least
    #[arg(
        long,
        env = "TOKEN_POOL_MIN",
        value_name = "COUNT",
        hide_env_values = true
    )]
    pub token_pool_min: Option<String>,
    /// Ready crypto tokens kept at the most; unless given, no fewer than
    /// TOKEN_POOL_MIN
    #[arg(
        long,
        env = "TOKEN_POOL_MAX",
        value_name = "COUNT",
        hide_env_values = true
    )]
    pub token_pool_max: Option<String>,
    /// How long a person may take at the window
    #[arg(long, env = "SESSION_TTL", value_name = "TIME", hide_env_values = true)]
    pub session_ttl: Option<String>,
    /// Verifications kept in memory at once, each for its SESSION_TTL, whether
    /// its result was opened or not
    #[arg(
        long,
        env = "SESSION_MAX",
        value_name = "COUNT",
        hide_env_values = true
    )]
    pub session_max: Option<String>,
    // Last: its heading holds for what comes after it.
    #[command(flatten)]
    #[expect(missing_docs, reason = "a comment would become a heading of --help")]
    pub admission: AdmissionArgs,
}

/// What the sandbox accepts.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sandbox")]
pub struct SandboxArgs {
    /// Client id that the sandbox accepts
    #[arg(
        long,
        env = "SANDBOX_CLIENT_ID",
        value_name = "ID",
        hide_env_values = true
    )]
    pub sandbox_client_id: Option<String>,
    /// Client secret that the sandbox accepts; guards nothing real
    #[arg(
        long,
        env = "SANDBOX_CLIENT_SECRET",
        value_name = "TEXT",
        hide_env_values = true
    )]
    pub sandbox_client_secret: Option<String>,
    /// Product code that the sandbox accepts
    #[arg(
        long,
        env = "SANDBOX_PRODUCT_ID",
        value_name = "CODE",
        hide_env_values = true
    )]
    pub sandbox_product_id: Option<String>,
    /// Life of the sandbox's crypto tokens, 60s-24h
    #[arg(
        long,
        env = "SANDBOX_PERIOD",
        value_name = "TIME",
        hide_env_values = true
    )]
    pub sandbox_period: Option<String>,
}

/// How the log is written.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// text for people, json for machines
    #[arg(
        long,
        env = "LOG_FORMAT",
        value_name = "FORMAT",
        hide_env_values = true
    )]
    pub log_format: Option<String>,
    /// What is logged: error, warn, info, debug, trace, or a tracing filter
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", hide_env_values = true)]
    pub rust_log: Option<String>,
}
