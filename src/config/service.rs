//! The settings on callers: what the service answers, and to whom.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use clap::Args;

use super::{
    AdmissionArgs, AuditArgs, AuditConfig, Reader, RedisConfig, ResultArgs, ResultConfig,
    SandboxConfig, Setting, StoreArgs,
    return_urls::{ReturnEntry, return_url, return_urls},
    setting::{list, optional, secrets, setting},
    values::{self, count, duration},
};
use crate::{
    admission::AdmissionSettings,
    http::{CorsOrigins, ErrorStatus, KeyDigest, LongCallback, PublicUrl, ResultAccess, WindowUrl},
    secret::Secret,
    token::PoolSettings,
    verification::{KeyCustody, MethodType, ReturnUrls, facade},
};

/// The default of `BASE_PATH`, for the service and the printed document.
pub const BASE_PATH: &str = "/api/member";

/// What the service answers, and to whom.
#[expect(clippy::doc_markdown, reason = "the comments are the text of --help")]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Service")]
pub struct ServiceArgs {
    /// URLs that NICE may send the browser back to, separated by commas; the
    /// first is the default. Required, except in the sandbox, whose default
    /// is * (any http or https URL)
    #[arg(long, env, value_name = "URLS", default_value = "")]
    #[arg(value_parser = list(return_url))]
    return_urls: Setting<Vec<ReturnEntry>>,
    /// Path prefix of the API, which also answers without it
    #[arg(long, env, value_name = "PATH", default_value = BASE_PATH)]
    #[arg(value_parser = setting(values::base_path))]
    base_path: Setting<String>,
    /// URL of NICE's standard window, sent to callers in x-nice-window-url;
    /// in the sandbox its own window is the default, over http, on the host
    /// that the caller used
    #[arg(long, env, value_name = "URL")]
    #[arg(default_value = "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb")]
    #[arg(value_parser = setting(window_url))]
    nice_window_url: Setting<HeaderValue>,
    /// Required with NICE_API=integrated: the https address, with or without a
    /// path, under which browsers reach this service (http on this machine); in
    /// the sandbox the default is the address that the caller used
    #[arg(long, env, value_name = "URL", default_value = "")]
    #[arg(value_parser = optional(public_url))]
    public_url: Setting<Option<PublicUrl>>,
    /// Who gets key and IV: client (the caller, as the contract has it) or server (they stay in the service)
    #[arg(long, env, value_name = "WHO", default_value = "client")]
    #[arg(value_parser = setting(key_custody))]
    key_custody: Setting<KeyCustody>,
    /// HTTP status of failures: http (the matching one), ok200 (always 200) or
    /// wire900 (always 900, as in the contract)
    #[arg(long, env, value_name = "MODE", default_value = "http")]
    #[arg(value_parser = setting(error_status))]
    error_status: Setting<ErrorStatus>,
    /// Origins of pages that may call from a browser, separated by commas
    /// [default: none; in the sandbox any page on this machine or in its local
    /// network]
    #[arg(long, env, value_name = "ORIGINS", default_value = "")]
    #[arg(value_parser = list(origin))]
    cors_origins: Setting<Vec<HeaderValue>>,
    /// Request headers that pages may send besides content-type, authorization
    /// and x-request-id, separated by commas; * at the end of one matches
    /// anything. The default lists those that tracing adds
    #[arg(long, env, value_name = "HEADERS")]
    #[arg(
        default_value = "traceparent,tracestate,baggage,sentry-trace,x-datadog-*,b3,x-b3-*,\
                           newrelic,x-newrelic-*,uber-trace-id,x-amzn-trace-id,\
                           x-cloud-trace-context,x-ot-span-context,elastic-apm-traceparent,\
                           request-id,request-context,x-instana-*,x-dtpc,x-dtreferer,adrum,\
                           sw8,x-honeycomb-trace,x-highlight-request,x-posthog-*"
    )]
    #[arg(value_parser = list(header))]
    cors_headers: Setting<Vec<String>>,
    /// How results come back to a web page: caller (methodtype decides), get
    /// or post; with post no result is in an address
    #[arg(long, env, value_name = "METHOD", default_value = "caller")]
    #[arg(value_parser = setting(method_type))]
    method_type: Setting<Option<MethodType>>,
    /// What to do if the callback by get may exceed 2048 bytes, which some
    /// proxies refuse: warn (log and x-callback-bytes) or refuse
    #[arg(long, env, value_name = "WHAT", default_value = "warn")]
    #[arg(value_parser = setting(long_callback))]
    long_callback: Setting<LongCallback>,
    /// Minimum number of prefetched crypto tokens
    #[arg(long, env, value_name = "COUNT", default_value = "4")]
    #[arg(value_parser = setting(count))]
    token_pool_min: Setting<usize>,
    /// Maximum number of prefetched crypto tokens; unless given, no fewer
    /// than TOKEN_POOL_MIN
    #[arg(long, env, value_name = "COUNT", default_value = "2048")]
    #[arg(value_parser = setting(count))]
    token_pool_max: Setting<usize>,
    /// Lifetime of a verification: how long a person may take at the window
    #[arg(long, env, value_name = "TIME", default_value = "15m")]
    #[arg(value_parser = setting(duration))]
    session_ttl: Setting<Duration>,
    /// Maximum number of verifications in memory; each stays for its
    /// SESSION_TTL, even if its result was opened (320 bytes each; with
    /// NICE_API=integrated up to 4 KiB once its window was opened)
    #[arg(long, env, value_name = "COUNT", default_value = "200000")]
    #[arg(value_parser = setting(count))]
    session_max: Setting<usize>,
    // Last: their headings apply to the fields after them.
    #[command(flatten)]
    results: ResultArgs,
    #[command(flatten)]
    audit: AuditArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    admission: AdmissionArgs,
}

