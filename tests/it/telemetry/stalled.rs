//! A log that nobody reads: a container's blocking log driver, a terminal after
//! Ctrl-S.

use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
};

use crate::support::{client::client, program::command, redis::free_port};

/// More than the queue and the pipe hold together.
const REQUESTS: usize = 3000;

struct Stalled {
    child: Child,
    url: String,
    metrics: String,
}

impl Stalled {
    /// Its standard output is a pipe whose other end is open and unread.
    async fn start(stderr: Stdio) -> Self {
        let (api, admin) = (free_port(), free_port());
        let child = command(&["serve", "--sandbox", "--log-format", "json"])
            .env("BIND", format!("127.0.0.1:{api}"))
            .env("ADMIN_BIND", format!("127.0.0.1:{admin}"))
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{api}");
        while client()
            .get(format!("{url}/health/live"))
            .send()
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
        Self {
            child,
            url,
            metrics: format!("http://127.0.0.1:{admin}/metrics"),
        }
    }

    /// Asks for so much that the log stands still; returns the dropped lines.
    async fn flood(&self) -> usize {
        let client = client();
        for _ in 0..REQUESTS {
            let request = client.post(format!("{}/nothing", self.url));
            // For a long line.
            let answer = request.header("x-request-id", "r".repeat(64)).send().await;
            assert_eq!(answer.unwrap().status(), 404);
        }
        let metrics = client.get(&self.metrics).send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let counter = metrics
            .lines()
            .find_map(|line| line.strip_prefix("member_verification_log_lines_dropped_total "));
        let dropped = counter.unwrap().parse().unwrap();
        assert!(dropped > 0 && dropped < REQUESTS, "{dropped}");
        dropped
    }

    async fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.await.unwrap().success());
        self.child.wait().await.unwrap().code()
    }
}

#[tokio::test]
async fn it_stops_no_answer_and_no_end_and_dropped_lines_are_counted() {
    let mut service = Stalled::start(Stdio::null()).await;
    service.flood().await;
    assert_eq!(service.terminate().await, Some(0));
}

#[tokio::test]
async fn once_it_is_read_again_it_says_what_is_missing() {
    let mut service = Stalled::start(Stdio::null()).await;
    let dropped = service.flood().await;
    let mut output = service.child.stdout.take().unwrap();
    let mut log = Vec::new();
    let told = loop {
        let told = log
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
            .find(|line| {
                line["message"]
                    .as_str()
                    .is_some_and(|text| text.contains("were dropped"))
            });
        if let Some(told) = told {
            break told;
        }
        assert_ne!(output.read_buf(&mut log).await.unwrap(), 0);
    };
    assert_eq!(told["lines"], dropped);
    assert_eq!(told["level"], "WARN");
    // The lines that came are whole: the last may still be under way.
    let (whole, _) = log.split_at(log.iter().rposition(|byte| *byte == b'\n').unwrap());
    let lines = whole.split(|byte| *byte == b'\n');
    let requests = lines
        .map(|line| serde_json::from_slice::<Value>(line).unwrap())
        .filter(|line| line["path"] == "unmatched")
        .count();
    assert_eq!(requests + dropped, REQUESTS);
    assert_eq!(service.terminate().await, Some(0));
}
