//! A `redis-server` of the test's own: on a free port, saving nothing, gone
//! when the test ends.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use member_verification::secret::Secret;
use redis::{FromRedisValue, aio::MultiplexedConnection};

static SERVERS: AtomicU32 = AtomicU32::new(0);

pub(crate) struct RedisServer {
    pub(crate) port: u16,
    directory: PathBuf,
    process: Child,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!(
            "member-verification-redis-{}-{number}",
            std::process::id()
        ));
        fs::create_dir_all(&directory).unwrap();
        // Another process may take the port in between: then try another.
        for _ in 0..5 {
            let port = free_port();
            let process = spawn(port, &directory);
            let mut server = Self {
                port,
                directory: directory.clone(),
                process,
            };
            if server.is_up() {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    pub(crate) fn url(&self) -> Secret {
        Secret::new(format!("redis://127.0.0.1:{}/", self.port))
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts again on the same port, empty.
    pub(crate) fn restart(&mut self) {
        self.process = spawn(self.port, &self.directory);
        assert!(self.is_up(), "redis-server does not start again");
    }

    /// Stops it from answering, as SIGSTOP does, or lets it go on.
    pub(crate) fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// A connection that the store knows nothing of.
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

    fn is_up(&mut self) -> bool {
        for _ in 0..250 {
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

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn spawn(port: u16, directory: &PathBuf) -> Child {
    let spawned = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .arg("--port")
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
