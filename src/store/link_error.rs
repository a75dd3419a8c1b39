//! Why there is no answer from Redis, and what only another connection cures.

use std::fmt;

use redis::{ErrorKind, RedisError, ServerError};

use super::{
    StoreError,
    replaced::{BROKEN, Cause, OTHER, REPLICAS, TIMEOUT},
};

/// Error codes of a server that refuses whatever comes over this connection,
/// while a new one may reach another server (after a failover), log in again
/// (after a password rotation) or find that loading has ended.
const WANT_ANOTHER_CONNECTION: [&str; 6] = [
    "READONLY",
    "LOADING",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "NOAUTH",
    "WRONGPASS",
];

/// Other codes that have a remedy of their own.
const OTHER_CODES: [&str; 8] = [
    "NOPERM",
    "OOM",
    "MISCONF",
    "NOREPLICAS",
    "MOVED",
    "CROSSSLOT",
    "TRYAGAIN",
    "WRONGTYPE",
];

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LinkError {
    cause: Cause,
    /// Whether the connection is gone, or as good as gone.
    lost: bool,
    /// For the log. Holds no argument, no value and no secret.
    text: String,
}

impl LinkError {
    pub(super) fn timed_out() -> Self {
        Self {
            cause: TIMEOUT,
            lost: true,
            text: "timed out".to_owned(),
        }
    }

    pub(super) fn unexpected() -> Self {
        Self {
            cause: OTHER,
            lost: false,
            text: "Redis gave an answer of an unexpected type".to_owned(),
        }
    }

    /// On the way to a primary, something is not what it should be.
    pub(super) fn astray(text: &str) -> Self {
        Self {
            cause: OTHER,
            lost: true,
            text: text.to_owned(),
        }
    }

    pub(super) fn too_few_replicas() -> Self {
        Self {
            cause: REPLICAS,
            lost: false,
            text: "fewer replicas than STORE_REPLICAS have confirmed it: NOREPLICAS".to_owned(),
        }
    }

    /// The same, with the command that it answers.
    pub(super) fn of(self, command: &str) -> Self {
        Self {
            text: format!("{command}: {}", self.text),
            ..self
        }
    }

    /// The connection broke; a timeout does not count. The command may have
    /// been carried out or not.
    pub(super) fn is_broken(&self) -> bool {
        self.cause == BROKEN
    }

    /// The connection is gone, or nothing answers on it. The command may have
    /// been carried out or not.
    pub(super) const fn is_lost(&self) -> bool {
        self.lost
    }

    /// The server refused the command, and another connection may help.
    pub(super) fn wants_another_connection(&self) -> bool {
        WANT_ANOTHER_CONNECTION.contains(&self.cause.name())
    }

    pub(super) fn is_full(&self) -> bool {
        self.text == "OOM"
    }

    pub(super) const fn cause(&self) -> Cause {
        self.cause
    }

    pub(super) fn remedy(&self) -> &'static str {
        remedy(&self.text)
    }
}

impl From<RedisError> for LinkError {
    fn from(error: RedisError) -> Self {
        let lost = error.is_io_error() || error.is_unrecoverable_error();
        if let Some(code) = known_code(&error) {
            return Self {
                cause: Cause::of_code(code),
                lost: lost || error.kind() == ErrorKind::AuthenticationFailed,
                text: code.to_owned(),
            };
        }
        let cause = if error.is_timeout() || error.to_string().contains("timed out") {
            TIMEOUT
        } else if error.is_io_error() {
            BROKEN
        } else {
            OTHER
        };
        let text = match error.kind() {
            ErrorKind::Io => error.to_string(),
            // Redis repeats arguments in some of its messages.
            _ => error.code().unwrap_or_else(|| error.category()).to_owned(),
        };
        Self { cause, lost, text }
    }
}

impl From<ServerError> for LinkError {
    fn from(error: ServerError) -> Self {
        RedisError::from(error).into()
    }
}