impl ServiceArgs {
    /// What 통합인증 needs here, and what it has no use for.
    pub(super) fn check_for_integrated(&self, in_sandbox: bool, reader: &mut Reader) {
        self.refuse_window_url(reader);
        if !in_sandbox && !self.public_url.is_given {
            reader.mistake(
                &self.public_url.name,
                "is missing: NICE returns people to it; give the https address under which \
                 browsers reach this service, such as https://shop.example",
            );
        }
    }

    /// The standard window returns to the shop itself.
    pub(super) fn check_for_standard_window(&self, reader: &mut Reader) {
        if self.public_url.is_given {
            let what = "has no effect without NICE_API=integrated";
            reader.warn(&self.public_url.name, what);
        }
    }

    /// With 통합인증 nobody posts to a window of NICE.
    fn refuse_window_url(&self, reader: &mut Reader) {
        if self.nice_window_url.is_given {
            reader.mistake(
                &self.nice_window_url.name,
                "belongs to the standard window; unset it, since with NICE_API=integrated callers \
                 are sent to this service's own address (PUBLIC_URL)",
            );
        }
    }
}

secrets! {
    /// key that the shop's server sends in X-Api-Key to open results, at
    /// least 32 characters; several separated by commas, to change it;
    /// without it no result is opened, except in the sandbox
    RESULT_API_KEY;
}

