//! What a Redis says of itself, and what of that can't work or isn't safe.

use redis::cmd;

use super::{
    StoreError,
    link::{Link, bounded, unexpected},
};

/// Something about a Redis that its operator has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It evicts keys when its memory is full: sessions among them.
    Evicts,
    /// It would evict, but has no limit of memory so far.
    WouldEvict,
    /// It is one node of a cluster.
    ClusterNode,
    /// It is a replica: it refuses writes, or loses them.
    Replica,
}

impl Finding {
    /// Whether the service can't work with it.
    #[must_use]
    pub const fn is_fatal(self) -> bool {
        match self {
            Self::Evicts | Self::ClusterNode | Self::Replica => true,
            Self::WouldEvict => false,
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
            Self::ClusterNode => {
                "Redis is one node of a cluster (cluster_enabled), and most keys belong to \
                 others; use a Redis without cluster mode, Sentinel or a managed primary"
            }
            Self::Replica => "Redis is a replica (role:slave): REDIS_URL must lead to the primary",
        }
    }
}

/// Reads `INFO`.
pub(super) async fn inspect(link: &Link) -> Result<Vec<Finding>, StoreError> {
    bounded(async {
        let answer = link.ask(&cmd("INFO")).await?;
        let info: String = redis::from_redis_value(answer).map_err(|_| unexpected())?;
        Ok(findings(&info))
    })
    .await
}

fn findings(info: &str) -> Vec<Finding> {
    let value = |name: &str| {
        info.lines()
            .filter_map(|line| line.trim_end().split_once(':'))
            .find_map(|(key, value)| (key == name).then_some(value))
    };
    let evicts = value("maxmemory_policy").is_some_and(|policy| policy != "noeviction");
    let is_limited = value("maxmemory").is_some_and(|limit| limit != "0");
    [
        (value("role") == Some("slave"), Finding::Replica),
        (value("cluster_enabled") == Some("1"), Finding::ClusterNode),
        (evicts && is_limited, Finding::Evicts),
        (evicts && !is_limited, Finding::WouldEvict),
    ]
    .into_iter()
    .filter_map(|(found, finding)| found.then_some(finding))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_redis_says_of_itself_is_judged() {
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
                "role:slave\r\ncluster_enabled:1\r\n",
                vec![Finding::Replica, Finding::ClusterNode],
            ),
            ("", vec![]),
        ] {
            assert_eq!(findings(info), expected, "{info}");
        }
    }
}
