//! Tries each command that is used, so that a narrow ACL, an old version or
//! a proxy that blocks one is found before the first person finds it.

use std::time::Duration;

use redis::{Cmd, cmd};
use tokio::time::timeout;

use super::{
    StoreError,
    command::{IF_SESSION, replace},
    link::Link,
    link_error::LinkError,
};
use crate::random::Random;

/// For all commands, one after another.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Works on a key of its own; an error names the command.
pub(super) async fn probe(link: &Link, random: &Random) -> Result<(), StoreError> {
    // Two that probe at the same time don't meet.
    let name = format!(
        "mv:p:{}",
        String::from_utf8_lossy(&random.alphanumeric::<22>())
    );
    let on_probe = |command: &str, more: &[&str]| {
        let mut command = cmd(command);
        command.arg(&name).arg(more);
        command
    };
    let commands = [
        ("SET", on_probe("SET", &["\u{1}", "NX", "EX", "5"])),
        ("GET", on_probe("GET", &[])),
        ("PTTL", on_probe("PTTL", &[])),
        ("PEXPIRE", on_probe("PEXPIRE", &["5000"])),
        ("SET", on_probe("SET", &["\u{1}", "XX", "KEEPTTL"])),
        ("EVAL", replace(&name, b"used", IF_SESSION)),
        ("DEL", on_probe("DEL", &[])),
    ];
    let all = async {
        for (name, command) in &commands {
            attempt(link, command).await.map_err(|error| {
                let StoreError::Unavailable(text) = error.into();
                StoreError::Unavailable(format!("{name}: {text}"))
            })?;
        }
        Ok(())
    };
    timeout(PROBE_TIMEOUT, all)
        .await
        .unwrap_or_else(|_| Err(LinkError::timed_out().into()))
}

async fn attempt(link: &Link, command: &Cmd) -> Result<(), LinkError> {
    match link.write(command).await {
        Err(error) if error.is_lost() => link.write(command).await.map(drop),
        answer => answer.map(drop),
    }
}