/// What the service answers, and to whom.
#[derive(Clone, Debug)]
pub struct ServiceConfig {
    /// `RETURN_URLS`.
    pub return_urls: ReturnUrls,
    /// `BASE_PATH`, without a slash at its end.
    pub base_path: String,
    /// `NICE_WINDOW_URL`.
    pub window_url: WindowUrl,
    /// `PUBLIC_URL`.
    pub public_url: Option<PublicUrl>,
    /// `KEY_CUSTODY`.
    pub key_custody: KeyCustody,
    /// `ERROR_STATUS`.
    pub error_status: ErrorStatus,
    /// `CORS_ORIGINS`.
    pub cors_origins: CorsOrigins,
    /// `CORS_HEADERS`, in lower case.
    pub cors_headers: Vec<String>,
    /// `LONG_CALLBACK`.
    pub long_callback: LongCallback,
    /// `METHOD_TYPE`; `None`: the caller chooses.
    pub method_type: Option<MethodType>,
    /// `RATE_LIMIT`, `RATE_LIMIT_TOTAL` and `TRUSTED_PROXIES`.
    pub admission: AdmissionSettings,
    /// `TOKEN_POOL_MIN`, `TOKEN_POOL_MAX` and `NICE_CONCURRENCY`.
    pub pool: PoolSettings,
    /// `RESULT_API_KEY`; `None`: nobody may open results.
    pub result_access: Option<ResultAccess>,
    /// `RESULT_FIELDS` and `CI_HASH_KEY`.
    pub results: ResultConfig,
    /// `AUDIT_LOG`, `AUDIT_STRICT` and `AUDIT_HASH_KEY`.
    pub audit: AuditConfig,
    /// `SESSION_TTL`.
    pub session_ttl: Duration,
    /// `SESSION_MAX`.
    pub session_max: usize,
    /// `REDIS_URL` and `STORE_KEY`; without them sessions are kept in memory.
    pub redis: Option<RedisConfig>,
}

impl ServiceConfig {
    /// Reads all of it; in the sandbox, more is allowed and less required.
    pub fn read(
        args: &ServiceArgs,
        sandbox: Option<&SandboxConfig>,
        concurrency: usize,
        reader: &mut Reader,
    ) -> Self {
        let sandbox_window = sandbox.map(|sandbox| sandbox.window_path.clone());
        let sandbox = sandbox.is_some();
        Self {
            return_urls: return_urls(&args.return_urls, sandbox, reader),
            base_path: reader.take(&args.base_path),
            window_url: match (reader.take(&args.nice_window_url), sandbox_window) {
                (_, Some(path)) if !args.nice_window_url.is_given => WindowUrl::OnCallersHost(path),
                (url, _) => WindowUrl::Fixed(url),
            },
            public_url: reader.take(&args.public_url),
            key_custody: reader.take(&args.key_custody),
            error_status: reader.take(&args.error_status),
            cors_origins: match reader.take(&args.cors_origins) {
                origins if sandbox && origins.is_empty() => CorsOrigins::Nearby,
                origins => CorsOrigins::Listed(origins),
            },
            cors_headers: reader.take(&args.cors_headers),
            method_type: reader.take(&args.method_type),
            long_callback: reader.take(&args.long_callback),
            admission: args.admission.read(reader),
            pool: pool(args, concurrency, reader),
            session_ttl: reader.take(&args.session_ttl),
            session_max: reader.take(&args.session_max),
            result_access: result_access(sandbox, reader),
            results: ResultConfig::read(&args.results, reader),
            audit: AuditConfig::read(&args.audit, reader),
            redis: RedisConfig::read(&args.store, reader),
        }
    }

    /// Sends callers to the bridge in place of NICE's window.
    pub fn lead_to_bridge(&mut self) {
        self.window_url = match &self.public_url {
            None => WindowUrl::OnCallersHost(facade::BRIDGE.to_owned()),
            Some(url) => HeaderValue::try_from(format!("{}{}", url.as_str(), facade::BRIDGE))
                .map_or_else(|_| unreachable!("a parsed URL is ASCII"), WindowUrl::Fixed),
        };
    }

