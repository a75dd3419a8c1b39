//! A real `redis-server` of the test's own: on a free port, saving nothing,
//! ended with the test.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::{
    config::RedisConfig,
    secret::Secret,
    store::{RedisAddress, StoreKeys},
};
use redis::{FromRedisValue, aio::MultiplexedConnection};

/// Its text in base64 is one of the canaries.
const STORE_KEY: [u8; 32] = [7; 32];

static SERVERS: AtomicU32 = AtomicU32::new(0);

const FIRST: &[&str] = &[
    "--save",
    "",
    "--appendonly",
    "no",
    // A replica needn't wait for another one.
    "--repl-diskless-sync-delay",
    "0",
];

const NODE: &[&str] = &["--cluster-enabled", "yes"];
const BUS: &str = "--cluster-port";

pub(crate) struct Redis {
    pub(crate) port: u16,
    directory: PathBuf,
    more: Vec<String>,
    process: Child,
}

impl Redis {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With more arguments of `redis-server`.
    pub(crate) fn start_with(more: &[&str]) -> Self {
        Self::run(|| words(&[FIRST, more].concat()))
    }

    /// A node of a cluster, which has no slots yet.
    pub(crate) fn start_node(more: &[&str]) -> Self {
        Self::run(|| {
            let bus = free_port().to_string();
            words(&[FIRST, NODE, more, &[BUS, &bus]].concat())
        })
    }

    /// The port on which the nodes of a cluster talk.
    pub(crate) fn bus(&self) -> &str {
        let at = self.more.iter().position(|word| word == BUS).unwrap();
        &self.more[at + 1]
    }

    /// A Sentinel with these directives, which it writes to its file as well.
    pub(crate) fn start_sentinel(directives: &str) -> Self {
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!(
            "member-verification-sentinel-{}-{number}.conf",
            std::process::id()
        ));
        Self::run(|| {
            fs::write(&file, directives).unwrap();
            words(&[file.to_str().unwrap(), "--sentinel"])
        })
    }

    fn run(words: impl Fn() -> Vec<String>) -> Self {
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!(
            "member-verification-redis-{}-{number}",
            std::process::id()
        ));
        // Another process may take the port first: then try another port.
        for _ in 0..5 {
            // Gone with the server of the try before.
            fs::create_dir_all(&directory).unwrap();
            let (port, more) = (free_port(), words());
            let process = spawn(port, &directory, &more);
            let mut server = Self {
                port,
                directory: directory.clone(),
                more,
                process,
            };
            if server.is_up() {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    /// A replica of `primary`, in step with it.
    pub(crate) fn replica_of(primary: &Self) -> Self {
        let port = primary.port.to_string();
        let replica = Self::start_with(&["--replicaof", "127.0.0.1", &port]);
        eventually("the replica is in step", || {
            replica
                .tells(&["INFO", "replication"])
                .contains("master_link_status:up")
                && primary
                    .tells(&["INFO", "replication"])
                    .contains("state=online")
        });
        replica
    }

    /// What it answers, beside the tests' runtime.
    pub(crate) fn tells(&self, words: &[&str]) -> String {
        let client = redis::Client::open(self.url().expose()).unwrap();
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        let told = client
            .get_connection()
            .and_then(|mut connection| command.query(&mut connection));
        told.unwrap_or_else(|error| error.to_string())
    }

    pub(crate) fn url(&self) -> Secret {
        Secret::new(format!("redis://127.0.0.1:{}/", self.port))
    }

    pub(crate) fn config(&self) -> RedisConfig {
        RedisConfig {
            address: RedisAddress::parse(&self.url()).unwrap().into(),
            keys: store_keys(&[STORE_KEY[0]]),
            replicas: 0,
        }
    }

    /// The same, as the program's settings.
    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        [
            ("REDIS_URL", self.url().expose().to_owned()),
            ("STORE_KEY", STANDARD.encode(STORE_KEY)),
        ]
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts again on the same port, empty.
    pub(crate) fn restart(&mut self) {
        self.process = spawn(self.port, &self.directory, &self.more);
        assert!(self.is_up(), "redis-server does not start again");
    }

    /// `-STOP` makes it hang, `-CONT` lets it go on.
    pub(crate) fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// A connection beside the store's own.
    pub(crate) async fn connect(&self) -> MultiplexedConnection {
        redis::Client::open(self.url().expose())
            .unwrap()
            .get_multiplexed_async_connection()
            .await
            .unwrap()
    }

    pub(crate) async fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command
            .query_async(&mut self.connect().await)
            .await
            .unwrap()
    }

    pub(crate) async fn keys(&self) -> Vec<String> {
        self.ask(&["KEYS", "*"]).await
    }

    /// Every key and every value.
    pub(crate) async fn dump(&self) -> String {
        let mut dump = String::new();
        for key in self.keys().await {
            let value: Vec<u8> = self.ask(&["GET", &key]).await;
            dump.extend([&key, " ", &String::from_utf8_lossy(&value), "\n"]);
        }
        dump
    }

    fn is_up(&mut self) -> bool {
        for _ in 0..1000 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return true;
            }
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
        if self.more.get(1).is_some_and(|word| word == "--sentinel") {
            let _ = fs::remove_file(&self.more[0]);
        }
    }
}

/// `STORE_KEY` made of keys that consist of one repeated byte each.
pub(crate) fn store_keys(keys: &[u8]) -> StoreKeys {
    let list: Vec<String> = keys.iter().map(|key| STANDARD.encode([*key; 32])).collect();
    StoreKeys::parse(&Secret::new(list.join(","))).unwrap()
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits for what comes soon, for 20 s.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("not so: {what}");
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn spawn(port: u16, directory: &PathBuf, more: &[String]) -> Child {
    // Another server that speaks its protocol may be tried by this.
    let server = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
    let spawned = Command::new(server)
        .args(more)
        .args(["--bind", "127.0.0.1", "--port"])
        .arg(port.to_string())
        .arg("--dir")
        .arg(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match spawned {
        Ok(process) => process,
        Err(error) => panic!(
            "these tests need redis-server in the PATH ({error}); \
             on Debian: apt-get install redis-server"
        ),
    }
}
