//! `--tls`: NICE's own addresses, with certificates of a CA that is made on this machine.

mod certificate;
mod listener;
mod settings;
mod trust;

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::map_request,
};
use jiff::Timestamp;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::CryptoProvider, crypto::ring::default_provider},
};

use certificate::Certificate;
use listener::TlsListener;
pub(super) use settings::{TlsArgs, TlsSettings};

/// Hosts of the standard window (표준창): its API, at port 22001, and its window.
const STANDARD_WINDOW: [&str; 2] = ["svc.niceapi.co.kr", "nice.checkplus.co.kr"];
/// Hosts of 통합인증: its API and its windows; `nice.checkplus.co.kr` is one, too.
const INTEGRATED: [&str; 3] = ["auth.niceid.co.kr", "cert.niceid.co.kr", "cert.vno.co.kr"];

/// Where the API of the standard window is.
pub(super) const BASE_URL: &str = "https://svc.niceapi.co.kr:22001";

/// Listens, and says how to use it.
///
/// # Errors
///
/// What is wrong, and what to do.
pub(super) async fn listen(
    settings: &TlsSettings,
    now: Timestamp,
) -> Result<(TlsListener, String), String> {
    let provider = Arc::new(default_provider());
    let certificate = Certificate::kept_in(&settings.folder, now, &provider)?;
    let how_to_use = trust::how_to_use(&certificate, &settings.folder);
    let acceptor = TlsAcceptor::from(Arc::new(server_config(certificate, provider)?));
    let listener = TlsListener::bind(&settings.bind, acceptor).await?;
    Ok((listener, how_to_use))
}

fn server_config(
    certificate: Certificate,
    provider: Arc<CryptoProvider>,
) -> Result<ServerConfig, String> {
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.leaf], certificate.key)
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// For the sandbox, TLS ends at a proxy: its own addresses are https.
pub(super) fn behind(sandbox: Router) -> Router {
    sandbox.layer(map_request(async |mut request: Request| {
        request.headers_mut().insert(
            HeaderName::from_static("x-forwarded-proto"),
            HeaderValue::from_static("https"),
        );
        request
    }))
}

/// All of NICE's hosts.
fn hosts() -> impl Iterator<Item = &'static str> {
    STANDARD_WINDOW.into_iter().chain(INTEGRATED)
}
