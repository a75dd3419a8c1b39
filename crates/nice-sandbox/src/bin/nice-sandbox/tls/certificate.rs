//! The CA and its one certificate, made together and kept for 30 days.
//!
//! The CA's key is thrown away as soon as it has signed, and the CA is constrained to
//! NICE's hosts: to trust it is to trust this one key for these hosts and nothing else.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    net::{Ipv4Addr, Ipv6Addr},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process,
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PublicKeyData, date_time_ymd,
};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};

use super::hosts;

const DAYS: i64 = 30;
/// What is nearer to its end is made anew.
const A_DAY: Duration = Duration::from_hours(24);
/// Key, certificate and CA in one file, so that they always belong together.
const SERVER: &str = "server.pem";
/// The CA alone, for those who are to trust it.
const CA: &str = "ca.pem";

/// What the sandbox shows as NICE's hosts.
pub(super) struct Certificate {
    pub(super) leaf: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
    /// Where the CA is.
    pub(super) ca: PathBuf,
    /// SHA-256 of the public key in base64, as browsers pin it.
    pub(super) pin: String,
}

impl Certificate {
    /// The one in this folder if it is good for a day more, else a new one with a new CA.
    ///
    /// # Errors
    ///
    /// What can't be read or written.
    pub(super) fn kept_in(
        folder: &Path,
        now: Timestamp,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let server = folder.join(SERVER);
        if let Some(kept) = read(&server, folder)?
            && kept.is_good(now, provider)
        {
            return Ok(kept.certificate);
        }
        let cannot = |error: &dyn std::error::Error| format!("can't make a certificate: {error}");
        let made = make(now).map_err(|error| cannot(&error))?;
        fs::create_dir_all(folder)
            .and_then(|()| {
                write(
                    &server,
                    &format!("{}{}{}", made.key, made.leaf, made.ca),
                    0o600,
                )
            })
            .and_then(|()| write(&folder.join(CA), &made.ca, 0o644))
            .map_err(|error| refused(folder, &error))?;
        match read(&server, folder)? {
            Some(kept) => Ok(kept.certificate),
            None => Err(format!("{} is not what was written", server.display())),
        }
    }
}

/// What the file has.
struct Kept {
    certificate: Certificate,
    ca: CertificateDer<'static>,
}

impl Kept {
    /// Whether a client that trusts the CA takes it for each of NICE's hosts, tomorrow too.
    fn is_good(&self, now: Timestamp, provider: &Arc<CryptoProvider>) -> bool {
        let mut roots = RootCertStore::empty();
        let now = Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default());
        roots.add(self.ca.clone()).is_ok()
            && fs::read(&self.certificate.ca).is_ok_and(|pem| {
                CertificateDer::from_pem_slice(&pem).ok().as_ref() == Some(&self.ca)
            })
            && WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(provider))
                .build()
                .is_ok_and(|verifier| {
                    hosts().all(|host| {
                        ServerName::try_from(host).is_ok_and(|name| {
                            verifier
                                .verify_server_cert(
                                    &self.certificate.leaf,
                                    &[],
                                    &name,
                                    &[],
                                    UnixTime::since_unix_epoch(now + A_DAY),
                                )
                                .is_ok()
                        })
                    })
                })
    }
}

/// Nothing if there is none, or none that can be used.
fn read(server: &Path, folder: &Path) -> Result<Option<Kept>, String> {
    let pem = match fs::read(server) {
        Ok(pem) => pem,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(folder, &error)),
    };
    Ok(parse(&pem, folder))
}

fn parse(pem: &[u8], folder: &Path) -> Option<Kept> {
    let text = str::from_utf8(pem).ok()?;
    let public = KeyPair::from_pem(text).ok()?.subject_public_key_info();
    let mut certificates = CertificateDer::pem_slice_iter(pem);
    let leaf = certificates.next()?.ok()?;
    let ca = certificates.next()?.ok()?;
    let certificate = Certificate {
        leaf,
        key: PrivateKeyDer::from_pem_slice(pem).ok()?,
        ca: folder.join(CA),
        pin: STANDARD.encode(Sha256::digest(public)),
    };
    Some(Kept { certificate, ca })
}

/// In PEM.
struct Made {
    key: String,
    leaf: String,
    ca: String,
}

fn make(now: Timestamp) -> Result<Made, rcgen::Error> {
    // From yesterday on: clocks differ.
    let first = TimeZone::UTC.to_datetime(now).date() - 1.day();
    let last = first + DAYS.days();

    let mut ca = between(first, last);
    ca.distinguished_name = named(&format!("nice-sandbox on this machine, {first}"));
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    ca.name_constraints = Some(NameConstraints {
        permitted_subtrees: hosts()
            .map(|host| GeneralSubtree::DnsName(host.to_owned()))
            .collect(),
        // Names that are permitted say nothing of addresses.
        excluded_subtrees: vec![
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(
                Ipv4Addr::UNSPECIFIED.into(),
                0,
            )),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(
                Ipv6Addr::UNSPECIFIED.into(),
                0,
            )),
        ],
    });
    let ca_key = KeyPair::generate()?;
    let ca_certificate = ca.self_signed(&ca_key)?;

    let mut leaf = between(first, last);
    leaf.distinguished_name = named("nice-sandbox: nothing here is real");
    leaf.subject_alt_names =
        CertificateParams::new(hosts().map(str::to_owned).collect::<Vec<_>>())?.subject_alt_names;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.is_ca = IsCa::ExplicitNoCa;
    leaf.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key))?;
    Ok(Made {
        key: key.serialize_pem(),
        leaf: leaf.pem(),
        ca: ca_certificate.pem(),
    })
}

fn between(first: Date, last: Date) -> CertificateParams {
    let midnight = |date: Date| {
        date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    let mut params = CertificateParams::default();
    params.not_before = midnight(first);
    params.not_after = midnight(last);
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut full = DistinguishedName::new();
    full.push(DnType::CommonName, name);
    full
}

/// At once, so that nobody reads half of it.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let unfinished = path.with_extension(format!("{}.new", process::id()));
    let _ = fs::remove_file(&unfinished);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&unfinished)?
        .write_all(text.as_bytes())?;
    fs::rename(unfinished, path)
}

fn refused(folder: &Path, error: &io::Error) -> String {
    format!(
        "can't keep a CA in {}: {error}; name another folder with --tls-folder",
        folder.display()
    )
}
