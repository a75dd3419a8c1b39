//! Nobody on the way to NICE: TLS that is verified and has no switch, and
//! plain http for this machine alone.

use std::{fs, path::PathBuf, process::Stdio, sync::Arc};

use member_verification::nice::path;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    process::Command,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    support::client::client,
    support::nice_stub::NiceStub,
    support::program::{run, text},
};
use crate::{support::live::Live, support::told::Told};

/// Certificates in a folder of their own, made by openssl.
pub(super) struct Certificates(PathBuf);

impl Certificates {
    pub(super) async fn make(name: &str) -> Self {
        let name = format!("tls-{name}-{}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        let certificates = Self(folder);
        for name in ["ca", "other_ca"] {
            certificates
                .openssl(&format!(
                    "req -x509 {NEW} -subj /CN={name} -keyout {name}.key -out {name}.pem"
                ))
                .await;
        }
        for (name, host, issuer) in [
            ("good", "DNS:localhost", "ca"),
            ("other_host", "DNS:svc.niceapi.co.kr", "ca"),
            ("stranger", "DNS:localhost", "other_ca"),
        ] {
            certificates
                .openssl(&format!(
                    "req -x509 {NEW} -subj /CN=test -addext subjectAltName={host} \
                     -addext basicConstraints=critical,CA:FALSE \
                     -CA {issuer}.pem -CAkey {issuer}.key -keyout {name}.key -out {name}.pem"
                ))
                .await;
        }
        certificates
            .openssl(&format!(
                "req -x509 {NEW} -subj /CN=test -addext subjectAltName=DNS:localhost \
                 -keyout self_signed.key -out self_signed.pem"
            ))
            .await;
        certificates.make_expired().await;
        certificates
    }

    /// Only `openssl ca` lets a certificate end before today.
    async fn make_expired(&self) {
        fs::write(self.0.join("index.txt"), "").unwrap();
        fs::write(
            self.0.join("ca.conf"),
            "[ca]\ndefault_ca = one\n[one]\ndatabase = index.txt\nnew_certs_dir = .\n\
             default_md = sha256\npolicy = any\nrand_serial = yes\nx509_extensions = host\n\
             [any]\ncommonName = supplied\n[host]\nsubjectAltName = DNS:localhost\n",
        )
        .unwrap();
        self.openssl(&format!(
            "req {NEW} -subj /CN=test -keyout expired.key -out expired.csr"
        ))
        .await;
        self.openssl(
            "ca -batch -notext -config ca.conf -cert ca.pem -keyfile ca.key -in expired.csr \
             -startdate 20200101000000Z -enddate 20200201000000Z -out expired.pem",
        )
        .await;
    }

    pub(super) async fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .output()
            .await
            .expect("openssl is needed: install Debian's package of that name");
        assert!(
            output.status.success(),
            "{arguments}: {}",
            text(&output.stderr)
        );
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Ends TLS with the certificate of that name in front of `nice`.
    pub(super) async fn serve(&self, name: &str, nice: &NiceStub) -> String {
        let chain = CertificateDer::from_pem_file(self.file(&format!("{name}.pem"))).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.file(&format!("{name}.key"))).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let nice = nice.address;
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let accepting = acceptor.accept(stream);
                tokio::spawn(async move {
                    if let Ok(mut tls) = accepting.await {
                        let mut plain = TcpStream::connect(nice).await.unwrap();
                        let _ = copy_bidirectional(&mut tls, &mut plain).await;
                    }
                });
            }
        });
        format!("https://localhost:{port}")
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) const NEW: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";

#[tokio::test]
async fn nice_is_called_only_with_its_own_certificate() {
    drop(client());
    let certificates = Certificates::make("called").await;
    let trusted = certificates.file("ca.pem");
    for (name, is_nice) in [
        ("good", true),
        ("self_signed", false),
        ("stranger", false),
        ("other_host", false),
        ("expired", false),
    ] {
        let nice = NiceStub::start().await;
        let url = certificates.serve(name, &nice).await;
        let settings = [
            ("NICE_BASE_URL", url.as_str()),
            ("SSL_CERT_FILE", trusted.to_str().unwrap()),
        ];
        let live = Live::before(nice.clone(), &settings).await;
        let told = Told::of(live.issue("{}").await).await;
        let asked = nice.calls(path::INSTITUTION_TOKEN).len();
        if is_nice {
            assert_eq!((told.status, asked), (200, 1), "{name}: {told:?}");
        } else {
            assert_eq!(told.reason(), "NICE_UNAVAILABLE", "{name}");
            // The client's secret has not gone out.
            assert_eq!(asked, 0, "{name}");
        }
    }
}

#[test]
fn no_setting_turns_tls_off() {
    fn sources(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    sources(std::path::Path::new(source), &mut found);
    assert!(found.len() > 100);
    for file in found {
        let source = fs::read_to_string(&file).unwrap();
        for switch in [
            "danger",
            "insecure(",
            "no_verify",
            "tls_sni(",
            "with_custom_certificate",
        ] {
            assert!(!source.contains(switch), "{switch} in {}", file.display());
        }
    }
    let manifest = include_str!("../../../Cargo.toml");
    assert!(!manifest.contains("insecure"), "a feature of a crate");
}

#[tokio::test]
async fn plain_http_is_for_loopback_only() {
    let refused = async |url: &str| {
        let settings = [
            ("NICE_CLIENT_ID", "client"),
            ("NICE_CLIENT_SECRET", "secret"),
            ("RETURN_URLS", "https://shop.example/cb"),
            ("NICE_BASE_URL", url),
        ];
        let output = run(&["serve", "--bind", "127.0.0.1:0"], &settings).await;
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{url}: {stderr}");
        assert!(stderr.contains("NICE_BASE_URL"), "{url}: {stderr}");
    };
    for url in [
        "http://svc.niceapi.co.kr:22001",
        "http://nice.example",
        "http://localhost.example",
        "http://localhost.",
        "http://127.0.0.1.example",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://[2001:db8::1]",
        "http://127.0.0.1@nice.example",
        "http://user:password@127.0.0.1",
        "https://user@svc.niceapi.co.kr",
        "ftp://127.0.0.1",
        "https://svc.niceapi.co.kr?x=1",
        "svc.niceapi.co.kr",
    ] {
        refused(url).await;
    }
}

#[tokio::test]
async fn redis_over_tls_has_no_unverified_mode() {
    let settings = [
        ("NICE_CLIENT_ID", "client"),
        ("NICE_CLIENT_SECRET", "secret"),
        ("RETURN_URLS", "https://shop.example/cb"),
        ("REDIS_URL", "rediss://:CANARY@redis.example/#insecure"),
        ("STORE_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="),
    ];
    let output = run(&["serve", "--bind", "nowhere"], &settings).await;
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{stderr}");
    assert!(
        stderr.contains("REDIS_URL") && !stderr.contains("CANARY"),
        "{stderr}"
    );
}
