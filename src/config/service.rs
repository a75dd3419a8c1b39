//! The settings that concern callers.

use std::time::Duration;

use axum::http::HeaderValue;

use super::{Reader, RedisConfig, ServiceArgs, reader::is_given, values};
use crate::{
    admission::AdmissionSettings,
    http::{CorsOrigins, ErrorStatus, KeyDigest, ResultAccess, WindowUrl},
    secret::Secret,
    token::PoolSettings,
    verification::{KeyCustody, ReturnUrl, ReturnUrls},
};

/// What the service answers, and to whom.
#[derive(Clone, Debug)]
pub struct ServiceConfig {
    /// `RETURN_URLS`.
    pub return_urls: ReturnUrls,
    /// `BASE_PATH`, without a slash at its end.
    pub base_path: String,
    /// `NICE_WINDOW_URL`.
    pub window_url: WindowUrl,
    /// `KEY_CUSTODY`.
    pub key_custody: KeyCustody,
    /// `ERROR_STATUS`.
    pub error_status: ErrorStatus,
    /// `CORS_ORIGINS`.
    pub cors_origins: CorsOrigins,
    /// `RATE_LIMIT`, `RATE_LIMIT_TOTAL` and `TRUSTED_PROXIES`.
    pub admission: AdmissionSettings,
    /// `TOKEN_POOL_MIN`, `TOKEN_POOL_MAX` and `NICE_CONCURRENCY`.
    pub pool: PoolSettings,
    /// `RESULT_API_KEY`; `None`: nobody may open results.
    pub result_access: Option<ResultAccess>,
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
        sandbox: bool,
        concurrency: usize,
        reader: &mut Reader,
    ) -> Self {
        Self {
            return_urls: return_urls(args.return_urls.as_deref(), sandbox, reader),
            base_path: reader.value("BASE_PATH", args.base_path.as_ref(), values::base_path),
            window_url: window_url(args, sandbox, reader),
            key_custody: reader.value("KEY_CUSTODY", args.key_custody.as_ref(), key_custody),
            error_status: reader.value("ERROR_STATUS", args.error_status.as_ref(), error_status),
            cors_origins: cors_origins(args.cors_origins.as_deref(), sandbox, reader),
            admission: args.admission.read(reader),
            pool: pool(args, concurrency, reader),
            session_ttl: reader.value("SESSION_TTL", args.session_ttl.as_ref(), values::duration),
            session_max: reader.value("SESSION_MAX", args.session_max.as_ref(), values::count),
            result_access: result_access(sandbox, reader),
            redis: RedisConfig::read(reader),
        }
    }
}

fn result_access(sandbox: bool, reader: &mut Reader) -> Option<ResultAccess> {
    const NAME: &str = "RESULT_API_KEY";
    let Some(keys) = reader.secret(NAME) else {
        return sandbox.then_some(ResultAccess::Anybody);
    };
    let keys: Vec<Secret> = values::list(keys.expose())
        .map(|key| Secret::new(key.to_owned()))
        .collect();
    if keys.is_empty() || keys.iter().any(|key| key.expose().chars().count() < 32) {
        reader.mistake(NAME, "each key must be at least 32 characters long");
    }
    Some(ResultAccess::Keys(keys.iter().map(KeyDigest::of).collect()))
}

fn return_urls(given: Option<&str>, sandbox: bool, reader: &mut Reader) -> ReturnUrls {
    const NAME: &str = "RETURN_URLS";
    let mut listed = Vec::new();
    let mut any = false;
    for entry in values::list(given.unwrap_or_default()) {
        if entry == "*" {
            any = true;
            if !sandbox {
                reader.mistake(NAME, "* is for the sandbox alone; list each address");
            }
        } else {
            match ReturnUrl::configured(entry) {
                Ok(url) => listed.push(url),
                Err(what) => {
                    reader.mistake(NAME, format_args!("\"{}\" {what}", entry.escape_debug()));
                }
            }
        }
    }
    let nothing = values::list(given.unwrap_or_default()).next().is_none();
    if nothing && !sandbox {
        reader.mistake(
            NAME,
            "is missing; list the addresses that NICE may return to, \
             such as https://shop.example/nice/callback",
        );
    }
    if sandbox && (any || nothing) {
        return ReturnUrls::AnyWeb;
    }
    let mut listed = listed.into_iter();
    match listed.next() {
        Some(first) => ReturnUrls::Listed {
            first,
            others: listed.collect(),
        },
        // A mistake was noted above, so this is never used; and it permits nothing.
        None => ReturnUrls::Listed {
            first: ReturnUrl::nowhere(),
            others: Vec::new(),
        },
    }
}

fn window_url(args: &ServiceArgs, sandbox: bool, reader: &mut Reader) -> WindowUrl {
    let given = args.nice_window_url.as_ref();
    if sandbox && !is_given(given) {
        return WindowUrl::Sandbox;
    }
    WindowUrl::Fixed(reader.value("NICE_WINDOW_URL", given, |text| {
        let url = values::web_url(text)?;
        HeaderValue::from_str(url.as_str()).map_err(|_| "is not an http or https URL".to_owned())
    }))
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

fn cors_origins(given: Option<&str>, sandbox: bool, reader: &mut Reader) -> CorsOrigins {
    let entries: Vec<&str> = values::list(given.unwrap_or_default()).collect();
    if entries.is_empty() && sandbox {
        return CorsOrigins::Loopback;
    }
    let mut origins = Vec::new();
    for entry in entries {
        let origin = values::origin(entry).and_then(|origin| {
            HeaderValue::try_from(origin).map_err(|_| "is not an origin".to_owned())
        });
        match origin {
            Ok(origin) => origins.push(origin),
            Err(what) => {
                reader.mistake(
                    "CORS_ORIGINS",
                    format_args!("\"{}\" {what}", entry.escape_debug()),
                );
            }
        }
    }
    CorsOrigins::Listed(origins)
}

fn pool(args: &ServiceArgs, concurrency: usize, reader: &mut Reader) -> PoolSettings {
    let min = reader.value(
        "TOKEN_POOL_MIN",
        args.token_pool_min.as_ref(),
        values::count,
    );
    let given = args.token_pool_max.as_ref();
    let mut max = reader.value("TOKEN_POOL_MAX", given, values::count);
    if max < min && is_given(given) {
        reader.mistake("TOKEN_POOL_MAX", "is less than TOKEN_POOL_MIN");
    }
    max = max.max(min);
    PoolSettings {
        min,
        max,
        concurrency,
    }
}
