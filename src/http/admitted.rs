//! The extractor that applies the rate limits before a token is taken.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};

use super::{
    app::App,
    failure::Failure,
    reason::{Reason, RetryAfter},
};

/// A request that is within the limits.
pub(super) struct Admitted;

impl FromRequestParts<Arc<App>> for Admitted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        // Without a listener, as in a benchmark, there is no peer.
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        app.admission
            .admit(peer, &parts.headers)
            .map(|()| Self)
            .map_err(|wait| Reason::RateLimited(RetryAfter::new(wait)).into())
    }
}
