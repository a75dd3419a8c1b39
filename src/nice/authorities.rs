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
        let mut certificates = Vec::new();
        for (index, certificate) in CertificateDer::pem_slice_iter(pem).enumerate() {
            let broken = || format!("holds a broken certificate, number {}", index + 1);
            let certificate = certificate.map_err(|_| broken())?;
            // reqwest would notice it only when the client is built.
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|_| broken())?;
            certificates.push(Certificate::from_der(&certificate).map_err(|_| broken())?);
        }
        if certificates.is_empty() {
            return Err(
                "holds no certificate in PEM (-----BEGIN CERTIFICATE-----); convert DER with \
                 openssl x509 -inform der"
                    .to_owned(),
            );
        }
        Ok(Self(certificates))
    }

    pub(super) fn certificates(&self) -> impl Iterator<Item = Certificate> {
        self.0.iter().cloned()
    }
}
