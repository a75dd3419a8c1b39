//! `NICE_CA_FILE`: certificate authorities beside those of this machine.

use reqwest::Certificate;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Certificates that NICE's may come from, beside the machine's own.
#[derive(Clone, Debug)]
pub struct Authorities(Vec<Certificate>);

impl Authorities {
    /// Reads a bundle in PEM.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(pem: &[u8]) -> Result<Self, String> {
        let pem = unmarked(pem);
        let mut certificates = Vec::new();
        for (index, certificate) in CertificateDer::pem_slice_iter(&pem).enumerate() {
            let broken = || format!("holds a broken certificate, number {}", index + 1);
            let certificate = certificate.map_err(|_| broken())?;
            // reqwest would notice it only when the client is built.
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|_| broken())?;
            certificates.push(Certificate::from_der(&certificate).map_err(|_| broken())?);
        }
        if certificates.is_empty() {
            return Err(format!(
                "holds no certificate in PEM (-----BEGIN CERTIFICATE-----); {}",
                instead(&pem)
            ));
        }
        Ok(Self(certificates))
    }

    pub(super) fn certificates(&self) -> impl Iterator<Item = Certificate> {
        self.0.iter().cloned()
    }
}

/// Byte order marks of Windows, in front of the file or of one that was appended:
/// a certificate behind one would be passed over.
fn unmarked(pem: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let mut rest = pem;
    let mut bare = Vec::with_capacity(pem.len());
    while let Some(byte) = rest.first() {
        if let Some(behind) = rest.strip_prefix(MARK) {
            rest = behind;
        } else {
            bare.push(*byte);
            rest = &rest[1..];
        }
    }
    bare
}

/// What the file holds in place of a certificate, and what to do.
fn instead(file: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(file);
    if file.starts_with(b"\xff\xfe") || file.starts_with(b"\xfe\xff") {
        "it is UTF-16; save it as UTF-8"
    } else if text.contains("-----BEGIN PKCS7") {
        "it is PKCS#7; convert it with openssl pkcs7 -print_certs"
    } else if text.contains("PRIVATE KEY-----") {
        "it is a private key; name the file of the authority's certificate"
    } else if text.contains("-----BEGIN TRUSTED CERTIFICATE") {
        "it is OpenSSL's own form; convert it with openssl x509"
    } else {
        "convert DER with openssl x509 -inform der"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_told() {
        for (file, what) in [
            (&b""[..], "convert DER"),
            (b"\x30\x82\x03", "convert DER"),
            (b"\xff\xfe-\0-\0", "UTF-16"),
            (
                b"-----BEGIN PKCS7-----\nAA==\n-----END PKCS7-----\n",
                "PKCS#7",
            ),
            (
                b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
                "a private key",
            ),
            (
                b"-----BEGIN TRUSTED CERTIFICATE-----\nAA==\n-----END TRUSTED CERTIFICATE-----\n",
                "openssl x509",
            ),
        ] {
            let told = Authorities::parse(file).unwrap_err();
            assert!(
                told.contains("no certificate") && told.contains(what),
                "{told}"
            );
        }
    }

    #[test]
    fn a_mark_of_windows_hides_no_certificate() {
        let marked = b"\xef\xbb\xbf-----BEGIN X\n\xef\xbb\xbf-----BEGIN Y\n\xef\xbb";
        assert_eq!(unmarked(marked), b"-----BEGIN X\n-----BEGIN Y\n\xef\xbb");
    }
}
