//! Why there is no connection to NICE: which side lacks what, in words that an
//! operator can act on. The log and `check` tell the same.

use std::{error::Error, fmt, io, iter::successors, time::Duration};

use rustls::{AlertDescription, CertificateError, InvalidMessage};
use url::Url;

use super::NiceProxy;

/// Where the way to NICE ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// No address for the host's name.
    Dns,
    /// No connection to the first host on the way.
    Tcp,
    /// `NICE_PROXY` refuses.
    Proxy,
    /// No TLS.
    Tls,
    /// Connecting took too long; at which stage isn't known.
    Connecting,
    /// Connected, but no HTTP came back.
    Http,
}

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    stage: Stage,
    what: String,
    remedy: String,
    before_sending: bool,
}

/// The way to NICE, as the texts name it.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// Host and port of NICE.
    pub(super) nice: String,
    pub(super) port: u16,
    pub(super) proxy: Option<NiceProxy>,
    pub(super) connect_timeout: Duration,
}

impl Obstacle {
    /// An obstacle with words of its own.
    pub fn new(stage: Stage, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            stage,
            what: what.into(),
            remedy: remedy.into(),
            before_sending: false,
        }
    }

    /// No connection to `peer`, whose address is in `setting`.
    #[must_use]
    pub fn tcp(peer: &str, setting: &str, port: u16, kind: io::ErrorKind, root: &str) -> Self {
        let firewall = format!("let connections to port {port} through the firewall");
        let (what, remedy) = match kind {
            io::ErrorKind::ConnectionRefused => (
                format!("{peer} refuses connections"),
                format!(
                    "check {setting}: nothing listens there, or something on the way rejects \
                     connections to port {port}"
                ),
            ),
            io::ErrorKind::TimedOut => (format!("{peer} does not answer"), firewall),
            _ => (
                format!("no connection to {peer}: {root}"),
                format!("check this machine's network and {setting}; {firewall}"),
            ),
        };
        Self::new(Stage::Tcp, what, remedy)
    }

    /// Where the way ends.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// What the operator can do.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Whether there was no connection yet, so that nothing can have been sent.
    #[must_use]
    pub const fn is_before_sending(&self) -> bool {
        self.before_sending
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Way {
    pub(super) fn to(url: &Url, proxy: Option<NiceProxy>, connect_timeout: Duration) -> Self {
        let port = url.port_or_known_default().unwrap_or_default();
        Self {
            nice: format!("{}:{port}", url.host_str().unwrap_or_default()),
            port,
            proxy,
            connect_timeout,
        }
    }

    /// What stopped a call.
    pub(super) fn obstacle(&self, error: &reqwest::Error) -> Obstacle {
        Obstacle {
            before_sending: error.is_connect(),
            ..self.found_in(error)
        }
    }

    /// What stopped a call, found in the chain of its error.
    fn found_in(&self, error: &reqwest::Error) -> Obstacle {
        let causes = || successors(Some(error as &dyn Error), |cause| inner(*cause));
        let texts: Vec<String> = causes().map(ToString::to_string).collect();
        let said = |start: &str| texts.iter().any(|text| text.starts_with(start));
        // reqwest's tunnel has no public type of error.
        let tunnel = texts
            .iter()
            .find_map(|text| text.strip_prefix("tunnel error: "));
        let at_proxy = match (&self.proxy, tunnel) {
            (Some(proxy), Some("failed to create underlying connection")) => Some(proxy),
            (Some(proxy), Some(how)) => return self.refused_by(proxy, how),
            _ => None,
        };
        let peer = Peer {
            name: at_proxy.map_or_else(|| self.nice.clone(), |proxy| format!("the proxy {proxy}")),
            setting: at_proxy.map_or("NICE_BASE_URL", |_| "NICE_PROXY"),
            port: at_proxy.map_or(self.port, |proxy| proxy.hop().1),
        };
        let root = texts.last().cloned().unwrap_or_default();
        if let Some(error) = causes().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return peer.tls(error);
        }
        if said("dns error") {
            return peer.dns(&root);
        }
        if said("tls handshake eof") {
            return Obstacle::new(
                Stage::Tls,
                format!("{peer} closes the connection during the TLS handshake"),
                "a firewall on the way may cut TLS, or the server there does not speak TLS; \
                 check NICE_BASE_URL and NICE_PROXY",
            );
        }
        let Some(kind) = causes()
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .last()
            .map(io::Error::kind)
            .filter(|_| error.is_connect())
        else {
            if error.is_connect() && error.is_timeout() {
                return self.too_slow();
            }
            return Obstacle::new(
                Stage::Http,
                root,
                format!("check what answers at {} ({})", peer.setting, peer.name),
            );
        };
        if said("tcp connect error") {
            return Obstacle::tcp(&peer.name, peer.setting, peer.port, kind, &root);
        }
        if kind == io::ErrorKind::TimedOut {
            return self.too_slow();
        }
        Obstacle::new(
            Stage::Tls,
            format!("the connection to {peer} broke: {root}"),
            "a firewall on the way may cut TLS; check NICE_BASE_URL and NICE_PROXY",
        )
    }

    fn refused_by(&self, proxy: &NiceProxy, how: &str) -> Obstacle {
        let (nice, port) = (&self.nice, self.port);
        let (what, remedy) = match how {
            "proxy authorization required" if proxy.has_login() => (
                format!("the proxy {proxy} does not accept the login in NICE_PROXY (407)"),
                "compare user and password with the proxy's; in NICE_PROXY write @ : / ? # % \
                 within them as %40 %3A %2F %3F %23 %25"
                    .to_owned(),
            ),
            "proxy authorization required" => (
                format!("the proxy {proxy} demands a login (407)"),
                "write user and password into NICE_PROXY: http://user:password@host:port"
                    .to_owned(),
            ),
            "unsuccessful" => (
                format!("the proxy {proxy} refuses CONNECT to {nice}"),
                format!(
                    "allow CONNECT to port {port} in the proxy (many allow port 443 only; in \
                     Squid: acl SSL_ports port {port}); if it answers 502, 503 or 504, it is \
                     the proxy that does not get there: look at its resolver and its way out"
                ),
            ),
            _ => (
                format!("the proxy {proxy} broke off CONNECT to {nice}"),
                format!(
                    "check that NICE_PROXY is an HTTP proxy, and allow CONNECT to port {port} \
                     in it"
                ),
            ),
        };
        Obstacle::new(Stage::Proxy, what, remedy)
    }

    /// Nobody says how far it came.
    fn too_slow(&self) -> Obstacle {
        let seconds = self.connect_timeout.as_secs_f64();
        let through = self
            .proxy
            .as_ref()
            .map(|proxy| format!(" through the proxy {proxy}"))
            .unwrap_or_default();
        Obstacle::new(
            Stage::Connecting,
            format!(
                "no connection to {}{through} within NICE_CONNECT_TIMEOUT ({seconds} s)",
                self.nice
            ),
            format!(
                "let connections to port {} through the firewall; `member-verification check` \
                 tells DNS, firewall, proxy and TLS apart",
                self.port
            ),
        )
    }
}

