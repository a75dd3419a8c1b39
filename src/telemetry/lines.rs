//! Buffered standard output for the log: one system call writes the lines of
//! several requests. Who logs never waits: if the log's reader has stopped
//! reading, lines beyond [`QUEUE_BYTES`] are dropped and counted. A process
//! that is killed loses the lines of the last [`FLUSH_INTERVAL`], and what was
//! never read.
//!
//! tracing-appender wakes its thread for each line instead of waiting for more:
//! half as much CPU again at 5,000 lines a second.

use std::{
    io::{self, ErrorKind, Write},
    sync::{
        Condvar, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::time::Instant;

/// Maximum time that a line stays in the buffer.
const FLUSH_INTERVAL: Duration = Duration::from_millis(2);
/// Maximum number of bytes that wait; as many again may be on their way out.
const QUEUE_BYTES: usize = 256 * 1024;
/// Pause of the writing thread before a reader that takes nothing now.
const RETRY: Duration = Duration::from_millis(5);
/// How long the end of the process waits for the last lines.
const LAST_FLUSH: Duration = Duration::from_millis(500);
/// Dropped lines are reported at most this often.
const TOLD_AGAIN: Duration = Duration::from_secs(1);

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    lines: Vec::new(),
    is_writing: false,
});
static FIRST: Condvar = Condvar::new();
static WRITTEN: Condvar = Condvar::new();
static WRITER: Once = Once::new();
static DROPPED: AtomicU64 = AtomicU64::new(0);

struct Queue {
    lines: Vec<u8>,
    /// Whether lines that are no longer here are not out yet.
    is_writing: bool,
}

impl Queue {
    fn is_done(&self) -> bool {
        self.lines.is_empty() && !self.is_writing
    }
}

/// Number of lines that were dropped, since nobody read them or they could not
/// be written.
#[must_use]
pub fn dropped_lines() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// Buffers whole lines for standard output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines;

impl Lines {
    /// Starts the writing thread.
    pub(super) fn begin() -> Self {
        WRITER.call_once(|| {
            let _ = thread::Builder::new()
                .name("log".to_owned())
                .spawn(write_on);
        });
        Self
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut queue = lock();
        let first = queue.lines.is_empty();
        if queue.lines.len() + line.len() > QUEUE_BYTES {
            drop(queue);
            DROPPED.fetch_add(1, Ordering::Relaxed);
        } else {
            queue.lines.extend_from_slice(line);
            drop(queue);
            if first {
                FIRST.notify_one();
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits a moment for the buffered lines when dropped. `main` holds it, so
/// that the last lines are written even after a panic.
#[derive(Debug)]
pub struct FlushOnDrop;

impl Drop for FlushOnDrop {
    fn drop(&mut self) {
        let waited = WRITTEN.wait_timeout_while(lock(), LAST_FLUSH, |queue| !queue.is_done());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

fn write_on() {
    let mut told = (0, None::<Instant>);
    loop {
        let queue = FIRST
            .wait_while(lock(), |queue| queue.lines.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        drop(queue);
        thread::sleep(FLUSH_INTERVAL);
        let mut queue = lock();
        let mut lines = std::mem::take(&mut queue.lines);
        queue.is_writing = true;
        drop(queue);
        let is_written = write_all(&mut io::stdout(), &lines);
        let dropped = dropped_lines();
        let is_news = dropped > told.0 && told.1.is_none_or(|at| at.elapsed() >= TOLD_AGAIN);
        // With a full queue this line would be dropped too.
        if is_written && is_news && lock().lines.len() < QUEUE_BYTES / 2 {
            tracing::warn!(
                lines = dropped - told.0,
                "lines of the log were dropped: its reader had stopped reading"
            );
            told = (dropped, Some(Instant::now()));
        }
        let mut queue = lock();
        queue.is_writing = false;
        // Reuses the buffer, unless new lines have come.
        lines.clear();
        if queue.lines.is_empty() && queue.lines.capacity() < lines.capacity() {
            queue.lines = lines;
        }
        drop(queue);
        WRITTEN.notify_all();
    }
}

/// Waits for a slow reader without limit. What can't be written, as on a full disk,
/// counts as dropped.
fn write_all(output: &mut impl Write, lines: &[u8]) -> bool {
    let mut rest = lines;
    while !rest.is_empty() {
        match output.write(rest) {
            Ok(written) if written > 0 => rest = rest.get(written..).unwrap_or_default(),
            // Somebody else has made the pipe or terminal non-blocking.
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(RETRY),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => {
                let lost = rest.split(|byte| *byte == b'\n').count() - 1;
                DROPPED.fetch_add(lost as u64, Ordering::Relaxed);
                return false;
            }
        }
    }
    // Lines are whole, so nothing stays behind.
    let _ = output.flush();
    true
}

fn lock() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}
