//! The state that the routes share, and its settings.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, HeaderValue, header::HOST, request::Parts, uri::Authority},
};

use url::{Host, Url};

use super::{ResultAccess, body::LongBodies};
use crate::{
    admission::Admission,
    audit::AuditTrail,
    clock::Clock,
    metrics::Metrics,
    random::Random,
    sandbox::stripped_prefix,
    server::Draining,
    token::TokenPool,
    verification::{
        Issuer, KeptFields, KeyCustody, MethodType, Opener, Permitted, ReturnUrls,
        VerificationRequest,
        facade::{Facade, LONGEST_PUBLIC_URL},
    },
};

/// The path of the callback page, a `returnurl` of the service's own.
pub(super) const CALLBACK: &str = "/v1/member/verificationCallback";

/// The state behind the router.
#[derive(Debug)]
pub struct App {
    /// Starts verifications.
    pub issuer: Issuer,
    /// `None` if nobody may open a result; then no session is stored.
    pub results: Option<Results>,
    /// What happened to each verification.
    pub audit: Arc<AuditTrail>,
    /// Rate limits, checked before a token is taken.
    pub admission: Admission,
    /// Permits for long bodies.
    pub long_bodies: LongBodies,
    /// For `/health/ready`; `None` if nothing is fetched ahead.
    pub tokens: Option<TokenPool>,
    /// The way through NICE's newer API, if that is spoken to.
    pub windows: Option<Windows>,
    /// For `/health/ready`, and for requests that the shutdown cuts off.
    pub draining: Draining,
    /// `RETURN_URLS`.
    pub return_urls: ReturnUrls,
    /// `KEY_CUSTODY`.
    pub key_custody: KeyCustody,
    /// `ERROR_STATUS`.
    pub error_status: ErrorStatus,
    /// `BASE_PATH`, without a trailing slash; may be empty.
    pub base_path: String,
    /// `NICE_WINDOW_URL`.
    pub window_url: WindowUrl,
    /// `CORS_ORIGINS`.
    pub cors_origins: CorsOrigins,
    /// `CORS_HEADERS`: request headers that pages may send, in lower case;
    /// `x-datadog-*` matches all names that begin so.
    pub cors_headers: Vec<String>,
    /// `LONG_CALLBACK`.
    pub long_callback: LongCallback,
    /// `METHOD_TYPE`; `None`: the caller chooses.
    pub method_type: Option<MethodType>,
    /// Where the sandbox is mounted, if it is NICE; every answer has a header
    /// that says so.
    pub sandbox: Option<&'static str>,
    /// The listen address, for URLs of the service itself.
    pub address: SocketAddr,
    /// For the envelope's timestamp.
    pub clock: Clock,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// For request ids.
    pub random: Random,
}

/// Opens results for those who may.
#[derive(Debug)]
pub struct Results {
    /// Opens them.
    pub opener: Opener,
    /// Who may.
    pub access: ResultAccess,
    /// `RESULT_FIELDS`; `None`: all.
    pub fields: Option<KeptFields>,
}

/// What the routes of the façade have in common.
#[derive(Debug)]
pub struct Windows {
    /// Behind them.
    pub facade: Arc<Facade>,
    /// `PUBLIC_URL`; `None`: the address that the caller used, which only the
    /// sandbox believes.
    pub public_url: Option<PublicUrl>,
    /// The same limits as for beginning, counted apart: a window costs a
    /// transaction of NICE.
    pub admission: Admission,
    /// Whether the log has said that `mobilceco` has no effect.
    pub carrier_ignored: AtomicBool,
}

impl Windows {
    /// Says once what of a request has no effect with the newer API.
    pub(super) fn note_ignored(&self, request: &VerificationRequest<'_>) {
        if request.mobilceco.is_some() && !self.carrier_ignored.swap(true, Ordering::Relaxed) {
            tracing::warn!("mobilceco has no effect: NICE's newer API lets the person choose");
        }
    }
}

