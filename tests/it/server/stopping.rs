//! From the signal to the end: nobody's request is lost.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{self, SocketAddr},
    sync::Arc,
    time::Duration,
};

use member_verification::{
    nice::NiceError,
    random::Random,
    server::Drained,
    token::{PoolSettings, ReadyToken, TokenPool, TokenSource},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::{spawn_blocking, yield_now},
    time::{Instant, sleep},
};

use crate::{
    support::app::{ISSUE, TestApp, start, start_with},
    support::client::client,
    support::nice_stub::NiceStub,
    support::program::Service,
};

/// So often, and by so many, that closing the listener met one in nearly each run.
const ROUNDS: usize = 5;
const CALLERS: usize = 32;

const READY: &str = "GET /health/ready HTTP/1.1\r\nhost: test\r\n\r\n";

async fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    while !text.contains('}') {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "it ended after {text:?}");
        text.push_str(str::from_utf8(&bytes[..read]).unwrap());
    }
    text
}

async fn begin(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let request = format!(
        "POST {ISSUE} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: 2\r\n\r\n{{}}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn until_waiting(app: &TestApp, callers: usize) {
    while app.app.tokens.as_ref().unwrap().status().waiting != callers {
        yield_now().await;
    }
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test(start_paused = true)]
async fn during_the_delay_it_is_not_ready_but_answers_and_closes() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.server.drain_delay = Duration::from_secs(5);
    })
    .await;
    let address = app.address;
    assert_eq!(app.issue("{}").await.status(), 200);
    let mut kept = TcpStream::connect(address).await.unwrap();
    assert!(ask(&mut kept, READY).await.starts_with("HTTP/1.1 200 "));
    let draining = app.app.draining.clone();
    let stopping = tokio::spawn(app.stop());
    while !draining.has_begun() {
        yield_now().await;
    }
    // On a connection from before, and on a new one.
    for mut stream in [kept, TcpStream::connect(address).await.unwrap()] {
        let text = ask(&mut stream, READY).await;
        assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
        assert!(text.contains("stopping"), "{text}");
        assert!(text.contains("connection: close\r\n"), "{text}");
        assert_eq!(rest(&mut stream).await, "");
    }
    assert_eq!(stopping.await.unwrap(), Drained::Whole);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_request_under_way_is_answered() {
    let nice = NiceStub::start().await;
    let gate = nice.stall();
    let app = start_with(nice, |_| {}).await;
    let mut stream = begin(&app).await;
    until_waiting(&app, 1).await;
    let stopping = tokio::spawn(app.stop());
    sleep(Duration::from_secs(3)).await;
    assert!(!stopping.is_finished());
    gate.add_permits(10);
    let text = rest(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert!(text.contains("connection: close\r\n"), "{text}");
    assert_eq!(stopping.await.unwrap(), Drained::Whole);
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_the_rest_is_cut_off() {
    let nice = NiceStub::start().await;
    let _gate = nice.stall();
    let app = start_with(nice, |setup| {
        setup.server.drain_deadline = Duration::from_secs(2);
    })
    .await;
    let stream = begin(&app).await;
    until_waiting(&app, 1).await;
    let began = Instant::now();
    assert_eq!(app.stop().await, Drained::CutOff(1));
    assert_eq!(began.elapsed().as_secs(), 2);
    drop(stream);
}

/// Calls on new connections until it is refused; what went wrong before that.
fn call_until_refused(address: SocketAddr) -> Result<(), io::Error> {
    loop {
        let mut stream = match net::TcpStream::connect(address) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(()),
            connected => connected?,
        };
        stream
            .write_all(b"GET /health/live HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        assert!(text.starts_with("HTTP/1.1 200 "), "{text:?}");
    }
}

/// A proxy doesn't send a POST again whose connection was reset.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_gets_through_is_answered_and_the_others_are_refused() {
    for _ in 0..ROUNDS {
        let app = start().await;
        let address = app.address;
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| spawn_blocking(move || call_until_refused(address)))
            .collect();
        assert_eq!(app.stop().await, Drained::Whole);
        for caller in callers {
            caller.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn a_signal_before_it_listens_ends_it_well() {
    for _ in 0..5 {
        assert_eq!(Service::stop_at_once().await, Some(0));
    }
}

#[tokio::test]
async fn a_second_signal_ends_the_process_at_once() {
    let settings = [("DRAIN_DELAY", "10m")];
    let mut service = Service::start(&["--sandbox"], &settings).await;
    service.signal("-TERM").await;
    service.printed_until("another signal stops at once").await;
    let ready = format!("{}/health/ready", service.url);
    assert_eq!(client().get(ready).send().await.unwrap().status(), 503);
    service.signal("-INT").await;
    assert_eq!(service.exit_code().await, Some(1));
    service.printed_until("by a second signal").await;
}

/// A terminal that closes, or an operator who expects a reload. systemd may
/// send SIGHUP after SIGTERM: that is no second signal.
#[tokio::test]
async fn a_hang_up_drains_and_is_no_second_signal() {
    for first in ["-HUP", "-TERM"] {
        let mut service = Service::start(&["--sandbox"], &[("DRAIN_DELAY", "1s")]).await;
        for ignored in ["-USR1", "-USR2"] {
            service.signal(ignored).await;
        }
        service.signal(first).await;
        service.printed_until("another signal stops at once").await;
        service.signal("-HUP").await;
        let ready = format!("{}/health/ready", service.url);
        assert_eq!(client().get(ready).send().await.unwrap().status(), 503);
        assert_eq!(service.exit_code().await, Some(0), "{first}");
    }
}

/// `nohup` has it ignored, and so it stays.
#[tokio::test]
async fn under_nohup_a_hang_up_is_ignored() {
    let service = Service::start_ignoring("HUP").await;
    service.signal("-HUP").await;
    let ready = format!("{}/health/ready", service.url);
    // Ready after its first fetch; a service that stopped would never be.
    while client().get(&ready).send().await.unwrap().status() != 200 {}
    assert_eq!(service.stop().await, Some(0));
}

struct Crashing;

impl TokenSource for Crashing {
    async fn fetch(&self, _probe: bool) -> Result<ReadyToken, NiceError> {
        panic!("a mistake in the program");
    }
}

#[tokio::test]
async fn a_crashed_refill_ends_its_task_which_ends_the_process() {
    let settings = PoolSettings {
        min: 1,
        max: 1,
        concurrency: 1,
    };
    let pool = TokenPool::new(settings, Random::seeded(1));
    let refill = tokio::spawn(pool.run(Arc::new(Crashing)));
    assert!(refill.await.unwrap_err().is_panic());
}

#[tokio::test(start_paused = true)]
async fn a_kept_connection_lingers_for_the_request_that_is_on_its_way() {
    let app = start_with(NiceStub::start().await, |_| {}).await;
    assert_eq!(app.issue("{}").await.status(), 200);
    let mut quiet = TcpStream::connect(app.address).await.unwrap();
    let mut late = TcpStream::connect(app.address).await.unwrap();
    // The one has never said anything so far.
    let mut new = TcpStream::connect(app.address).await.unwrap();
    for stream in [&mut quiet, &mut late] {
        assert!(ask(stream, READY).await.starts_with("HTTP/1.1 200 "));
    }
    let stopping = tokio::spawn(app.stop());
    sleep(Duration::from_millis(200)).await;
    for stream in [&mut late, &mut new] {
        let text = ask(stream, READY).await;
        assert!(text.contains("connection: close\r\n"), "{text}");
    }
    assert_eq!(rest(&mut quiet).await, "");
    assert_eq!(stopping.await.unwrap(), Drained::Whole);
}

/// What NICE hands out once has to be kept, although the person has left.
#[tokio::test]
async fn work_that_outlives_its_request_is_waited_for() {
    let app = start_with(NiceStub::start().await, |_| {}).await;
    let draining = app.app.draining.clone();
    let work = draining.work();
    let address = app.address;
    let stopping = tokio::spawn(app.stop());
    while TcpStream::connect(address).await.is_ok() {
        yield_now().await;
    }
    // On this one thread, it would have ended long since.
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(!stopping.is_finished());
    drop(work);
    assert_eq!(stopping.await.unwrap(), Drained::Whole);
}

#[tokio::test]
async fn work_is_cut_off_at_the_deadline() {
    let app = start_with(NiceStub::start().await, |setup| {
        setup.server.drain_deadline = Duration::from_millis(10);
    })
    .await;
    let _work = app.app.draining.work();
    assert_eq!(app.stop().await, Drained::CutOff(1));
}
