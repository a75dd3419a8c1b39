//! Redis over TLS, by each way to reach one, with a login.

use std::path::Path;

use crate::support::{
    certificates::Certificates,
    program::{run, text},
    redis::{Redis, eventually, free_port},
};

/// Servers that talk TLS beside their plain ports, which the test uses.
struct Encrypted {
    certificates: Certificates,
    /// In the order in which they start; the last one ends first.
    servers: Vec<Redis>,
}

impl Encrypted {
    async fn start(name: &str) -> Self {
        Self {
            certificates: Certificates::make(name).await,
            servers: Vec::new(),
        }
    }

    /// The port of TLS of one more server, which lets `app` in with `pass`.
    fn server(&mut self, start: impl Fn(&[&str]) -> Redis) -> u16 {
        let port = free_port();
        let words = self.words(port);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let server = start(&words);
        let user = ["ACL", "SETUSER", "app", "on", ">pass", "~mv:*", "+@all"];
        assert_eq!(server.tells(&user), "OK");
        self.servers.push(server);
        port
    }

    /// The same of a Sentinel that watches this port as `shop`, and has a
    /// password of its own.
    fn sentinel(&mut self, primary: u16) -> u16 {
        let port = free_port();
        let words = self.words(port);
        let mut lines: Vec<String> = words
            .chunks(2)
            .map(|pair| pair.join(" ").trim_start_matches("--").to_owned())
            .collect();
        lines.push(format!("sentinel monitor shop 127.0.0.1 {primary} 1"));
        lines.push("requirepass watch\n".to_owned());
        self.servers.push(Redis::start_sentinel(&lines.join("\n")));
        port
    }

    fn words(&self, port: u16) -> Vec<String> {
        let file = |name: &str| self.certificates.file(name).display().to_string();
        let port = port.to_string();
        owned(&[
            "--tls-port",
            &port,
            "--tls-cert-file",
            &file("good.pem"),
            "--tls-key-file",
            &file("good.key"),
            "--tls-ca-cert-file",
            &file("ca.pem"),
            "--tls-auth-clients",
            "no",
            "--tls-replication",
            "yes",
            "--tls-cluster",
            "yes",
        ])
    }

    async fn checked(&self, url: &str, trusted: &str) -> String {
        checked(url, &self.certificates.file(trusted)).await
    }

    /// It works, and only with its own CA, the right login and TLS.
    async fn is_verified(&self, url: &str) {
        let well = self.checked(url, "ca.pem").await;
        assert_eq!(well, WELL, "{url}");
        let strange = self.checked(url, "other_ca.pem").await;
        assert!(
            strange.contains("UnknownIssuer") && strange.contains("SSL_CERT_FILE"),
            "{url}: {strange}"
        );
        let refused = self
            .checked(&url.replace(":pass@", ":hush@"), "ca.pem")
            .await;
        assert!(
            refused.contains("WRONGPASS; check user and password") && !refused.contains("hush"),
            "{url}: {refused}"
        );
        let plain = self
            .checked(&url.replace("rediss", "redis"), "ca.pem")
            .await;
        assert!(plain.contains("rediss:// is TLS"), "{url}: {plain}");
    }
}

const WELL: &str = "ok     store              Redis answers and knows the commands";

/// What `check` prints of the store.
async fn checked(url: &str, trusted: &Path) -> String {
    let settings = [
        ("NICE_CLIENT_ID", "client"),
        ("NICE_CLIENT_SECRET", "secret"),
        ("NICE_BASE_URL", "http://127.0.0.1:1"),
        ("RETURN_URLS", "https://shop.example/cb"),
        ("STORE_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="),
        ("REDIS_URL", url),
        ("SSL_CERT_FILE", trusted.to_str().unwrap()),
    ];
    let printed = text(&run(&["check"], &settings).await.stdout);
    let lines = printed
        .lines()
        .filter(|line| line.get(7..13) == Some("store "));
    lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn one_server_is_verified() {
    let mut encrypted = Encrypted::start("redis").await;
    let port = encrypted.server(Redis::start_with);
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("rediss://app:pass@{host}:{port}");
        encrypted.is_verified(&url).await;
    }
    let plain = encrypted.servers[0].port;
    let told = encrypted
        .checked(&format!("rediss://app:pass@localhost:{plain}"), "ca.pem")
        .await;
    assert!(told.contains("rediss:// is TLS"), "{told}");
}

#[tokio::test]
async fn sentinels_and_their_primary_are_verified() {
    let mut encrypted = Encrypted::start("sentinel").await;
    let primary = encrypted.server(Redis::start_with);
    let port = encrypted.sentinel(primary);
    let url = format!(
        "rediss+sentinel://app:pass@localhost:1,localhost:{port}/shop?sentinel_password=watch"
    );
    encrypted.is_verified(&url).await;
}

#[tokio::test]
async fn each_node_of_a_cluster_is_verified() {
    let mut encrypted = Encrypted::start("cluster").await;
    let ports = [0, 1].map(|_| encrypted.server(Redis::start_node));
    let nodes = &encrypted.servers;
    let met = ports[1].to_string();
    nodes[0].tells(&["CLUSTER", "MEET", "127.0.0.1", &met, nodes[1].bus()]);
    for (node, (first, last)) in nodes.iter().zip([("0", "8191"), ("8192", "16383")]) {
        node.tells(&["CLUSTER", "ADDSLOTSRANGE", first, last]);
    }
    for node in nodes {
        eventually("both nodes serve", || {
            let told = node.tells(&["CLUSTER", "INFO"]);
            told.contains("cluster_state:ok") && told.contains("cluster_size:2")
        });
    }
    // The other one is learned from this one.
    let url = format!("rediss+cluster://app:pass@localhost:{}", ports[0]);
    encrypted.is_verified(&url).await;
}
