//! The one HTTP client that talks to NICE.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use tokio::sync::Semaphore;
use url::Url;
use zeroize::Zeroizing;

use super::{
    Authorities, NiceError, NiceProxy, answer,
    obstacle::Way,
    wire::{self, CryptoToken, CryptoTokenRequest, InstitutionToken, Rejected, path},
};
use crate::{
    clock::Clock, crypto::Credentials, metrics::Metrics, secret::Secret, trace::TraceContext,
};

/// How long a connection may wait for its next call.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

/// How to reach NICE.
#[derive(Clone, Debug)]
pub struct NiceSettings {
    /// Where NICE's paths begin; may carry a path of its own.
    pub base_url: Url,
    /// An outbound proxy with a fixed egress address.
    pub proxy: Option<NiceProxy>,
    /// Certificate authorities beside this machine's own.
    pub authorities: Option<Authorities>,
    /// For TCP and TLS together.
    pub connect_timeout: Duration,
    /// For a whole call, connecting included.
    pub call_timeout: Duration,
    /// Calls in flight at once; further ones wait.
    pub concurrency: usize,
}

/// Speaks NICE's API. Cheap to share; holds no token.
#[derive(Debug)]
pub struct NiceClient {
    http: reqwest::Client,
    base_url: String,
    way: Way,
    credentials: Credentials,
    clock: Clock,
    metrics: Arc<Metrics>,
    places: Semaphore,
    call_timeout: Duration,
}

