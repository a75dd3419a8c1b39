//! The program `nice-sandbox`, as a developer starts it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nice-sandbox"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> (Output, String) {
    let output = command(arguments).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, printed)
}

/// Killed at the end, however the test ends.
struct Running {
    child: Child,
    url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(arguments: &[&str]) -> Running {
    let mut child = command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let url = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("base URL")?.1.trim().to_owned()))
        .unwrap();
    Running { child, url }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let (output, printed) = run(&[
        "--bind=nonsense",
        "--sandbox-period=5s",
        "--sandbox-client-id=a:b",
        "--log-format=xml",
        "--rust-log=[[",
        "--auto-approve=nobody",
        "--greeting=loud",
    ]);
    assert_eq!(output.status.code(), Some(64), "{printed}");
    for what in [
        "7 mistake(s)",
        "BIND: \"nonsense\"",
        "SANDBOX_PERIOD: \"5s\"",
        "SANDBOX_CLIENT_ID: \"a:b\"",
        "LOG_FORMAT: \"xml\"",
        "RUST_LOG: \"[[\"",
        "--auto-approve",
        "--greeting: \"loud\"",
    ] {
        assert!(printed.contains(what), "{what}: {printed}");
    }
}

#[test]
fn a_port_in_use_is_named_with_one_that_works() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = format!("--bind={}", taken.local_addr().unwrap());
    let (output, printed) = run(&[&bind]);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    let proposed = printed.trim().rsplit("try ").next().unwrap();
    let address = proposed.strip_prefix("--bind ").unwrap();
    TcpListener::bind(address).unwrap();
}

#[test]
fn it_prints_an_address_that_answers_and_logs_what_it_refuses() {
    let mut running = start(&["--bind=0.0.0.0:0", "--log-format=json"]);
    let address = running.url.strip_prefix("http://").unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .write_all(
            b"POST /CheckPlusSafeModel/service.cb HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
              content-length: 0\r\n\r\n",
        )
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("x-sandbox-fault: parameter_missing"));
    assert!(answer.contains("x-nice-environment: sandbox"));
    let mut line = String::new();
    let mut log = BufReader::new(running.child.stdout.take().unwrap());
    log.read_line(&mut line).unwrap();
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["fault"], "parameter_missing", "{line}");
}

/// Started as by a test of another language.
fn start_for_a_test(arguments: &[&str]) -> (Running, serde_json::Value) {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let greeting: serde_json::Value = serde_json::from_str(&line).unwrap();
    let url = greeting["base_url"].as_str().unwrap().to_owned();
    (Running { child, url }, greeting)
}

#[test]
fn it_tells_a_test_how_to_use_it_and_ends_with_it() {
    let (mut running, greeting) = start_for_a_test(&[
        "--bind=127.0.0.1:0",
        "--greeting=json",
        "--until-stdin-closes",
        "--sandbox-client-id=shop",
        "--sandbox-svc-types=M,I",
    ]);
    assert_eq!(greeting["client_id"], "shop", "{greeting}");
    assert_eq!(greeting["client_secret"], "sandbox-secret");
    assert_eq!(greeting["product_id"], "2101979031");
    assert_eq!(greeting["institution_token"].as_str().unwrap().len(), 36);
    assert_eq!(
        greeting["integrated"]["svc_types"],
        serde_json::json!(["M", "I"])
    );
    let window = format!("{}/CheckPlusSafeModel/service.cb", running.url);
    assert_eq!(greeting["window_url"], window.as_str());
    TcpStream::connect(running.url.strip_prefix("http://").unwrap()).unwrap();
    // As the kernel does when the test is killed.
    drop(running.child.stdin.take());
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}

#[test]
fn it_can_be_stopped_as_soon_as_it_greets() {
    let mut running = start(&["--bind=127.0.0.1:0"]);
    let mut signal = Command::new("sh");
    let pid = running.child.id();
    signal.args(["-c", &format!("kill -TERM {pid}")]);
    // Of signal N the bit N - 1.
    let caught = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let caught = caught.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
    assert_eq!(caught >> 14 & 1, 1, "SIGTERM isn't caught yet");
    assert!(signal.status().unwrap().success());
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}
