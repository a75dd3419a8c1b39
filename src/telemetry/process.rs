//! The process's own figures, by the names that all of Prometheus' clients
//! use.

use std::{fmt, fs, time::Duration};

use prometheus_client::{
    collector::Collector,
    encoding::DescriptorEncoder,
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};
use rustix::{
    param::{clock_ticks_per_second, page_size},
    process::{Resource, getrlimit},
};

use super::collector::Rows;

/// Reads them off Linux' `/proc`; elsewhere there are none.
#[derive(Debug)]
pub struct ProcessCollector {
    /// The kernel counts from its own start.
    machine_began: Option<Duration>,
}

impl ProcessCollector {
    /// Of this process.
    #[must_use]
    pub fn new() -> Self {
        Self {
            machine_began: read("/proc/stat").and_then(|stat| machine_began(&stat)),
        }
    }
}

impl Default for ProcessCollector {
    fn default() -> Self {
        Self::new()
    }
}

impl Collector for ProcessCollector {
    fn encode(&self, encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let Some(stat) = read("/proc/self/stat").and_then(|stat| Stat::parse(&stat)) else {
            return Ok(());
        };
        let mut rows = Rows(encoder);
        rows.row(
            "process_cpu_seconds",
            "CPU time that the process has used, in user and system mode",
            &ConstCounter::new(stat.cpu.as_secs_f64()),
        )?;
        rows.gauge(
            "process_resident_memory_bytes",
            "Memory that the process holds",
            stat.resident_pages.saturating_mul(page_size()),
        )?;
        if let Some(began) = self.machine_began {
            rows.row(
                "process_start_time_seconds",
                "When the process began, since the epoch",
                &ConstGauge::new((began + stat.began).as_secs_f64()),
            )?;
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            // The folder that is being read is one of them.
            let open = files.count().saturating_sub(1);
            rows.gauge("process_open_fds", "Files and sockets that are open", open)?;
        }
        if let Some(most) = getrlimit(Resource::Nofile).current {
            rows.gauge(
                "process_max_fds",
                "Files and sockets that may be open",
                usize::try_from(most).unwrap_or(usize::MAX),
            )?;
        }
        Ok(())
    }
}

/// A program's name may be no text.
fn read(path: &str) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `btime` of `/proc/stat`, since the epoch.
fn machine_began(stat: &str) -> Option<Duration> {
    let line = stat.lines().find_map(|line| line.strip_prefix("btime "));
    line?.trim().parse().ok().map(Duration::from_secs)
}

/// What `/proc/self/stat` tells; see `proc_pid_stat(5)`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    cpu: Duration,
    /// Since the machine began.
    began: Duration,
    resident_pages: usize,
}

impl Stat {
    fn parse(stat: &str) -> Option<Self> {
        // The second field, in brackets, is the program's name, which may
        // hold spaces and brackets itself.
        let (_, after_name) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = after_name.split_ascii_whitespace().collect();
        // The manual counts from 1.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            cpu: ticks(field(14)?.saturating_add(field(15)?)),
            began: ticks(field(22)?),
            resident_pages: usize::try_from(field(24)?).ok()?,
        })
    }
}

fn ticks(count: u64) -> Duration {
    Duration::from_millis(count.saturating_mul(1000) / clock_ticks_per_second().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "4242 (NAME) S 1 4242 4242 0 -1 4194560 1500 0 3 0 125 75 0 0 20 0 5 0 \
         360000 250000000 2560 18446744073709551615 1 1 0 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0\n";

    #[test]
    fn a_name_may_hold_anything() {
        let per_second = clock_ticks_per_second();
        let seconds = |ticks: u64| Duration::from_millis(ticks * 1000 / per_second);
        for name in ["member-verifica", "a) R 1 (b", "", ") ) 1 2 3", "\u{fffd}"] {
            let stat = Stat::parse(&STAT.replace("NAME", name)).unwrap();
            let expected = Stat {
                cpu: seconds(200),
                began: seconds(360_000),
                resident_pages: 2560,
            };
            assert_eq!(stat, expected, "{name}");
        }
    }

    #[test]
    fn what_is_cut_short_tells_nothing() {
        for stat in ["", "4242 (name", "4242 (name) S 1 2 3"] {
            assert_eq!(Stat::parse(stat), None, "{stat}");
        }
    }

    #[test]
    fn the_machine_began_at_btime() {
        let stat = "cpu  1 2 3\nintr 9\nctxt 7\nbtime 1764000001\nprocesses 5\n";
        assert_eq!(
            machine_began(stat),
            Some(Duration::from_secs(1_764_000_001))
        );
        assert_eq!(machine_began("cpu  1 2 3\n"), None);
    }
}