    /// What tests, fuzz targets and benchmarks begin with: the defaults, a
    /// pool without prefetched tokens, and nothing from the environment.
    #[must_use]
    pub fn for_tests(return_urls: ReturnUrls) -> Self {
        Self {
            return_urls,
            base_path: BASE_PATH.to_owned(),
            window_url: WindowUrl::Fixed(HeaderValue::from_static("https://window.example/cb")),
            public_url: None,
            key_custody: KeyCustody::Client,
            error_status: ErrorStatus::Http,
            cors_origins: CorsOrigins::Listed(Vec::new()),
            cors_headers: Vec::new(),
            method_type: None,
            long_callback: LongCallback::Warn,
            admission: AdmissionSettings::default(),
            pool: PoolSettings {
                min: 0,
                max: 0,
                concurrency: 64,
            },
            result_access: None,
            results: ResultConfig::default(),
            audit: AuditConfig::default(),
            session_ttl: Duration::from_mins(15),
            session_max: 1000,
            redis: None,
        }
    }
}

fn result_access(sandbox: bool, reader: &mut Reader) -> Option<ResultAccess> {
    let Some(keys) = reader.secret(RESULT_API_KEY) else {
        return sandbox.then_some(ResultAccess::Anybody);
    };
    let keys: Vec<Secret> = values::list(keys.expose())
        .map(|key| Secret::new(key.to_owned()))
        .collect();
    if keys.is_empty() || keys.iter().any(|key| key.expose().chars().count() < 32) {
        reader.mistake(
            RESULT_API_KEY.name,
            "each key must be at least 32 characters long",
        );
    }
    if !keys.iter().all(|key| key.expose().is_ascii()) {
        reader.mistake(
            RESULT_API_KEY.name,
            "contains characters outside ASCII, which clients write into a header in different ways",
        );
    }
    Some(ResultAccess::Keys(keys.iter().map(KeyDigest::of).collect()))
}

fn public_url(text: &str) -> Result<PublicUrl, String> {
    PublicUrl::parse(values::without_blanks(text)?)
}

fn window_url(text: &str) -> Result<HeaderValue, String> {
    let url = values::web_url(text)?;
    HeaderValue::from_str(url.as_str()).map_err(|_| "is not an http or https URL".to_owned())
}

fn origin(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::try_from(values::origin(text)?).map_err(|_| "is not an origin".to_owned())
}

/// The name of a request header, or the beginning of several, in lower case.
fn header(text: &str) -> Result<String, String> {
    let name = text.strip_suffix('*').unwrap_or(text);
    match HeaderName::try_from(name) {
        Ok(_) => Ok(text.to_ascii_lowercase()),
        Err(_) => Err("is not a header name; write it like traceparent or x-datadog-*".to_owned()),
    }
}

fn long_callback(text: &str) -> Result<LongCallback, String> {
    match text {
        "warn" => Ok(LongCallback::Warn),
        "refuse" => Ok(LongCallback::Refuse),
        _ => Err("is neither warn nor refuse".to_owned()),
    }
}

fn method_type(text: &str) -> Result<Option<MethodType>, String> {
    match text {
        "caller" => Ok(None),
        "get" => Ok(Some(MethodType::Get)),
        "post" => Ok(Some(MethodType::Post)),
        _ => Err("is none of caller, get and post".to_owned()),
    }
}

fn key_custody(text: &str) -> Result<KeyCustody, String> {
    match text {
        "client" => Ok(KeyCustody::Client),
        "server" => Ok(KeyCustody::Server),
        _ => Err("is neither client nor server".to_owned()),
    }
}

fn error_status(text: &str) -> Result<ErrorStatus, String> {
    match text {
        "http" => Ok(ErrorStatus::Http),
        "ok200" => Ok(ErrorStatus::Ok200),
        "wire900" => Ok(ErrorStatus::Wire900),
        _ => Err("is none of http, ok200 and wire900".to_owned()),
    }
}

fn pool(args: &ServiceArgs, concurrency: usize, reader: &mut Reader) -> PoolSettings {
    let min = reader.take(&args.token_pool_min);
    let max = reader.take(&args.token_pool_max);
    if max < min && args.token_pool_max.is_given {
        reader.mistake(&args.token_pool_max.name, "is less than TOKEN_POOL_MIN");
    }
    PoolSettings {
        min,
        max: max.max(min),
        concurrency,
    }
}