/// What an [`io::Error`] wraps comes before its source, which would skip it.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// The side that this machine speaks to.
struct Peer {
    name: String,
    setting: &'static str,
    port: u16,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Peer {
    fn dns(&self, root: &str) -> Obstacle {
        Obstacle::new(
            Stage::Dns,
            format!("no address for {self}: {root}"),
            format!("check this machine's resolver, and {}", self.setting),
        )
    }

    fn tls(&self, error: &rustls::Error) -> Obstacle {
        use rustls::Error::{
            AlertReceived, InvalidCertificate, InvalidMessage as Message, PeerIncompatible,
        };
        let setting = self.setting;
        let (what, remedy) = match error {
            AlertReceived(
                AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
            ) => (
                format!(
                    "{self} offers no cipher that this service takes (TLS 1.3, or TLS 1.2 with \
                     ECDHE and AES-GCM or ChaCha20-Poly1305): it has only old ciphers"
                ),
                "have a current cipher switched on there, or use a proxy in NICE_PROXY that \
                 opens TLS, with its CA in NICE_CA_FILE"
                    .to_owned(),
            ),
            AlertReceived(AlertDescription::ProtocolVersion) | PeerIncompatible(_) => (
                format!(
                    "{self} does not speak TLS 1.2 or 1.3, which this service needs: only an \
                     old version of TLS there ({error})"
                ),
                "have TLS 1.2 switched on there".to_owned(),
            ),
            AlertReceived(AlertDescription::UnrecognisedName) => (
                format!("{self} does not know the host's name"),
                format!("check the host in {setting}"),
            ),
            AlertReceived(
                AlertDescription::CertificateRequired | AlertDescription::AccessDenied,
            ) => (
                format!("{self} wants a certificate of this service, which has none"),
                format!("check {setting}: NICE wants no client certificate"),
            ),
            Message(InvalidMessage::InvalidContentType) => (
                format!("{self} does not speak TLS on that port: it answers in clear text"),
                format!("check scheme and port in {setting}"),
            ),
            InvalidCertificate(certificate) => self.certificate(certificate),
            other => (
                format!("no TLS with {self}: {other}"),
                format!("check {setting}, NICE_PROXY and anything in between"),
            ),
        };
        Obstacle::new(Stage::Tls, what, remedy)
    }

    fn certificate(&self, error: &CertificateError) -> (String, String) {
        let clock = "check this machine's clock (NTP); if it is right, a new certificate is \
                     needed there";
        match error {
            CertificateError::UnknownIssuer => (
                format!(
                    "the certificate of {self} comes from a CA that is not known here: either \
                     the other side sends no intermediate certificate, or its CA is private \
                     (as that of a proxy that inspects TLS)"
                ),
                "have the whole chain sent there, or put the private CA (or the missing \
                 intermediate) into a file and name it in NICE_CA_FILE; without any CA on this \
                 machine, install ca-certificates"
                    .to_owned(),
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
                format!("the certificate of {self} has expired"),
                clock.to_owned(),
            ),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
                format!("the certificate of {self} is not valid yet"),
                clock.to_owned(),
            ),
            CertificateError::NotValidForName => (
                format!("the certificate of {self} is for another name"),
                format!("write the name that it is for in {}", self.setting),
            ),
            CertificateError::NotValidForNameContext { presented, .. } => (
                format!(
                    "the certificate of {self} is for another name: {}",
                    presented.join(", ")
                ),
                format!("write the name that it is for in {}", self.setting),
            ),
            other => (
                format!("the certificate of {self} can't be verified: {other}"),
                "a self-signed certificate has to be in NICE_CA_FILE as a CA; otherwise a new \
                 certificate is needed there"
                    .to_owned(),
            ),
        }
    }
}
