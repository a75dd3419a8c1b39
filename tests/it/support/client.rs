//! HTTP clients that use no proxy and need no certificates.

use reqwest::{Client, ClientBuilder, redirect::Policy};

/// To be changed before use.
pub(crate) fn builder() -> ClientBuilder {
    // Another test may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().tls_certs_only([])
}

pub(crate) fn client() -> Client {
    builder().build().unwrap()
}

/// Shows where it is sent instead of going there.
pub(crate) fn browser() -> Client {
    builder().redirect(Policy::none()).build().unwrap()
}
