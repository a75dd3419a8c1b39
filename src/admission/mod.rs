//! Rate limits: each verification costs a crypto token, and NICE counts these.

mod client;
mod rate;

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::http::HeaderMap;
use tokio::time::Instant;

pub use client::TrustedProxies;
use client::X_FORWARDED_FOR;
pub use rate::Rate;
use rate::{Limiter, Meter};

/// The limits of the call that costs a token.
#[derive(Clone, Debug, Default)]
pub struct AdmissionSettings {
    /// `RATE_LIMIT`: per client address, IPv6 per /64.
    pub per_client: Option<Rate>,
    /// `RATE_LIMIT_TOTAL`: over all clients of this process.
    pub total: Option<Rate>,
    /// `TRUSTED_PROXIES`.
    pub proxies: TrustedProxies,
}

/// Counts requests, per client and in total.
#[derive(Debug)]
pub struct Admission {
    per_client: Option<Limiter>,
    total: Option<Meter>,
    proxies: TrustedProxies,
    warned: AtomicBool,
}

impl Admission {
    /// Starts with no request counted.
    #[must_use]
    pub fn new(settings: AdmissionSettings) -> Self {
        Self {
            per_client: settings
                .per_client
                .map(|rate| Limiter::new(rate, Instant::now())),
            total: settings.total.map(|rate| Meter::new(rate, Instant::now())),
            proxies: settings.proxies,
            warned: AtomicBool::new(false),
        }
    }

    /// Lets a request of `peer` pass.
    ///
    /// # Errors
    ///
    /// The wait after which the request would pass.
    pub fn admit(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), Duration> {
        self.warn_of_forwarding(headers);
        if let Some(limiter) = &self.per_client {
            limiter.pass(self.proxies.client(peer, headers), Instant::now())?;
        }
        // Second, so that one client's flood doesn't use up the total.
        let total = self.total.as_ref();
        total.map_or(Ok(()), |meter| meter.pass(Instant::now()))
    }

    fn warn_of_forwarding(&self, headers: &HeaderMap) {
        if self.proxies.is_empty()
            && headers.contains_key(X_FORWARDED_FOR)
            && !self.warned.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "a request came with X-Forwarded-For, but TRUSTED_PROXIES is empty: all callers \
                 behind the proxy count as one for RATE_LIMIT; set TRUSTED_PROXIES to the proxy's network"
            );
        }
    }
}
