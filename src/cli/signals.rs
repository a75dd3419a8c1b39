//! The signals that ask the process to stop.

use std::{future::pending, io};

use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
};

use super::error::CliError;

/// The signals of a command that runs until it is stopped, caught before
/// anything else: an orchestrator may change its mind at once.
pub(super) struct EarlySignals(Option<Result<StopSignals, CliError>>);

impl EarlySignals {
    /// By the first word alone, since reading all of them takes a while. The
    /// other commands end at a signal as every program does.
    pub(super) fn catch(runtime: &Runtime) -> Self {
        let first = std::env::args_os().nth(1);
        let is_lasting = first.is_some_and(|word| word == "serve" || word == "sandbox");
        let _context = runtime.enter();
        Self(is_lasting.then(StopSignals::catch))
    }

    /// The signals; also those that have come.
    pub(super) fn stop(self) -> Result<StopSignals, CliError> {
        self.0.unwrap_or_else(StopSignals::catch)
    }
}

/// SIGTERM, from an orchestrator; SIGINT, from a keyboard; SIGHUP, from a
/// terminal that closes or an operator who expects a reload.
#[derive(Debug)]
pub(super) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
    /// `None` under `nohup`, which has it ignored.
    hang_up: Option<Signal>,
}

impl StopSignals {
    /// From now on none of them ends the process by itself. Neither do SIGUSR1
    /// and SIGUSR2, which log rotation may send, nor SIGXFSZ: under a limit of
    /// file size a write is an error then, as on a full disk.
    fn catch() -> Result<Self, CliError> {
        let uncaught = |error: io::Error| CliError::failed(format!("can't catch signals: {error}"));
        let catch = |kind| signal(kind).map_err(uncaught);
        let hang_up = if is_hang_up_ignored() {
            None
        } else {
            Some(catch(SignalKind::hangup())?)
        };
        // tokio's handler stays when this is dropped.
        drop(catch(SignalKind::user_defined1())?);
        drop(catch(SignalKind::user_defined2())?);
        drop(catch(SignalKind::from_raw(
            rustix::process::Signal::XFSZ.as_raw(),
        ))?);
        Ok(Self {
            terminate: catch(SignalKind::terminate())?,
            interrupt: catch(SignalKind::interrupt())?,
            hang_up,
        })
    }

    /// Resolves at the first one.
    pub(super) async fn first(&mut self) {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = hang_up => {}
        }
    }

    /// Resolves at the next one that is meant to stop at once. SIGHUP isn't:
    /// systemd may send it right after SIGTERM, and a terminal that closes
    /// sends it twice.
    pub(super) async fn second(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Whether the parent had SIGHUP ignored. Unknown without `/proc`: then no.
fn is_hang_up_ignored() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            // SIGHUP is signal 1, the lowest bit.
            .is_some_and(|mask| mask & 1 == 1)
    })
}
