//! The program itself, started as an operator would.

use std::{
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::Notify,
    time::timeout,
};

/// The program without any setting of the machine that the tests run on.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_member-verification"));
    command
        .args(args)
        .env_clear()
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Runs it to its end. A program that serves instead of refusing its settings
/// is killed, and the test fails.
pub(crate) async fn run(args: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = command(args);
    let running = command.envs(settings.iter().copied()).output();
    timeout(Duration::from_mins(1), running)
        .await
        .unwrap_or_else(|_| panic!("{args:?} does not end"))
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running service and everything that it has printed.
pub(crate) struct Service {
    child: Child,
    pub(crate) url: String,
    printed: Printed,
}

#[derive(Clone, Default)]
struct Printed {
    lines: Arc<Mutex<String>>,
    news: Arc<Notify>,
}

impl Printed {
    fn follow(&self, source: impl AsyncRead + Unpin + Send + 'static) {
        let printed = self.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(source).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                printed.lines.lock().unwrap().push_str(&(line + "\n"));
                printed.news.notify_one();
            }
        });
    }

    /// The first line that holds all of these, once it is printed.
    async fn line_with(&self, texts: [&str; 2]) -> String {
        loop {
            let news = self.news.notified();
            let lines = self.lines.lock().unwrap().clone();
            let mut lines = lines.lines();
            if let Some(line) = lines.find(|line| texts.iter().all(|text| line.contains(text))) {
                return line.to_owned();
            }
            news.await;
        }
    }

    /// Everything printed, once it holds `text`.
    async fn until(&self, text: &str) -> String {
        loop {
            let news = self.news.notified();
            let lines = self.lines.lock().unwrap().clone();
            if lines.contains(text) {
                return lines;
            }
            news.await;
        }
    }
}

impl Service {
    /// Starts `serve` on a free port and waits until it listens.
    pub(crate) async fn start(args: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut command = command(&["serve", "--bind", "127.0.0.1:0"]);
        command.args(args).envs(settings.iter().copied());
        Self::run(command).await
    }

    /// The same under a limit of open files.
    pub(crate) async fn start_with_files(most: usize, settings: &[(&str, &str)]) -> Self {
        Self::start_after(&format!("ulimit -n {most}"), settings).await
    }

    /// The same under a limit of file size, which is a few hundred bytes.
    pub(crate) async fn start_with_small_files(settings: &[(&str, &str)]) -> Self {
        Self::start_after("ulimit -f 1", settings).await
    }

    /// The same with a signal ignored.
    pub(crate) async fn start_ignoring(signal: &str) -> Self {
        Self::start_after(&format!("trap '' {signal}"), &[]).await
    }

    async fn start_after(shell_command: &str, settings: &[(&str, &str)]) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", &format!("{shell_command} && exec \"$0\" \"$@\"")])
            .arg(env!("CARGO_BIN_EXE_member-verification"))
            .args(["serve", "--bind", "127.0.0.1:0", "--sandbox"])
            .env_clear()
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .envs(settings.iter().copied());
        Self::run(shell).await
    }

    async fn run(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let printed = Printed::default();
        printed.follow(child.stdout.take().unwrap());
        printed.follow(child.stderr.take().unwrap());
        let lines = printed.until("listening").await;
        let line = lines
            .lines()
            .find(|line| line.contains("listening"))
            .unwrap();
        let start = line.find("127.0.0.1:").unwrap();
        let address: String = line[start..]
            .chars()
            .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
            .collect();
        Self {
            child,
            url: format!("http://{address}"),
            printed,
        }
    }

    /// The address that Prometheus asks; needs `ADMIN_BIND`.
    pub(crate) async fn metrics_url(&self) -> String {
        let lines = self.printed.until("metrics are served").await;
        let line = lines
            .lines()
            .find(|line| line.contains("metrics are served"))
            .unwrap();
        let start = line.find("127.0.0.1:").unwrap();
        let end = line[start..].find(|c: char| !c.is_ascii_digit() && !".:".contains(c));
        let address = &line[start..end.map_or(line.len(), |end| start + end)];
        format!("http://{address}/metrics")
    }

    /// The first line that holds both, once it is printed.
    pub(crate) async fn line_with(&self, texts: [&str; 2]) -> String {
        self.printed.line_with(texts).await
    }

    /// Everything printed so far, once it holds `text`.
    pub(crate) async fn printed_until(&self, text: &str) -> String {
        self.printed.until(text).await
    }

    /// Asks it to stop and waits for its exit code.
    pub(crate) async fn stop(mut self) -> Option<i32> {
        self.signal("-TERM").await;
        self.exit_code().await
    }

    /// Starts it and asks it to stop as soon as it catches the signal, which is
    /// long before it listens. Its exit code.
    pub(crate) async fn stop_at_once() -> Option<i32> {
        const SIGTERM: u64 = 1 << 14;
        let mut command = command(&["serve", "--sandbox", "--bind", "127.0.0.1:0"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let pid = child.id().unwrap().to_string();
        let catches = || {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
            let mask = status
                .lines()
                .find_map(|line| line.strip_prefix("SigCgt:"))
                .unwrap();
            u64::from_str_radix(mask.trim(), 16).unwrap() & SIGTERM != 0
        };
        while !catches() {
            tokio::task::yield_now().await;
        }
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.await.unwrap().success());
        child.wait().await.unwrap().code()
    }

    pub(crate) async fn signal(&self, signal: &str) {
        let pid = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.await.unwrap().success());
    }

    pub(crate) async fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().await.unwrap().code()
    }
}
