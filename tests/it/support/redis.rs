//! A real Redis on a free port, for one test.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use member_verification::{
    config::RedisConfig,
    secret::Secret,
    store::{RedisAddress, StoreKeys},
};
use tokio::net::TcpStream;

pub(crate) struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        Self::start_on(port).await
    }

    /// Ends it, and starts an empty one in its place.
    pub(crate) async fn restart(self) -> Self {
        let port = self.port;
        drop(self);
        Self::start_on(port).await
    }

    async fn start_on(port: u16) -> Self {
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir", "/tmp"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is needed: install Debian's package of that name");
        let redis = Self { process, port };
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        redis
    }

    pub(crate) fn config(&self) -> RedisConfig {
        RedisConfig {
            address: RedisAddress::parse(&Secret::new(self.url())).unwrap(),
            keys: StoreKeys::parse(&Secret::new(STANDARD.encode([7; 32]))).unwrap(),
        }
    }

    /// The same, as the program's settings.
    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        [
            ("REDIS_URL", self.url()),
            ("STORE_KEY", STANDARD.encode([7; 32])),
        ]
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Every key and every value, as `redis-cli` shows them.
    pub(crate) fn dump(&self) -> String {
        self.eval(
            "local all = {} for _, key in ipairs(redis.call('KEYS', '*')) do \
             all[#all + 1] = key all[#all + 1] = redis.call('GET', key) end return all",
        )
    }

    pub(crate) fn overwrite_all(&self, value: &str) {
        self.eval(&format!(
            "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('SET', key, '{value}') end"
        ));
    }

    fn eval(&self, script: &str) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string(), "EVAL", script, "0"])
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
