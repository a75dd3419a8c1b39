//! What `REDIS_URL` may lead to that can't work: each is named soon, with what
//! to do.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use member_verification::{
    random::Random,
    secret::Secret,
    store::{AddressSource, Finding, RedisAddress, RedisStore, Store, StoreError},
};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    store::fixture::{ID, LIFE, redis_store_with, session, soon, well_again},
    support::{
        redis::{Redis, free_port, store_keys},
        redis_topologies::{Cluster, Watched},
    },
};

/// Tries the store, and expects these words of the error and of its remedy.
async fn is_named(url: &str, replicas: u8, error: &str, remedy: &str) {
    let store = redis_store_with(&Secret::new(url.to_owned()), replicas);
    let asked = Instant::now();
    let told = store.put(ID, &session(), LIFE).await.unwrap_err();
    assert!(asked.elapsed() < Duration::from_secs(2), "{url}");
    let StoreError::Unavailable(text) = &told;
    assert!(text.contains(error), "{url}: {text}");
    assert!(told.remedy().contains(remedy), "{url}: {}", told.remedy());
}

/// Accepts, and never answers.
async fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    (listener, host)
}

#[tokio::test]
async fn sentinels_that_lead_nowhere_are_named() {
    let watched = Watched::start();
    let url = watched.url();
    let url = url.expose();
    let nobody = format!("127.0.0.1:{}", free_port());
    is_named(&format!("{url}ping"), 0, "master name", "no Sentinel knows").await;
    is_named(&format!("{url}/99"), 0, "ERR", "this database").await;
    let port = watched.primary.port;
    let no_sentinel = format!("redis+sentinel://127.0.0.1:{port}/shop");
    is_named(&no_sentinel, 0, "client config", "isn't a Sentinel").await;
    let sentinel = url.replace("+sentinel", "").replace("/shop", "");
    let sentinel = sentinel.split(',').next().unwrap();
    is_named(sentinel, 0, "", "is it a Sentinel").await;
    let none = format!("redis+sentinel://{nobody}/shop");
    is_named(&none, 0, "refused", "network").await;
    let (_listener, silent) = silent().await;
    let hung = format!("redis+sentinel://{silent}/shop");
    is_named(&hung, 0, "timed out", "network").await;

    // One that is gone and one that hangs are passed over.
    let half = url.replace("//", &format!("//{nobody},{silent},"));
    let store = redis_store_with(&Secret::new(half), 1);
    soon(|| store.probe()).await;
}

#[tokio::test]
async fn a_cluster_that_leads_nowhere_is_named() {
    let cluster = Cluster::start();
    let (_listener, silent) = silent().await;
    let hung = format!("redis+cluster://{silent}");
    is_named(&hung, 0, "timed out", "network").await;
    let alone = Redis::start();
    let url = alone.url();
    let no_cluster = url.expose().replace("redis:", "redis+cluster:");
    is_named(&no_cluster, 0, "ERR", "no cluster").await;

    // A seed that hangs, and one that is a replica.
    let replica = format!("127.0.0.1:{}", cluster.nodes[4].port);
    let seeds = format!("redis+cluster://{silent},{replica}");
    let store = redis_store_with(&Secret::new(seeds), 1);
    soon(|| store.probe()).await;

    // As behind NAT: a node announces what leads elsewhere.
    let node = Redis::start_node(&["--cluster-announce-ip", "127.0.0.77"]);
    node.tells(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    let url = format!("redis+cluster://127.0.0.1:{}", node.port);
    is_named(&url, 0, "not found", "announce").await;
}

#[tokio::test]
async fn a_right_that_is_missing_is_named() {
    let server = Redis::start();
    let words = [
        "ACL", "SETUSER", "app", "on", ">pass", "~mv:*", "+@all", "-wait",
    ];
    assert_eq!(server.tells(&words), "OK");
    let url = format!("redis://app:pass@127.0.0.1:{}", server.port);
    is_named(&url, 1, "WAIT: NOPERM", "wait for STORE_REPLICAS").await;
}

#[tokio::test]
async fn an_address_of_ipv6_is_reached() {
    let server = Redis::start();
    let bound = server.tells(&["CONFIG", "SET", "bind", "127.0.0.1 ::1"]);
    assert_eq!(bound, "OK");
    let url = Secret::new(format!("redis://[::1]:{}", server.port));
    well_again(&redis_store_with(&url, 0)).await;
}

#[tokio::test]
async fn a_file_may_change_from_one_kind_to_another() {
    let mut alone = Redis::start();
    let cluster = Cluster::start();
    let at_start = RedisAddress::parse(&alone.url()).unwrap();
    let later = RedisAddress::parse(&cluster.url()).unwrap();
    let source = AddressSource::file(at_start, move || Ok(later.clone()));
    let store = RedisStore::new(source, store_keys(&[1]), 1, Random::System);
    let store = Arc::new(Store::Redis(store));
    alone.kill();
    well_again(&store).await;
    assert_eq!(store.inspect().await.unwrap(), Vec::<Finding>::new());
}