impl From<LinkError> for StoreError {
    fn from(error: LinkError) -> Self {
        Self::Unavailable(error.text)
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The code of Redis, also one inside a script's error, or inside that of a
/// cluster whose nodes all refused.
fn known_code(error: &RedisError) -> Option<&'static str> {
    let known = || WANT_ANOTHER_CONNECTION.iter().chain(&OTHER_CODES).copied();
    if let Some(code) = error.code()
        && let Some(code) = known().find(|known| *known == code)
    {
        return Some(code);
    }
    if error.kind() == ErrorKind::AuthenticationFailed {
        return Some("WRONGPASS");
    }
    let detail = error.detail()?;
    // A cluster tells what its nodes have refused in words alone.
    if detail.contains("AuthenticationFailed") {
        return Some("WRONGPASS");
    }
    known().find(|code| {
        detail
            .split(|c: char| !c.is_ascii_uppercase())
            .any(|word| word == *code)
    })
}

/// What an operator can do about an error. Its text ends with the code, or
/// holds words of the libraries.
pub(super) fn remedy(text: &str) -> &'static str {
    REMEDIES
        .iter()
        .find(|(words, _)| words.iter().any(|word| text.contains(word)))
        .map_or(CHECK_THE_WAY, |(_, remedy)| remedy)
}

const CHECK_THE_WAY: &str = "check REDIS_URL (rediss:// is TLS, redis:// is not) and the network; \
                             what Sentinels or a cluster announce must be reachable too";

const REMEDIES: [(&[&str], &str); 19] = [
    (&["being undone"], "it passes by itself"),
    (
        &["NOPERM"],
        "allow this user get, set, eval, pttl, pexpire, del, ping and info on ~mv:* (ACL), wait \
         for STORE_REPLICAS, role behind Sentinels, cluster|slots and asking in a cluster",
    ),
    (
        &["a Sentinel: WRONGPASS", "a Sentinel: NOAUTH"],
        "check sentinel_username and sentinel_password in REDIS_URL; the login in front of the \
         hosts is that of Redis",
    ),
    (
        &["WRONGPASS", "NOAUTH"],
        "check user and password in REDIS_URL",
    ),
    (
        &["READONLY"],
        "REDIS_URL must lead to the primary, not to a replica",
    ),
    (
        &["MOVED", "CROSSSLOT"],
        "this is a node of a cluster: write redis+cluster:// in REDIS_URL; if it says so, another \
         node of the cluster can't be reached",
    ),
    (
        &["CLUSTERDOWN"],
        "the cluster doesn't serve all of its slots: see its nodes (cluster info)",
    ),
    (
        &["node in cluster not found"],
        "the addresses that the nodes announce can't be reached from here: see cluster slots, \
         cluster-announce-ip and cluster-announce-hostname",
    ),
    (
        &["NOREPLICAS"],
        "see its replicas (info replication), or lower STORE_REPLICAS",
    ),
    (&["OOM"], "its memory is full: raise maxmemory"),
    (&["MISCONF"], "it can't write to its disk: see its log"),
    (
        &["a primary of this name"],
        "write the name that the Sentinels watch (sentinel masters) behind the hosts in REDIS_URL",
    ),
    (
        &["isn't a Sentinel"],
        "the hosts of redis+sentinel:// are the Sentinels (port 26379)",
    ),
    (
        &["that the primary is down"],
        "they promote a replica; if it lasts, see sentinel master and sentinel ckquorum",
    ),
    (
        &["no address of the primary"],
        "see sentinel masters: it has to be an address that is reachable from here",
    ),
    (
        &["it is a replica", "it is a Sentinel"],
        "the Sentinels name another server than the primary: it passes with a failover; if it \
         lasts, see sentinel masters and info replication",
    ),
    (
        &["certificate"],
        "Redis' certificate must be valid for its name or address, and its issuer be trusted: \
         SSL_CERT_FILE names the file of an own CA",
    ),
    // A Sentinel repeats values, so its error may not be a text.
    (
        &["ERR", "parse error"],
        "is it a Sentinel, a proxy, too old, no cluster behind redis+cluster://, or without this \
         database?",
    ),
    (
        &["the primary at"],
        "this address comes from the Sentinels: it has to be reachable from here (sentinel \
         announce-ip, replica-announce-ip), with TLS behind rediss+sentinel:// and without it \
         behind redis+sentinel://",
    ),
];
