//! Certificates of two authorities, made by openssl.

use std::{fs, path::PathBuf, process::Stdio};

use tokio::process::Command;

use super::program::text;

/// Certificates in a folder of their own, made by openssl.
pub(crate) struct Certificates(PathBuf);

impl Certificates {
    pub(crate) async fn make(name: &str) -> Self {
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
            ("good", "DNS:localhost,IP:127.0.0.1", "ca"),
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

    pub(crate) async fn openssl(&self, arguments: &str) {
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

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) const NEW: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
