//! Redis as it stands at operators': a primary with a replica under Sentinels,
//! and a cluster of three primaries with a replica each. Real servers.

use member_verification::secret::Secret;

use super::redis::{Redis, eventually};

/// A primary and a replica, which three Sentinels watch as `shop`.
pub(crate) struct Watched {
    pub(crate) primary: Redis,
    pub(crate) replica: Redis,
    sentinels: Vec<Redis>,
}

impl Watched {
    pub(crate) fn start() -> Self {
        let primary = Redis::start();
        let replica = Redis::replica_of(&primary);
        let sentinels: Vec<Redis> = (0..3).map(|_| sentinel(primary.port)).collect();
        for sentinel in &sentinels {
            eventually("the Sentinels know each other and the replica", || {
                let told = sentinel.tells(&["INFO", "sentinel"]);
                told.contains("slaves=1") && told.contains("sentinels=3")
            });
        }
        Self {
            primary,
            replica,
            sentinels,
        }
    }

    pub(crate) fn url(&self) -> Secret {
        let hosts: Vec<String> = self.sentinels.iter().map(host).collect();
        Secret::new(format!("redis+sentinel://{}/shop", hosts.join(",")))
    }

    /// The first Sentinel of the list is gone.
    pub(crate) fn kill_first_sentinel(&mut self) {
        self.sentinels[0].kill();
    }

    /// Lets the Sentinels promote the replica, without an outage.
    pub(crate) fn fail_over(&self) {
        let last = self.sentinels.last().unwrap();
        last.tells(&["SENTINEL", "FAILOVER", "shop"]);
        self.promoted();
    }

    /// Waits until the replica is the primary.
    pub(crate) fn promoted(&self) {
        eventually("the replica is promoted", || {
            self.replica
                .tells(&["INFO", "replication"])
                .contains("role:master")
        });
    }
}

fn sentinel(primary: u16) -> Redis {
    Redis::start_sentinel(&format!(
        "sentinel monitor shop 127.0.0.1 {primary} 2\n\
         sentinel down-after-milliseconds shop 500\n\
         sentinel failover-timeout shop 3000\n"
    ))
}

/// Three primaries, and a replica of each.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Redis>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let nodes: Vec<Redis> = (0..6).map(|_| node()).collect();
        for other in nodes.iter().skip(1) {
            let port = other.port.to_string();
            nodes[0].tells(&["CLUSTER", "MEET", "127.0.0.1", &port, other.bus()]);
        }
        for (index, range) in [("0", "5460"), ("5461", "10922"), ("10923", "16383")]
            .iter()
            .enumerate()
        {
            nodes[index].tells(&["CLUSTER", "ADDSLOTSRANGE", range.0, range.1]);
        }
        for node in &nodes {
            eventually("the nodes know each other", || {
                node.tells(&["CLUSTER", "INFO"])
                    .contains("cluster_known_nodes:6")
            });
        }
        for index in 0..3 {
            let id = nodes[index].tells(&["CLUSTER", "MYID"]);
            eventually("the replica follows", || {
                nodes[index + 3].tells(&["CLUSTER", "REPLICATE", &id]);
                nodes[index + 3]
                    .tells(&["INFO", "replication"])
                    .contains("master_link_status:up")
            });
        }
        let cluster = Self { nodes };
        cluster.serves();
        cluster
    }

    /// All nodes but the first: it is learned from them.
    pub(crate) fn url(&self) -> Secret {
        let hosts: Vec<String> = self.nodes[1..3].iter().map(host).collect();
        Secret::new(format!("redis+cluster://{}", hosts.join(",")))
    }

    /// Waits until each node that lives serves, and all know the same primaries.
    pub(crate) fn serves(&self) {
        for node in &self.nodes {
            eventually("the cluster serves", || {
                let told = node.tells(&["CLUSTER", "INFO"]);
                told.contains("cluster_state:ok")
            });
        }
        for node in &self.nodes {
            eventually("each node knows the replicas", || {
                node.tells(&["CLUSTER", "NODES"]).matches("slave").count() == 3
            });
        }
    }
}

fn node() -> Redis {
    Redis::start_node(&[
        "--cluster-node-timeout",
        "1000",
        "--cluster-replica-validity-factor",
        "0",
    ])
}

fn host(server: &Redis) -> String {
    format!("127.0.0.1:{}", server.port)
}
