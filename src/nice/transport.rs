//! What both APIs of NICE share: one HTTP client, the permits of its calls, how
//! long they may take, and how each ended.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::header::{DATE, HeaderMap, HeaderValue};
use tokio::sync::Semaphore;
use url::Url;
use zeroize::Zeroizing;

use super::{Authorities, NiceError, NiceProxy, answer, obstacle::Way, reply::Rejected};
use crate::{clock::Clock, metrics::Metrics, trace::TraceContext};

/// How long a connection may wait for its next call.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

/// What some servers put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How to reach NICE.
#[derive(Clone, Debug)]
pub struct NiceSettings {
    /// The base of NICE's paths; may have a path itself.
    pub base_url: Url,
    /// An outbound proxy with a fixed egress address.
    pub proxy: Option<NiceProxy>,
    /// Certificate authorities in addition to this machine's.
    pub authorities: Option<Authorities>,
    /// For TCP and TLS together.
    pub connect_timeout: Duration,
    /// For a whole call, connecting included.
    pub call_timeout: Duration,
    /// Calls in flight at once; further ones wait.
    pub concurrency: usize,
}

/// The way to one of NICE's APIs. Holds no credentials.
#[derive(Debug)]
pub struct Transport {
    http: reqwest::Client,
    base_url: String,
    way: Way,
    clock: Clock,
    metrics: Arc<Metrics>,
    places: Semaphore,
    call_timeout: Duration,
}

impl Transport {
    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the machine has no CA certificates to verify NICE with.
    pub fn new(
        settings: &NiceSettings,
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
            // NICE's gateway may close idle connections at any time. We close
            // them first, so that a request never meets a closing one. If
            // something in between has dropped all connections, the others have
            // expired by the time one call has timed out.
            .pool_idle_timeout(settings.call_timeout.min(LONGEST_IDLE))
            .user_agent(concat!("member-verification/", env!("CARGO_PKG_VERSION")));
        if settings.base_url.scheme() == "http" {
            // Loopback only: no TLS, so a machine without CA certificates can
            // also run the sandbox.
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
            clock,
            metrics,
            places: Semaphore::new(settings.concurrency),
            call_timeout: settings.call_timeout,
        })
    }

    /// The longest that one call takes, once it has a permit.
    #[must_use]
    pub const fn call_timeout(&self) -> Duration {
        self.call_timeout
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
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
        Ok(clock_skew(response.headers(), self.clock.now()))
    }

    pub(super) fn post(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.base_url));
        match TraceContext::current() {
            Some(trace) => request.header("traceparent", trace.traceparent()),
            None => request,
        }
    }

    /// Sends `request` and reads its answer; `success` is NICE's code for it.
    /// `read` also gets NICE's time, or ours if NICE sent none.
    pub(super) async fn call<T>(
        &self,
        (operation, success): (&'static str, &'static str),
        request: reqwest::RequestBuilder,
        read: impl FnOnce(&[u8], Timestamp) -> Result<T, Rejected>,
    ) -> Result<T, NiceError> {
        let started = tokio::time::Instant::now();
        let result = self.exchange(request, read).await;
        let label = result.as_ref().err().map_or(success, NiceError::label);
        let took = started.elapsed();
        self.metrics.nice_call(operation, label, took);
        if let Err(NiceError::Garbage { what, .. }) = &result {
            self.metrics.unusable(operation, what.name());
        }
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
        read: impl FnOnce(&[u8], Timestamp) -> Result<T, Rejected>,
    ) -> Result<T, NiceError> {
        // The semaphore is never closed: a failure to acquire can't happen.
        let _place = self.places.acquire().await;
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let status = response.status();
        let now = self.clock.now();
        let clock_skew = clock_skew(response.headers(), now);
        let bytes = answer::read(response).await?;
        // The body decides before the HTTP status does: NICE sends its JSON
        // with 4xx and 5xx too.
        let json = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
        read(json, now + clock_skew.unwrap_or_default()).map_err(|rejected| match rejected {
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
}

/// NICE's `Date` minus our clock.
fn clock_skew(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let theirs: Timestamp = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(theirs.duration_since(now))
}

/// A header that no log of a library prints; `secret` is ASCII.
pub(super) fn sensitive(prefix: &str, secret: &str) -> HeaderValue {
    let value = Zeroizing::new(format!("{prefix}{secret}"));
    let mut header = HeaderValue::from_str(&value)
        .unwrap_or_else(|_| unreachable!("printable ASCII is always a header value"));
    header.set_sensitive(true);
    header
}