impl NiceClient {
    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the machine has no CA certificates to verify NICE with.
    pub fn new(
        settings: &NiceSettings,
        credentials: Credentials,
        clock: Clock,
        metrics: Arc<Metrics>,
    ) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.call_timeout)
            // A redirect would carry the credentials somewhere else.
            .redirect(reqwest::redirect::Policy::none())
            // Only NICE_PROXY counts; HTTP_PROXY and the like are ignored.
            .no_proxy()
            .pool_max_idle_per_host(settings.concurrency)
            // NICE's gateway may close idle connections at any time; ours
            // goes first, so that a request never meets a closing one. And
            // when what is in between has forgotten them all, they are gone
            // by the time that one call has hung on one of them.
            .pool_idle_timeout(settings.call_timeout.min(LONGEST_IDLE))
            .user_agent(concat!("member-verification/", env!("CARGO_PKG_VERSION")));
        if settings.base_url.scheme() == "http" {
            // Loopback only: no TLS, so a machine without CA certificates
            // can run the sandbox all the same.
            builder = builder.tls_certs_only([]);
        } else if let Some(authorities) = &settings.authorities {
            builder = builder.tls_certs_merge(authorities.certificates());
        }
        if let Some(proxy) = &settings.proxy {
            builder = builder.proxy(proxy.reqwest()?);
        }
        Ok(Self {
            http: builder.build()?,
            base_url: settings.base_url.as_str().trim_end_matches('/').to_owned(),
            way: Way::to(
                &settings.base_url,
                settings.proxy.clone(),
                settings.connect_timeout,
            ),
            credentials,
            clock,
            metrics,
            places: Semaphore::new(settings.concurrency),
            call_timeout: settings.call_timeout,
        })
    }

    /// The longest that one call takes, once it has a place.
    #[must_use]
    pub const fn call_timeout(&self) -> Duration {
        self.call_timeout
    }

    /// Issues the institution token (기관토큰).
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn issue_institution_token(&self) -> Result<InstitutionToken, NiceError> {
        let Credentials {
            client_id,
            client_secret,
            ..
        } = &self.credentials;
        let pair = Zeroizing::new(format!("{client_id}:{}", client_secret.expose()));
        let request = self
            .post(path::INSTITUTION_TOKEN)
            .header(AUTHORIZATION, sensitive("Basic ", &pair))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&scope=default");
        self.call("institution_token", request, InstitutionToken::read)
            .await
    }

    /// Ends the institution token for every server that shares it; answers
    /// whether NICE says that it is gone.
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn revoke_institution_token(&self, token: &Secret) -> Result<bool, NiceError> {
        let request = self
            .post(path::REVOKE)
            .header(AUTHORIZATION, self.token_header("Basic ", token))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.call("revoke", request, wire::read_revoked).await
    }

    /// Issues a crypto token (암호화토큰) for `req_dtim` (14 digits, Korean
    /// time) and `req_no` (at most 30 characters, never used before).
    ///
    /// # Errors
    ///
    /// [`NiceError`]; nothing is retried here.
    pub async fn issue_crypto_token(
        &self,
        token: &Secret,
        req_dtim: &str,
        req_no: &str,
    ) -> Result<CryptoToken, NiceError> {
        let body = serde_json::to_vec(&CryptoTokenRequest::new(req_dtim, req_no))
            .unwrap_or_else(|_| unreachable!("three strings are always JSON"));
        let request = self
            .post(path::CRYPTO_TOKEN)
            .header(AUTHORIZATION, self.token_header("bearer ", token))
            .header(CONTENT_TYPE, "application/json")
            .header("ProductID", &self.credentials.product_id)
            .header("client_id", &self.credentials.client_id)
            .body(body);
        self.call("crypto_token", request, CryptoToken::read).await
    }

    /// Whether anything answers at NICE's address; the value is NICE's
    /// `Date` minus our clock. Issues nothing.
    ///
    /// # Errors
    ///
    /// [`NiceError::Unreachable`] or [`NiceError::Timeout`].
    pub async fn probe(&self) -> Result<Option<SignedDuration>, NiceError> {
        let request = self.http.get(format!("{}/", self.base_url));
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        Ok(self.clock_skew(response.headers()))
    }

    fn post(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.base_url));
        match TraceContext::current() {
            Some(trace) => request.header("traceparent", trace.traceparent()),
            None => request,
        }
    }

    /// `prefix` + base64(`access_token:unix_seconds:client_id`), the seconds
    /// in UTC and whole: NICE refuses fractions and Korean time alike.
    fn token_header(&self, prefix: &str, token: &Secret) -> HeaderValue {
        let text = Zeroizing::new(format!(
            "{}:{}:{}",
            token.expose(),
            self.clock.now().as_second(),
            self.credentials.client_id
        ));
        sensitive(prefix, &text)
    }

    async fn call<T>(
        &self,
        operation: &'static str,
        request: reqwest::RequestBuilder,
        read: fn(&[u8]) -> Result<T, Rejected>,
    ) -> Result<T, NiceError> {
        let started = tokio::time::Instant::now();
        let result = self.exchange(request, read).await;
        let label = result.as_ref().err().map_or("1200", NiceError::label);
        let took = started.elapsed();
        self.metrics.nice_call(operation, label, took);
        tracing::debug!(
            operation,
            code = label,
            elapsed_ms = took.as_millis(),
            "NICE answered"
        );
        result
    }

    async fn exchange<T>(
        &self,
        request: reqwest::RequestBuilder,
        read: fn(&[u8]) -> Result<T, Rejected>,
    ) -> Result<T, NiceError> {
        // The semaphore is never closed: a failure to acquire can't happen.
        let _place = self.places.acquire().await;
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let status = response.status();
        let clock_skew = self.clock_skew(response.headers());
        let bytes = answer::read(response).await?;
        // The body decides before the HTTP status does: NICE sends its JSON
        // with 4xx and 5xx too.
        read(&bytes).map_err(|rejected| match rejected {
            Rejected::Garbage(what) => NiceError::Garbage {
                status: status.as_u16(),
                what,
            },
            Rejected::Refusal(code, message) => NiceError::Refused {
                code,
                message,
                clock_skew,
            },
        })
    }

    fn failure(&self, error: &reqwest::Error) -> NiceError {
        if error.is_timeout() && !error.is_connect() {
            return NiceError::Timeout;
        }
        NiceError::Unreachable(self.way.obstacle(error))
    }

    /// NICE's `Date` minus our clock.
    fn clock_skew(&self, headers: &HeaderMap) -> Option<SignedDuration> {
        let date = headers.get(DATE)?.to_str().ok()?;
        let theirs: Timestamp = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
        Some(theirs.duration_since(self.clock.now()))
    }
}

fn sensitive(prefix: &str, text: &str) -> HeaderValue {
    let value = Zeroizing::new(format!("{prefix}{}", STANDARD.encode(text)));
    let mut header = HeaderValue::from_str(&value)
        .unwrap_or_else(|_| unreachable!("base64 is always a header value"));
    header.set_sensitive(true);
    header
}