/// `PUBLIC_URL`: the address under which browsers reach the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads an https address, or http on this machine, with or without a
    /// path.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of `"text" …`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .filter(|url| url.username().is_empty() && url.password().is_none())
            .ok_or_else(|| "is not an https URL; write it like https://shop.example".to_owned())?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must end before any ? or #".to_owned());
        }
        let is_local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        if url.scheme() == "http" && !is_local {
            return Err("must be https: results pass through it".to_owned());
        }
        let text = url.as_str().trim_end_matches('/');
        if text.len() > LONGEST_PUBLIC_URL {
            return Err(format!(
                "is longer than {LONGEST_PUBLIC_URL} characters: NICE takes addresses of 250"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// Without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `ERROR_STATUS`: the HTTP status of a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorStatus {
    /// The status of the reason.
    #[default]
    Http,
    /// 200, for callers that only read the envelope.
    Ok200,
    /// 900 `Business Error`, as the contract's key says.
    Wire900,
}

/// `LONG_CALLBACK`: what happens to a request whose callback may get longer
/// than proxies let pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LongCallback {
    /// It begins, with a header and a hint in the log.
    #[default]
    Warn,
    /// It is refused on `receivedata`.
    Refuse,
}

/// The address of the window that goes with an answer.
#[derive(Clone, Debug)]
pub enum WindowUrl {
    /// NICE's, or the configured one.
    Fixed(HeaderValue),
    /// This path, on the host that the caller used.
    OnCallersHost(String),
}

/// Which pages may call from a browser.
#[derive(Clone, Debug)]
pub enum CorsOrigins {
    /// These, character for character.
    Listed(Vec<HeaderValue>),
    /// Any page on this machine, in its local network, or in the shell of an
    /// app: the sandbox's default.
    Nearby,
}

impl App {
    /// What of the contract's values is accepted.
    pub(super) fn permitted(&self) -> Permitted<'_> {
        let all = Permitted::all(&self.return_urls);
        Permitted {
            authtypes: self
                .windows
                .as_ref()
                .map_or(all.authtypes, |windows| windows.facade.authtypes()),
            methodtype: self.method_type,
            ..all
        }
    }

    /// The window for the answer to this caller.
    pub(super) fn window_url(&self, host: &CallersHost) -> HeaderValue {
        match &self.window_url {
            WindowUrl::Fixed(url) => url.clone(),
            WindowUrl::OnCallersHost(path) => HeaderValue::try_from(self.own_url(host, path))
                .unwrap_or_else(|_| unreachable!("an authority and a path are a header value")),
        }
    }

    /// This service's own callback page, as the caller reaches it.
    pub(super) fn own_callback(&self, host: &CallersHost) -> String {
        match &self.windows {
            Some(windows) => format!("{}{CALLBACK}", self.public_url(windows, host)),
            None => self.own_url(host, CALLBACK),
        }
    }

    /// Under which address this caller reaches the service.
    pub(super) fn public_url(&self, windows: &Windows, host: &CallersHost) -> String {
        match &windows.public_url {
            Some(url) => url.as_str().to_owned(),
            None => self.own_url(host, ""),
        }
    }

    fn own_url(&self, host: &CallersHost, path: &str) -> String {
        match &host.0 {
            Some(Reached {
                scheme,
                host,
                prefix,
            }) => format!("{scheme}://{host}{prefix}{path}"),
            None => format!("http://{}{path}", self.address),
        }
    }
}

/// How the caller reached the service, also through a proxy that says so. Only
/// in the sandbox: it is the caller's word.
pub(super) struct CallersHost(Option<Reached>);

struct Reached {
    scheme: &'static str,
    host: Authority,
    /// The prefix of the routes' paths: what a proxy has stripped, and
    /// `BASE_PATH` if it was kept.
    prefix: String,
}

impl CallersHost {
    fn read(headers: &HeaderMap, kept: &str) -> Option<Reached> {
        let first = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            value.split(',').next().map(str::trim)
        };
        let authority = |name: &str| first(name)?.parse::<Authority>().ok();
        let scheme = match first("x-forwarded-proto") {
            Some("https") => "https",
            _ => "http",
        };
        let host = authority("x-forwarded-host").or_else(|| authority(HOST.as_str()))?;
        Some(Reached {
            scheme,
            host,
            prefix: format!("{}{kept}", stripped_prefix(headers)),
        })
    }
}

impl FromRequestParts<Arc<App>> for CallersHost {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        if app.sandbox.is_none() {
            return Ok(Self(None));
        }
        // Nested, the path has lost `BASE_PATH`, and the original has it.
        let original = parts.extensions.get::<OriginalUri>();
        let kept = original.and_then(|uri| uri.path().strip_suffix(parts.uri.path()));
        Ok(Self(Self::read(&parts.headers, kept.unwrap_or_default())))
    }
}
