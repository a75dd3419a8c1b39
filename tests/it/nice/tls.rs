//! Nobody on the way to NICE: TLS that is verified and has no switch, and
//! plain http for this machine alone.

use std::{fs, path::PathBuf, sync::Arc};

use member_verification::nice::path;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    support::certificates::Certificates,
    support::client::client,
    support::nice_stub::NiceStub,
    support::program::{run, text},
};
use crate::{support::live::Live, support::told::Told};

/// Ends TLS with the certificate of that name in front of `nice`.
pub(super) async fn serve(certificates: &Certificates, name: &str, nice: &NiceStub) -> String {
    let chain = CertificateDer::from_pem_file(certificates.file(&format!("{name}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(certificates.file(&format!("{name}.key"))).unwrap();
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
        let url = serve(&certificates, name, &nice).await;
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
