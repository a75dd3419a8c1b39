//! Sentinels and a cluster: what moves is followed, and nothing is lost or
//! opened twice when it does.

use std::time::Duration;

use member_verification::{
    secret::Secret,
    store::{Consumed, Found, Put, Store},
};
use tokio::time::{Instant, sleep};

use crate::{
    store::fixture::{
        LIFE, check_open, consume, mark, redis_store_at, redis_store_with, session, soon,
    },
    support::{
        redis::Redis,
        redis_topologies::{Cluster, Watched},
    },
};

/// Begins, finds and opens one verification.
async fn whole_way(store: &Store, id: &str) {
    let session = session();
    assert_eq!(soon(|| store.put(id, &session, LIFE)).await, Put::Stored);
    check_open(soon(|| store.find(id)).await, &session);
    assert_eq!(soon(|| consume(store, id)).await, Consumed::Won);
    assert_eq!(
        consume(store, id).await.unwrap(),
        Consumed::AlreadyUsed(Some(mark(None)))
    );
    assert!(matches!(store.find(id).await.unwrap(), Found::Used(_)));
}

/// Tries until each of 30 verifications, on all nodes of a cluster, can be
/// begun; none may take longer than a caller waits.
async fn well_within(store: &Store, longest: Duration, round: &str) {
    let begun = Instant::now();
    for number in 0..30 {
        let id = format!("{round} {number}");
        loop {
            let asked = Instant::now();
            let put = store.put(&id, &session(), LIFE).await;
            assert!(
                asked.elapsed() < Duration::from_secs(1),
                "{:?}",
                asked.elapsed()
            );
            match put {
                // It may have been stored by a try that told of an error.
                Ok(Put::Stored | Put::Exists) => break,
                Ok(Put::Full) => panic!("full"),
                Err(error) => assert!(begun.elapsed() < longest, "{error}"),
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn sentinels_lead_to_the_primary_and_to_the_next_one() {
    let mut watched = Watched::start();
    let store = redis_store_at(&watched.url(), &[1]);
    whole_way(&store, "before").await;
    store.put("kept", &session(), LIFE).await.unwrap();

    // One that demotes the primary, and leaves its connections open.
    watched.fail_over();
    well_within(&store, Duration::from_secs(4), "demoted").await;
    check_open(store.find("kept").await.unwrap(), &session());

    // And one Sentinel of the list is gone when the next one is looked for.
    watched.kill_first_sentinel();
    let store = redis_store_at(&watched.url(), &[1]);
    whole_way(&store, "without the first Sentinel").await;
}

#[tokio::test]
async fn a_primary_that_died_is_replaced_by_the_one_that_the_sentinels_promote() {
    let mut watched = Watched::start();
    let store = redis_store_with(&watched.url(), 1);
    let session = session();
    for id in ["kept", "used"] {
        soon(|| store.put(id, &session, LIFE)).await;
    }
    assert_eq!(soon(|| consume(&store, "used")).await, Consumed::Won);
    watched.primary.kill();
    watched.promoted();
    // The new primary has no replica yet: with STORE_REPLICAS nothing is
    // begun, while what was confirmed is there.
    let waiting = redis_store_at(&watched.url(), &[1]);
    well_within(&waiting, Duration::from_secs(2), "promoted").await;
    check_open(waiting.find("kept").await.unwrap(), &session);
    assert_eq!(
        consume(&waiting, "used").await.unwrap(),
        Consumed::AlreadyUsed(Some(mark(None)))
    );
    let refused = consume(&store, "kept").await.unwrap_err();
    assert!(refused.remedy().contains("STORE_REPLICAS"), "{refused}");
}

#[tokio::test]
async fn a_cluster_keeps_each_session_on_one_node() {
    let cluster = Cluster::start();
    for replicas in [0, 1] {
        let store = redis_store_with(&cluster.url(), replicas);
        store.probe().await.unwrap();
        for number in 0..20 {
            whole_way(&store, &format!("{replicas} {number}")).await;
        }
        let shared = store.shared_token("label").unwrap();
        assert!(shared.try_lease(LIFE).await.unwrap());
        shared.release().await.unwrap();
    }
    // All three have some.
    for node in &cluster.nodes[..3] {
        assert_ne!(node.tells(&["DBSIZE"]), "0");
    }
}

#[tokio::test]
async fn a_cluster_whose_primary_changes_is_followed() {
    let mut cluster = Cluster::start();
    let store = redis_store_at(&cluster.url(), &[1]);
    well_within(&store, Duration::from_secs(2), "before").await;
    // By hand, and nothing may fail.
    cluster.nodes[3].tells(&["CLUSTER", "FAILOVER"]);
    crate::support::redis::eventually("the replica is promoted", || {
        cluster.nodes[3]
            .tells(&["INFO", "replication"])
            .contains("role:master")
    });
    well_within(&store, Duration::from_secs(2), "by hand").await;
    // By death: node 1 is also one of the two that REDIS_URL names.
    cluster.nodes[1].kill();
    crate::support::redis::eventually("the replica is promoted", || {
        cluster.nodes[4]
            .tells(&["INFO", "replication"])
            .contains("role:master")
    });
    well_within(&store, Duration::from_secs(2), "by death").await;
}

#[tokio::test]
async fn what_the_replica_has_not_is_an_error_and_opens_nothing() {
    let primary = Redis::start();
    let store = redis_store_with(&primary.url(), 1);
    let refused = store.put("none", &session(), LIFE).await.unwrap_err();
    assert!(refused.to_string().contains("NOREPLICAS"), "{refused}");

    let replica = Redis::replica_of(&primary);
    crate::store::fixture::well_again(&store).await;
    whole_way(&store, "confirmed").await;
    replica.signal("-STOP");
    let refused = store.put("stopped", &session(), LIFE).await.unwrap_err();
    assert!(refused.to_string().contains("NOREPLICAS"), "{refused}");
    replica.signal("-CONT");
}

/// What docs/going-live.md says is enough.
const ACL: &str =
    "+get +set +eval +pttl +pexpire +del +ping +info +wait +role +cluster|slots +asking";

#[tokio::test]
async fn a_user_with_the_documented_rights_is_enough() {
    let allow = |server: &Redis| {
        let mut words = vec!["ACL", "SETUSER", "member", "on", ">pass", "~mv:*", "-@all"];
        words.extend(ACL.split(' '));
        assert_eq!(server.tells(&words), "OK");
    };
    let login = |url: &Secret| Secret::new(url.expose().replace("://", "://member:pass@"));
    let watched = Watched::start();
    let cluster = Cluster::start();
    for server in [&watched.primary, &watched.replica]
        .into_iter()
        .chain(&cluster.nodes)
    {
        allow(server);
    }
    for url in [watched.url(), cluster.url()] {
        let store = redis_store_with(&login(&url), 1);
        soon(|| store.probe()).await;
        whole_way(&store, "with few rights").await;
        assert_eq!(store.inspect().await.unwrap(), []);
        assert!(!store.is_key_foreign().await.unwrap());
    }
}
