//! The process's own figures, under the names that all Prometheus clients use.

use std::{fs, time::Duration};

use rustix::{
    param::{clock_ticks_per_second, page_size},
    process::{Resource, getrlimit},
};

use super::{Collect, Families, float};

/// Reads Linux' `/proc`. On other systems there are no figures.
#[derive(Debug)]
pub struct ProcessCollector {
    /// Since the epoch; the kernel counts from its own start.
    boot_time: Option<Duration>,
}

impl ProcessCollector {
    /// Reads when the machine started.
    #[must_use]
    pub fn new() -> Self {
        Self {
            boot_time: read("/proc/stat").and_then(|stat| boot_time(&stat)),
        }
    }
}

impl Default for ProcessCollector {
    fn default() -> Self {
        Self::new()
    }
}

impl Collect for ProcessCollector {
    fn collect(&self, families: &mut Families) {
        let Some(stat) = read("/proc/self/stat").and_then(|stat| Stat::parse(&stat)) else {
            return;
        };
        families.counter(
            "process_cpu_seconds_total",
            "CPU time of the process in user and system mode",
            stat.cpu.as_secs_f64(),
        );
        families.gauge(
            "process_resident_memory_bytes",
            "Resident memory of the process",
            float(stat.resident_pages.saturating_mul(page_size() as u64)),
        );
        if let Some(boot) = self.boot_time {
            families.gauge(
                "process_start_time_seconds",
                "Start of the process, since the epoch",
                (boot + stat.started).as_secs_f64(),
            );
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            // The directory being read is one of them.
            let open = files.count().saturating_sub(1);
            families.gauge(
                "process_open_fds",
                "Open files and sockets",
                float(open as u64),
            );
        }
        if let Some(max) = getrlimit(Resource::Nofile).current {
            families.gauge(
                "process_max_fds",
                "Maximum number of open files and sockets",
                float(max),
            );
        }
    }
}

/// The program's name in it need not be UTF-8.
fn read(path: &str) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `btime` of `/proc/stat`, since the epoch.
fn boot_time(stat: &str) -> Option<Duration> {
    let line = stat.lines().find_map(|line| line.strip_prefix("btime "));
    line?.trim().parse().ok().map(Duration::from_secs)
}

/// Fields of `/proc/self/stat`; see `proc_pid_stat(5)`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    cpu: Duration,
    /// Since the machine started.
    started: Duration,
    resident_pages: u64,
}

impl Stat {
    fn parse(stat: &str) -> Option<Self> {
        // The second field is the program's name in brackets; it may contain
        // spaces and brackets itself.
        let (_, after_name) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = after_name.split_ascii_whitespace().collect();
        // The manual numbers fields from 1.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            cpu: ticks(field(14)?.saturating_add(field(15)?)),
            started: ticks(field(22)?),
            resident_pages: field(24)?,
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
                started: seconds(360_000),
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
    fn the_boot_time_is_btime() {
        let stat = "cpu  1 2 3\nintr 9\nctxt 7\nbtime 1764000001\nprocesses 5\n";
        assert_eq!(boot_time(stat), Some(Duration::from_secs(1_764_000_001)));
        assert_eq!(boot_time("cpu  1 2 3\n"), None);
    }
}
