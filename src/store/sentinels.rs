//! Where the primary is. All Sentinels are asked at once; the first that names a
//! server which calls itself the primary is believed. So those that hang, know
//! less or lag behind a failover cost nothing while one is right.

use std::{collections::HashMap, future::Future, net::IpAddr, sync::Arc, time::Duration};

use redis::{
    Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue, RedisResult, Role,
    aio::MultiplexedConnection, cmd,
};
use tokio::{task::JoinSet, time::timeout};

use super::{address::Sentinels, link_error::LinkError, node::node_config};

/// For a Sentinel, and again for the server that it names.
const STEP_TIMEOUT: Duration = Duration::from_secs(1);

/// What a Sentinel says of a primary.
type Told = HashMap<String, String>;

/// Why one Sentinel did not help; the last step is the best to know.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Way,
    Sentinel,
    Name,
    Server,
}

/// The primary, not connected yet.
pub(super) async fn primary(sentinels: &Arc<Sentinels>) -> Result<Client, LinkError> {
    let mut searches = JoinSet::new();
    for address in &sentinels.addresses {
        searches.spawn(search(address.clone(), Arc::clone(sentinels)));
    }
    let mut failure: Option<(Step, LinkError)> = None;
    while let Some(search) = searches.join_next().await {
        match search {
            Ok(Ok(client)) => return Ok(client),
            Ok(Err(other)) => {
                if failure.as_ref().is_none_or(|(step, _)| *step < other.0) {
                    failure = Some(other);
                }
            }
            Err(_) => {}
        }
    }
    Err(failure.map_or_else(LinkError::unexpected, |(_, error)| error))
}

async fn search(
    sentinel: ConnectionInfo,
    sentinels: Arc<Sentinels>,
) -> Result<Client, (Step, LinkError)> {
    let told = step(ask::<Vec<Told>>(&sentinel, cmd("SENTINEL").arg("MASTERS"))).await;
    let told = told.map_err(not_asked)?;
    let (host, port) = named(&told, &sentinels.primary).map_err(|error| (Step::Name, error))?;
    let at = format!("the primary at {}:{port}", shown(&host));
    let server = sentinels.server(host, port);
    is_primary(&server)
        .await
        .map_err(|error| (Step::Server, error.of(&at)))?;
    Client::open(server).map_err(|error| (Step::Server, LinkError::from(error).of(&at)))
}

/// The address of the primary, if the Sentinel knows one of this name that is up.
fn named(told: &[Told], name: &str) -> Result<(String, u16), LinkError> {
    let primary = told
        .iter()
        .find(|told| told.get("name").is_some_and(|told| told == name))
        .ok_or_else(|| LinkError::astray("no Sentinel knows a primary of this name"))?;
    let flags = primary.get("flags").map_or("", String::as_str);
    if flags
        .split(',')
        .any(|flag| matches!(flag, "s_down" | "o_down"))
    {
        return Err(LinkError::astray(
            "the Sentinels say that the primary is down",
        ));
    }
    let host = primary.get("ip").map_or("", String::as_str);
    let host = host.trim_matches(['[', ']']);
    let port = primary.get("port").and_then(|port| port.parse().ok());
    // Nobody's address; connecting to it would reach this very machine.
    let is_nowhere = host.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified());
    match port {
        Some(port) if port > 0 && !host.is_empty() && !is_nowhere => Ok((host.to_owned(), port)),
        _ => Err(LinkError::astray(
            "the Sentinels name no address of the primary",
        )),
    }
}

/// Not a replica, after a failover that the Sentinel doesn't know of.
async fn is_primary(server: &ConnectionInfo) -> Result<(), LinkError> {
    let role = match step(ask::<Role>(server, &cmd("ROLE"))).await {
        // Renamed, or older than Redis 2.8.12.
        Err(error) if !error.is_lost() => {
            let info = step(ask::<String>(server, cmd("INFO").arg("replication"))).await;
            return match info {
                Ok(info) if info.contains("role:master") => Ok(()),
                Ok(_) => Err(LinkError::astray("it is a replica")),
                Err(_) => Err(error),
            };
        }
        role => role?,
    };
    match role {
        Role::Primary { .. } => Ok(()),
        Role::Replica { .. } => Err(LinkError::astray("it is a replica")),
        _ => Err(LinkError::astray("it is a Sentinel")),
    }
}

async fn ask<T: FromRedisValue>(server: &ConnectionInfo, command: &Cmd) -> RedisResult<T> {
    let client = Client::open(server.clone())?;
    let mut connection: MultiplexedConnection = client
        .get_multiplexed_async_connection_with_config(&node_config())
        .await?;
    command.query_async(&mut connection).await
}

async fn step<T>(asking: impl Future<Output = RedisResult<T>>) -> Result<T, LinkError> {
    timeout(STEP_TIMEOUT, asking)
        .await
        .map_or_else(|_| Err(LinkError::timed_out()), |answer| Ok(answer?))
}

/// A server that doesn't know the command is none. One that isn't there says
/// less than one that is.
fn not_asked(error: LinkError) -> (Step, LinkError) {
    const NOT_THERE: [&str; 4] = ["refused", "timed out", "unreachable", "lookup"];
    let text = error.to_string();
    let is_there = !NOT_THERE.iter().any(|word| text.contains(word));
    let step = if is_there { Step::Sentinel } else { Step::Way };
    if error.is_lost() || text != "ERR" {
        (step, error.of("a Sentinel"))
    } else {
        (step, LinkError::astray("it isn't a Sentinel"))
    }
}

/// As much of a host as fits a line of the log.
fn shown(host: &str) -> &str {
    let is_host = host.len() <= 100 && host.bytes().all(|byte| byte.is_ascii_graphic());
    if is_host { host } else { "…" }
}

impl Sentinels {
    /// What `REDIS_URL` says of the servers, at this address.
    fn server(&self, host: String, port: u16) -> ConnectionInfo {
        let address = if self.over_tls {
            ConnectionAddr::TcpTls {
                host,
                port,
                insecure: false,
                tls_params: None,
            }
        } else {
            ConnectionAddr::Tcp(host, port)
        };
        self.server.clone().set_addr(address)
    }
}
