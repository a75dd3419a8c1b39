//! Drives a server over HTTP/1.1 and tells how it did, as one line of JSON.
//!
//! Closed loop by default: each connection sends its next request when it
//! has its answer. With `--rate`, open loop: requests are due at a constant
//! rate whatever the answers do, and a latency counts from when the request
//! was due, so that a server which stalls can't hide it.

#![expect(
    clippy::unwrap_used,
    reason = "a tool of the benchmarks may end with a panic"
)]
#![expect(clippy::print_stdout, reason = "its result goes to standard output")]

use std::{
    collections::{BTreeMap, HashSet},
    net::SocketAddr,
    sync::Arc,
    thread,
    time::Duration,
};

use clap::Parser;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Mutex, mpsc},
    task::JoinSet,
    time::{Instant, timeout},
};

/// No answer takes longer; then the connection counts as broken.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Parser)]
struct Args {
    /// Where the server listens.
    address: SocketAddr,
    #[arg(long, default_value = "/v1/member/getOAuthToken")]
    path: String,
    /// The JSON to send.
    #[arg(long, default_value = "{}")]
    body: String,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Ends after so many requests ...
    #[arg(long, default_value_t = usize::MAX)]
    requests: usize,
    /// ... or after this time, whichever comes first.
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
    /// Requests per second, whatever the answers do.
    #[arg(long)]
    rate: Option<f64>,
    /// Latencies of so many first seconds are told apart.
    #[arg(long, default_value_t = 0.0)]
    warm_up: f64,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run(Args::parse()));
}

async fn run(args: Args) {
    let request = Arc::new(
        format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{}",
            args.path,
            args.address,
            args.body.len(),
            args.body
        )
        .into_bytes(),
    );
    let began = Instant::now();
    let turns = Arc::new(Turns::new(&args, began));
    let mut connections = JoinSet::new();
    for _ in 0..args.connections {
        let (turns, request) = (Arc::clone(&turns), Arc::clone(&request));
        connections.spawn(async move { drive(args.address, &request, &turns).await });
    }
    let outcomes: Vec<Outcome> = connections.join_all().await.into_iter().flatten().collect();
    println!("{}", summary(&args, began, &outcomes));
}

/// Hands out when the next request is due.
enum Turns {
    Closed {
        left: std::sync::atomic::AtomicUsize,
        end: Instant,
    },
    Open(Mutex<mpsc::UnboundedReceiver<Instant>>),
}

impl Turns {
    fn new(args: &Args, began: Instant) -> Self {
        let length = Duration::from_secs_f64(args.seconds);
        let Some(rate) = args.rate else {
            return Self::Closed {
                left: args.requests.into(),
                end: began + length,
            };
        };
        let (sender, receiver) = mpsc::unbounded_channel();
        let requests = args.requests;
        // A thread: the runtime's timers are a millisecond coarse.
        thread::spawn(move || {
            for number in 0..requests {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let due = began + Duration::from_secs_f64(number as f64 / rate);
                if due >= began + length {
                    break;
                }
                thread::sleep(due.saturating_duration_since(Instant::now()));
                if sender.send(due).is_err() {
                    break;
                }
            }
        });
        Self::Open(Mutex::new(receiver))
    }

    async fn next(&self) -> Option<Instant> {
        use std::sync::atomic::Ordering::Relaxed;
        match self {
            Self::Closed { left, end } => {
                let now = Instant::now();
                let one_less = |left: usize| left.checked_sub(1);
                (now < *end && left.fetch_update(Relaxed, Relaxed, one_less).is_ok()).then_some(now)
            }
            Self::Open(due) => due.lock().await.recv().await,
        }
    }
}

/// What became of one request.
struct Outcome {
    due: Instant,
    answered: Instant,
    /// 0 when there was no answer.
    status: u16,
    token: Option<Box<[u8]>>,
}

async fn drive(address: SocketAddr, request: &[u8], turns: &Turns) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let mut connection = None;
    while let Some(due) = turns.next().await {
        let exchanged = timeout(PATIENCE, async {
            if connection.is_none() {
                connection = Some(Connection::open(address).await?);
            }
            connection.as_mut().unwrap().exchange(request).await
        });
        let answer = exchanged.await.ok().and_then(Result::ok);
        let answered = Instant::now();
        if answer.is_none() {
            connection = None;
        }
        let (status, token) = answer.unwrap_or((0, None));
        outcomes.push(Outcome {
            due,
            answered,
            status,
            token,
        });
    }
    outcomes
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4096),
        })
    }

    async fn exchange(&mut self, request: &[u8]) -> std::io::Result<(u16, Option<Box<[u8]>>)> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let end = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|text| text.parse().ok());
        let length: Option<usize> = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let (Some(status), Some(length)) = (status, length) else {
            return Err(std::io::ErrorKind::InvalidData.into());
        };
        while self.buffer.len() < end + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok((status, token(&self.buffer[end..])))
    }
}

/// The answer's `token_version_id`.
fn token(body: &[u8]) -> Option<Box<[u8]>> {
    const NAME: &[u8] = b"\"token_version_id\":\"";
    let rest = &body[find(body, NAME)? + NAME.len()..];
    Some(rest[..find(rest, b"\"")?].into())
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn summary(args: &Args, began: Instant, outcomes: &[Outcome]) -> serde_json::Value {
    let end = outcomes.iter().map(|outcome| outcome.answered).max();
    let seconds = end.map_or(0.0, |end| (end - began).as_secs_f64());
    let mut statuses = BTreeMap::<String, usize>::new();
    let mut tokens = HashSet::new();
    let mut tokens_twice = 0;
    for outcome in outcomes {
        *statuses.entry(outcome.status.to_string()).or_default() += 1;
        if let Some(token) = &outcome.token
            && !tokens.insert(token)
        {
            tokens_twice += 1;
        }
    }
    let warm = began + Duration::from_secs_f64(args.warm_up);
    let (first, later): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.due < warm);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let per_second = outcomes.len() as f64 / seconds;
    json!({
        "requests": outcomes.len(),
        "seconds": seconds,
        "per_second": per_second,
        "latency": latency(&later),
        "latency_of_warm_up": latency(&first),
        "statuses": statuses,
        "tokens": tokens.len(),
        "tokens_twice": tokens_twice,
    })
}

/// In microseconds.
fn latency(outcomes: &[&Outcome]) -> serde_json::Value {
    let mut latencies: Vec<u128> = outcomes
        .iter()
        .map(|outcome| (outcome.answered - outcome.due).as_micros())
        .collect();
    latencies.sort_unstable();
    let per_mille = |share: usize| latencies.get((latencies.len() * share / 1000).max(1) - 1);
    json!({
        "p50": per_mille(500),
        "p99": per_mille(990),
        "p999": per_mille(999),
        "max": latencies.last(),
    })
}
