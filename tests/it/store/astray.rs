//! What `REDIS_URL` may lead to that can't work: each is named soon, with what
//! to do.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use member_verification::{
    random::Random,
    secret::Secret,
    store::{AddressSource, Finding, Put, RedisAddress, RedisStore, Store, StoreError},
};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    store::fixture::{ID, LIFE, redis_store_with, session, soon, well_again},
    support::{
        fake_sentinel::FakeSentinel,
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
    is_named(&format!("{url}ping"), 0, "of this name", "behind the hosts").await;
    is_named(&format!("{url}/99"), 0, "ERR", "this database").await;
    let port = watched.primary.port;
    let no_sentinel = format!("redis+sentinel://127.0.0.1:{port}/shop");
    is_named(&no_sentinel, 0, "isn't a Sentinel", "port 26379").await;
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

/// Sentinels that are confused, or somebody's else.
#[tokio::test]
async fn what_sentinels_name_wrongly_is_named() {
    let watched = Watched::start();
    let (primary, replica) = (watched.primary.port, watched.replica.port);
    let nobody = free_port();
    let (silent_one, silent) = silent().await;
    let sentinel = FakeSentinel::naming("127.0.0.1", primary, "master").await;
    for (host, port, flags, error, remedy) in [
        ("", primary, "master", "no address", "reachable"),
        ("0.0.0.0", primary, "master", "no address", "reachable"),
        ("::", primary, "master", "no address", "reachable"),
        ("127.0.0.1", 0, "master", "no address", "reachable"),
        (
            "127.0.0.1",
            replica,
            "master",
            "it is a replica",
            "another server",
        ),
        (
            "127.0.0.1",
            sentinel.port,
            "master",
            "it is a Sentinel",
            "another server",
        ),
        ("127.0.0.1", primary, "master,s_down", "is down", "ckquorum"),
        (
            "127.0.0.1",
            primary,
            "master,o_down,s_down",
            "is down",
            "ckquorum",
        ),
        (
            "127.0.0.1",
            nobody,
            "master",
            "the primary at 127.0.0.1:",
            "announce-ip",
        ),
        (
            "no.such.host.invalid",
            primary,
            "master",
            "the primary at no.such",
            "announce-ip",
        ),
        (
            "a b\r\n",
            primary,
            "master",
            "the primary at …",
            "announce-ip",
        ),
    ] {
        let fake = FakeSentinel::naming(host, port, flags).await;
        is_named(&fake.url(), 0, error, remedy).await;
    }
    let hung: u16 = silent.split(':').next_back().unwrap().parse().unwrap();
    let fake = FakeSentinel::naming("127.0.0.1", hung, "master").await;
    let store = redis_store_with(&Secret::new(fake.url()), 0);
    let told = store.probe().await.unwrap_err().to_string();
    assert!(
        told.contains("the primary at 127.0.0.1") && told.contains("timed out"),
        "{told}"
    );
    drop(silent_one);

    // An address of IPv6, with and without brackets.
    let bound = watched
        .primary
        .tells(&["CONFIG", "SET", "bind", "127.0.0.1 ::1"]);
    assert_eq!(bound, "OK");
    for host in ["::1", "[::1]", "localhost"] {
        let fake = FakeSentinel::naming(host, primary, "master").await;
        let store = redis_store_with(&Secret::new(fake.url()), 0);
        soon(|| store.probe()).await;
    }
    for answer in [
        "*0\r\n",
        "$-1\r\n",
        "+PONG\r\n",
        ":1\r\n",
        "*1\r\n*1\r\n$1\r\nx\r\n",
        "-ERR no\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "*99999999\r\n",
        "*1\r\n*4\r\n$4\r\nname\r\n$4\r\nshop\r\n",
    ] {
        let fake = FakeSentinel::answering(answer.as_bytes().to_vec()).await;
        let asked = Instant::now();
        let store = redis_store_with(&Secret::new(fake.url()), 0);
        let told = store.probe().await.unwrap_err();
        assert!(asked.elapsed() < Duration::from_secs(3), "{answer} {told}");
    }
}

/// One that is right is enough, wherever it stands in the list; and what was
/// wrong is over as soon as it is.
#[tokio::test]
async fn one_sentinel_that_is_right_is_enough() {
    let watched = Watched::start();
    let right = watched.url();
    let right = right.expose().rsplit(',').next().unwrap();
    let (_listener, silent) = silent().await;
    let replica = FakeSentinel::naming("127.0.0.1", watched.replica.port, "master").await;
    let nowhere = FakeSentinel::naming("0.0.0.0", 1, "master").await;
    let hung = silent.split(':').next_back().unwrap().parse().unwrap();
    let hung = FakeSentinel::naming("127.0.0.1", hung, "master").await;
    let liars = [replica.host(), nowhere.host(), hung.host(), silent].join(",");
    let url = format!("redis+sentinel://{liars},{right}");
    let asked = Instant::now();
    let store = redis_store_with(&Secret::new(url), 0);
    assert_eq!(store.put(ID, &session(), LIFE).await.unwrap(), Put::Stored);
    assert!(
        asked.elapsed() < Duration::from_millis(900),
        "{:?}",
        asked.elapsed()
    );

    let store = redis_store_with(&Secret::new(replica.url()), 0);
    let told = store.put(ID, &session(), LIFE).await.unwrap_err();
    assert!(told.to_string().contains("it is a replica"), "{told}");
    replica.names("127.0.0.1", watched.primary.port);
    well_again(&store).await;
}

/// Each side has a login of its own.
#[tokio::test]
async fn a_login_that_is_refused_is_that_of_the_sentinel_or_of_redis() {
    let server = Redis::start();
    assert_eq!(server.tells(&["CONFIG", "SET", "requirepass", "one"]), "OK");
    let open = FakeSentinel::naming("127.0.0.1", server.port, "master").await;
    let with_login = |login: &str| open.url().replacen("//", &format!("//{login}@"), 1);
    is_named(
        &with_login(":two"),
        0,
        "the primary at",
        "user and password",
    )
    .await;
    is_named(&open.url(), 0, "NOAUTH", "user and password").await;
    well_again(&redis_store_with(&Secret::new(with_login(":one")), 0)).await;

    let sentinel =
        Redis::start_sentinel("requirepass three\nsentinel monitor shop 127.0.0.1 1 2\n");
    let url = format!("redis+sentinel://:one@127.0.0.1:{}/shop", sentinel.port);
    is_named(&url, 0, "a Sentinel: NOAUTH", "sentinel_password").await;
    let wrong = format!("{url}?sentinel_password=four");
    is_named(&wrong, 0, "a Sentinel: WRONGPASS", "sentinel_password").await;
    // Its primary is nobody's.
    let right = format!("{url}?sentinel_password=three");
    is_named(&right, 0, "primary", "").await;
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
