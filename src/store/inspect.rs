//! What a Redis says of itself, and what of that can't work or isn't safe.

use std::borrow::Cow;

use redis::{Value, cmd};

use super::{
    StoreError,
    link::{Link, unexpected},
};

/// A Redis whose memory is filled up to this percentage takes no more
/// sessions, so that those that it has can still be opened.
const NEARLY_FULL: u64 = 90;

/// Something about a Redis that its operator has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It evicts keys when its memory is full: sessions among them.
    Evicts,
    /// It would evict, but has no limit of memory so far.
    WouldEvict,
    /// Its memory is nearly full: no session is begun any more.
    NearlyFull,
    /// It is one node of a cluster, and `REDIS_URL` names only this node.
    ClusterNode,
    /// It is a replica: it refuses writes, or loses them.
    Replica,
    /// It has fewer replicas than `STORE_REPLICAS`: every write fails.
    FewerReplicas,
    /// It has more replicas than `STORE_REPLICAS`: one that is promoted may
    /// have missed the last writes.
    MoreReplicas,
    /// Another `STORE_KEY` is in use there: another instance's sessions are
    /// unknown to this one.
    ForeignKey,
    /// It refuses a command that is used.
    CommandRefused,
    /// `REDIS_URL_FILE` can't be read any more: the next connection goes to
    /// the address that was read last.
    UnreadableAddress,
}

impl Finding {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Evicts,
        Self::WouldEvict,
        Self::NearlyFull,
        Self::ClusterNode,
        Self::Replica,
        Self::FewerReplicas,
        Self::MoreReplicas,
        Self::ForeignKey,
        Self::CommandRefused,
        Self::UnreadableAddress,
    ];

    /// Whether the service can't work with it.
    #[must_use]
    pub const fn is_fatal(self) -> bool {
        !matches!(
            self,
            Self::WouldEvict | Self::MoreReplicas | Self::UnreadableAddress
        )
    }

    /// Its label in `/metrics`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Evicts => "evicts",
            Self::WouldEvict => "would_evict",
            Self::NearlyFull => "nearly_full",
            Self::ClusterNode => "cluster_node",
            Self::Replica => "replica",
            Self::FewerReplicas => "fewer_replicas",
            Self::MoreReplicas => "more_replicas",
            Self::ForeignKey => "foreign_key",
            Self::CommandRefused => "command_refused",
            Self::UnreadableAddress => "unreadable_address",
        }
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Evicts => {
                "Redis evicts keys when its memory is full (maxmemory-policy), verifications in \
                 flight among them; set maxmemory-policy noeviction"
            }
            Self::WouldEvict => {
                "Redis would evict keys if it had a limit of memory (maxmemory-policy): \
                 set maxmemory-policy noeviction"
            }
            Self::NearlyFull => {
                "Redis' memory is filled by more than 90 % (maxmemory): no verification is begun \
                 until there is room; raise maxmemory, or limit callers (RATE_LIMIT)"
            }
            Self::ClusterNode => {
                "Redis is one node of a cluster (cluster_enabled), and most keys belong to \
                 others; write redis+cluster:// in REDIS_URL"
            }
            Self::Replica => "Redis is a replica (role:slave): REDIS_URL must lead to the primary",
            Self::FewerReplicas => {
                "Redis has fewer replicas (connected_slaves) than STORE_REPLICAS, so every begin \
                 and every opening fails; attach replicas, or lower STORE_REPLICAS"
            }
            Self::MoreReplicas => {
                "Redis has more replicas (connected_slaves) than STORE_REPLICAS: one that is \
                 promoted may have missed the last verifications, and may open a result twice; \
                 set STORE_REPLICAS to the number of replicas that can be promoted"
            }
            Self::ForeignKey => {
                "another STORE_KEY is in use in this Redis: of verifications that another \
                 instance has begun this one knows nothing; give all instances the same STORE_KEY \
                 (after a change in one step this passes within 10 minutes)"
            }
            Self::CommandRefused => "Redis refuses a command that the service needs",
            Self::UnreadableAddress => {
                "REDIS_URL_FILE can't be read any more: the next connection to Redis takes the \
                 address and password that were read last; put the file back"
            }
        }
    }
}

