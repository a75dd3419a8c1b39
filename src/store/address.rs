//! `REDIS_URL`, parsed: one server, a Sentinel's primary, or a cluster.

use std::{fmt, sync::Arc};

use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, io::tcp::TcpSettings};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// If the peer acknowledges no bytes for this long, the kernel closes the
/// connection, and a new one is opened.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: std::time::Duration = std::time::Duration::from_secs(3);

const SENTINEL_PORT: u16 = 26_379;

const NO_ADDRESS: &str = "is not the address of a Redis; write it like \
                          redis://:password@10.0.0.2:6379/0, or rediss:// for TLS; within the \
                          password / ? # % are written %2F %3F %23 %25";
const NO_SENTINEL: &str = "is not the address of a Sentinel; write it like redis+sentinel://\
                           user:password@10.0.0.2:26379,10.0.0.3:26379/PRIMARY_NAME/0, or \
                           rediss+sentinel:// for TLS";
const NO_CLUSTER: &str = "is not the address of a cluster; write it like redis+cluster://\
                          user:password@10.0.0.2:7001,10.0.0.3:7001, or rediss+cluster:// for TLS";

/// The address of a Redis. May hold a password, so it never prints.
#[derive(Clone)]
pub struct RedisAddress(Topology);

/// How to reach a Redis.
#[derive(Clone)]
pub(super) enum Topology {
    /// One server, or whatever is behind its name.
    Node(Box<Client>),
    /// The primary that Sentinels name.
    Sentinel(Arc<Sentinels>),
    /// Any nodes of a cluster; the others are learned from them.
    Cluster(Vec<ConnectionInfo>),
}

/// Sentinels, and what they watch.
pub(super) struct Sentinels {
    pub(super) addresses: Vec<ConnectionInfo>,
    /// The name of the primary.
    pub(super) primary: String,
    /// Login and database of the servers; their addresses are the Sentinels' to
    /// tell.
    pub(super) server: ConnectionInfo,
    pub(super) over_tls: bool,
}

impl RedisAddress {
    /// Parses `redis://`, `rediss://`, `redis+unix://`, and `redis(s)+sentinel://`
    /// and `redis(s)+cluster://` with several hosts. Does not connect.
    ///
    /// # Errors
    ///
    /// What is wrong. The text does not repeat the address.
    pub fn parse(url: &Secret) -> Result<Self, &'static str> {
        let url = url.expose();
        let topology = match url.split_once("://") {
            Some(("redis+sentinel", rest)) => sentinel("redis", rest)?,
            Some(("rediss+sentinel", rest)) => sentinel("rediss", rest)?,
            Some(("redis+cluster", rest)) => cluster("redis", rest)?,
            Some(("rediss+cluster", rest)) => cluster("rediss", rest)?,
            // What follows would be dropped: most often the rest of a password.
            _ if url.contains('#') && !url.ends_with("#insecure") => return Err(NO_ADDRESS),
            _ => Topology::Node(Box::new(
                Client::open(info(url, NO_ADDRESS)?).map_err(|_| NO_ADDRESS)?,
            )),
        };
        Ok(Self(topology))
    }

    pub(super) const fn topology(&self) -> &Topology {
        &self.0
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisAddress(redacted)")
    }
}

/// `[user:password@]host[:port],…/PRIMARY[/DB][?sentinel_username=…&sentinel_password=…]`.
/// The login is for Redis; Sentinels have another one or none.
fn sentinel(scheme: &str, rest: &str) -> Result<Topology, &'static str> {
    let parts = Parts::of(rest).ok_or(NO_SENTINEL)?;
    let (primary, db) = match parts.path.split_once('/') {
        Some((primary, db)) => (primary, db),
        None => (parts.path, "0"),
    };
    let primary = decoded(primary).ok_or(NO_SENTINEL)?;
    if primary.is_empty() {
        return Err(
            "names no primary; write the name that the Sentinels watch after the hosts, \
                    like /mymaster",
        );
    }
    // The crate's parser reads login and database.
    let server = Zeroizing::new(format!("{scheme}://{}redis/{db}", parts.login));
    let server = info(&server, NO_SENTINEL)?;
    let login = sentinel_login(parts.query)?;
    let addresses = parts
        .hosts
        .split(',')
        .map(|host| {
            let host = with_port(host, SENTINEL_PORT);
            let address = Zeroizing::new(format!("{scheme}://{}{host}", &*login));
            info(&address, NO_SENTINEL)
        })
        .collect::<Result<_, _>>()?;
    Ok(Topology::Sentinel(Arc::new(Sentinels {
        addresses,
        primary,
        server,
        over_tls: scheme == "rediss",
    })))
}

/// `[user:password@]host[:port],…`
fn cluster(scheme: &str, rest: &str) -> Result<Topology, &'static str> {
    let parts = Parts::of(rest).ok_or(NO_CLUSTER)?;
    if !matches!(parts.path, "" | "0") {
        return Err("names a database: a cluster has only one; remove what follows the hosts");
    }
    if !parts.query.is_empty() {
        return Err(NO_CLUSTER);
    }
    parts
        .hosts
        .split(',')
        .map(|host| {
            let address = Zeroizing::new(format!("{scheme}://{}{host}", parts.login));
            info(&address, NO_CLUSTER)
        })
        .collect::<Result<_, _>>()
        .map(Topology::Cluster)
}

/// The part after `://` in an address with several hosts.
struct Parts<'a> {
    /// With its `@`; or empty.
    login: &'a str,
    hosts: &'a str,
    path: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Option<Self> {
        if rest.contains('#') {
            return None;
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let at = authority.rfind('@').map_or(0, |at| at + 1);
        let (login, hosts) = authority.split_at(at);
        let all_named = hosts
            .split(',')
            .all(|host| !host.is_empty() && host == host.trim());
        all_named.then_some(Self {
            login,
            hosts,
            path: path.trim_end_matches('/'),
            query,
        })
    }
}

/// `user:password@` of the query, or nothing.
fn sentinel_login(query: &str) -> Result<Zeroizing<String>, &'static str> {
    let (mut username, mut password) = ("", None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sentinel_username", value)) => username = value,
            Some(("sentinel_password", value)) => password = Some(value),
            _ => {
                return Err("has a parameter that is unknown; \
                            it may have sentinel_username and sentinel_password");
            }
        }
    }
    match password {
        Some(password) => Ok(Zeroizing::new(format!("{username}:{password}@"))),
        None if username.is_empty() => Ok(Zeroizing::default()),
        None => Err("has sentinel_username without sentinel_password"),
    }
}

fn with_port(host: &str, port: u16) -> String {
    // The colons of an IPv6 address are inside brackets.
    let has_port = host.rfind(':').is_some_and(|at| !host[at..].contains(']'));
    if has_port {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(Into::into)
}

fn info(url: &str, no_address: &'static str) -> Result<ConnectionInfo, &'static str> {
    let info = url.into_connection_info().map_err(|_| no_address)?;
    // The library refuses it too, but only when it connects.
    if matches!(info.addr(), ConnectionAddr::TcpTls { insecure: true, .. }) {
        return Err("must not end in #insecure: the certificate is always verified");
    }
    Ok(info.set_tcp_settings(tcp_settings()))
}

pub(super) fn tcp_settings() -> TcpSettings {
    let tcp = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(UNACKNOWLEDGED);
    tcp
}
