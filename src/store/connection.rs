//! A connection to Redis, by each way to reach one.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use redis::{
    Cmd, Pipeline, RedisError, RedisResult, Value,
    aio::{ConnectionLike, MultiplexedConnection},
    cluster::ClusterClient,
    cluster_async::ClusterConnection,
    cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo},
};

use super::{
    address::{Topology, tcp_settings},
    link_error::LinkError,
    node::{CONNECT_TIMEOUT, RESPONSE_TIMEOUT, node_config},
    sentinels,
};

/// For all servers that have to be asked on the way to the primary.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(3);

/// Redirections and repetitions of one command in a cluster, all of them
/// within the response timeout of the whole.
const CLUSTER_RETRIES: u32 = 6;
const SHORTEST_CLUSTER_RETRY_MS: u64 = 10;
const LONGEST_CLUSTER_RETRY_MS: u64 = 150;
const CLUSTER_RESPONSE_TIMEOUT: Duration = Duration::from_millis(800);

/// A command that waits for replicas holds up those behind it on the same
/// connection, so they take turns. A cluster has a connection to each node.
const LANES_WITH_REPLICAS: usize = 4;

/// What all operations share.
pub(super) struct Connection {
    lanes: Vec<Lane>,
    next: AtomicUsize,
}

#[derive(Clone)]
enum Lane {
    Node(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Connection {
    /// Looks names up anew each time: after a failover a name may lead to
    /// another server. `waits` tells whether commands wait for replicas.
    pub(super) async fn open(topology: &Topology, waits: bool) -> Result<Self, LinkError> {
        let lanes = match topology {
            Topology::Node(_) | Topology::Sentinel(_) if waits => LANES_WITH_REPLICAS,
            _ => 1,
        };
        let search = async {
            let mut open = Vec::with_capacity(lanes);
            let client = match topology {
                Topology::Sentinel(sentinels) => Some(sentinels::primary(sentinels).await?),
                Topology::Node(client) => Some(redis::Client::clone(client)),
                Topology::Cluster(_) => None,
            };
            for _ in 0..lanes {
                open.push(match (topology, &client) {
                    (Topology::Cluster(seeds), _) => {
                        Lane::Cluster(cluster(seeds)?.get_async_connection().await?)
                    }
                    (_, Some(client)) => Lane::Node(
                        client
                            .get_multiplexed_async_connection_with_config(&node_config())
                            .await?,
                    ),
                    (_, None) => unreachable!("each other topology has a client"),
                });
            }
            Ok::<_, LinkError>(open)
        };
        let longest = match topology {
            Topology::Node(_) => CONNECT_TIMEOUT,
            Topology::Sentinel(_) | Topology::Cluster(_) => SEARCH_TIMEOUT,
        };
        let lanes = tokio::time::timeout(longest, search)
            .await
            .unwrap_or_else(|_| Err(LinkError::timed_out()))?;
        Ok(Self {
            lanes,
            next: AtomicUsize::new(0),
        })
    }

    /// Sends one command; a refusal is an error.
    pub(super) async fn send(&self, command: &Cmd) -> RedisResult<Value> {
        let answer = match self.lane() {
            Lane::Node(mut node) => node.req_packed_command(command).await?,
            Lane::Cluster(mut cluster) => cluster.req_packed_command(command).await?,
        };
        refused(answer)
    }

    /// Sends commands in one go, over one connection; a refusal of the first
    /// is an error. All have one key, that of the first, or none.
    pub(super) async fn send_all(&self, commands: &Pipeline) -> RedisResult<Vec<Value>> {
        let count = commands.len();
        let mut answers = match self.lane() {
            Lane::Node(mut node) => node.req_packed_commands(commands, 0, count).await?,
            Lane::Cluster(mut cluster) => cluster.req_packed_commands(commands, 0, count).await?,
        };
        if let Some(first) = answers.first_mut() {
            refused(std::mem::replace(first, Value::Nil)).map(|value| *first = value)?;
        }
        Ok(answers)
    }

    /// Asks each primary; one answer each.
    pub(super) async fn send_to_primaries(&self, command: &Cmd) -> RedisResult<Vec<Value>> {
        match self.lane() {
            Lane::Node(_) => Ok(vec![self.send(command).await?]),
            Lane::Cluster(mut cluster) => {
                let to_all = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
                match cluster.route_command(command.clone(), to_all).await? {
                    Value::Map(answers) => answers
                        .into_iter()
                        .map(|(_, answer)| refused(answer))
                        .collect(),
                    answer => Ok(vec![refused(answer)?]),
                }
            }
        }
    }

    /// Whether it repairs its parts by itself, so that it still serves some
    /// keys when it can't serve others.
    pub(super) fn is_cluster(&self) -> bool {
        matches!(self.lanes.first(), Some(Lane::Cluster(_)))
    }

    fn lane(&self) -> Lane {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.lanes[turn % self.lanes.len()].clone()
    }
}

fn cluster(seeds: &[redis::ConnectionInfo]) -> RedisResult<ClusterClient> {
    ClusterClient::builder(seeds.to_vec())
        .connection_timeout(CONNECT_TIMEOUT)
        .response_timeout(RESPONSE_TIMEOUT)
        .overall_response_timeout(Some(CLUSTER_RESPONSE_TIMEOUT))
        .retries(CLUSTER_RETRIES)
        .min_retry_wait(SHORTEST_CLUSTER_RETRY_MS)
        .max_retry_wait(LONGEST_CLUSTER_RETRY_MS)
        .tcp_settings(tcp_settings())
        .build()
}

fn refused(answer: Value) -> RedisResult<Value> {
    match answer {
        Value::ServerError(error) => Err(RedisError::from(error)),
        answer => Ok(answer),
    }
}
