//! The extractor that applies the rate limits before a token is taken.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};

use super::{app::App, failure::Failure, reason::Reason, retry_after::RetryAfter};

/// Who is on the other side of the connection.
pub(super) struct Peer(pub(super) IpAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Without a listener, as in a benchmark, there is no peer.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(
            peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip()),
        ))
    }
}

/// A request that is within the limits.
pub(super) struct Admitted;

impl FromRequestParts<Arc<App>> for Admitted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Ok(Peer(peer)) = Peer::from_request_parts(parts, app).await;
        app.admission
            .admit(peer, &parts.headers)
            .map(|()| Self)
            .map_err(|wait| Reason::RateLimited(RetryAfter::new(wait)).into())
    }
}