/// Reads `INFO` of each primary.
pub(super) async fn inspect(link: &Link) -> Result<Vec<Finding>, StoreError> {
    let mut found = Vec::new();
    let (answers, is_cluster) = link.ask_primaries(&cmd("INFO")).await?;
    for answer in answers {
        let info = text(answer)?;
        for finding in findings(&info, is_cluster, link.wanted_replicas()) {
            if !found.contains(&finding) {
                found.push(finding);
            }
        }
    }
    Ok(found)
}

fn text(answer: Value) -> Result<Cow<'static, str>, StoreError> {
    match answer {
        Value::BulkString(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned().into()),
        Value::VerbatimString { text, .. } => Ok(text.into()),
        _ => Err(unexpected()),
    }
}

fn findings(info: &str, is_cluster: bool, wanted_replicas: u8) -> Vec<Finding> {
    let value = |name: &str| {
        info.lines()
            .filter_map(|line| line.trim_end().split_once(':'))
            .find_map(|(key, value)| (key == name).then_some(value))
    };
    let number = |name: &str| value(name).and_then(|value| value.parse::<u64>().ok());
    let evicts = value("maxmemory_policy").is_some_and(|policy| policy != "noeviction");
    let limit = number("maxmemory").filter(|limit| *limit > 0);
    let is_filled = limit
        .zip(number("used_memory"))
        .is_some_and(|(limit, used)| used >= limit / 100 * NEARLY_FULL);
    let is_replica = value("role") == Some("slave");
    // A replica's own replicas say nothing.
    let replicas = number("connected_slaves").filter(|_| !is_replica);
    let than_wanted = replicas.map(|there| there.cmp(&u64::from(wanted_replicas)));
    [
        (is_replica, Finding::Replica),
        (
            value("cluster_enabled") == Some("1") && !is_cluster,
            Finding::ClusterNode,
        ),
        (evicts && limit.is_some(), Finding::Evicts),
        (evicts && limit.is_none(), Finding::WouldEvict),
        (is_filled && !evicts, Finding::NearlyFull),
        (
            than_wanted.is_some_and(std::cmp::Ordering::is_lt),
            Finding::FewerReplicas,
        ),
        (
            than_wanted.is_some_and(std::cmp::Ordering::is_gt),
            Finding::MoreReplicas,
        ),
    ]
    .into_iter()
    .filter_map(|(found, finding)| found.then_some(finding))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_redis_says_of_itself_is_findings() {
        for (info, expected) in [
            (
                "# Server\r\nrole:master\r\ncluster_enabled:0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n",
                vec![],
            ),
            (
                "maxmemory:100\r\nmaxmemory_policy:volatile-ttl\r\n",
                vec![Finding::Evicts],
            ),
            (
                "maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n",
                vec![Finding::WouldEvict],
            ),
            (
                "role:slave\r\ncluster_enabled:1\r\nconnected_slaves:1\r\n",
                vec![Finding::Replica, Finding::ClusterNode],
            ),
            ("maxmemory:1000\r\nused_memory:899\r\n", vec![]),
            (
                "maxmemory:1000\r\nused_memory:900\r\n",
                vec![Finding::NearlyFull],
            ),
            ("connected_slaves:1\r\n", vec![Finding::MoreReplicas]),
            ("", vec![]),
        ] {
            assert_eq!(findings(info, false, 0), expected, "{info}");
        }
        assert_eq!(findings("cluster_enabled:1\r\n", true, 0), []);
        assert_eq!(findings("connected_slaves:1\r\n", false, 1), []);
        assert_eq!(
            findings("connected_slaves:1\r\n", false, 2),
            [Finding::FewerReplicas]
        );
    }
}
