//! Buffered standard output for the log: one system call writes the lines of
//! several requests. No line is dropped. A process that is killed loses the
//! lines of the last [`FLUSH_INTERVAL`], and up to [`FLUSH_BYTES`] if the log's
//! reader has stopped reading.
//!
//! tracing-appender wakes its thread for each line instead of waiting for more:
//! half as much CPU again at 5,000 lines a second.

use std::{
    io::{self, Write},
    sync::{Condvar, Mutex, MutexGuard, Once, PoisonError},
    thread,
    time::Duration,
};

/// Maximum time that a line stays in the buffer.
const FLUSH_INTERVAL: Duration = Duration::from_millis(2);
/// With more buffered bytes, the logging thread itself writes them, and waits
/// for a slow reader.
const FLUSH_BYTES: usize = 256 * 1024;

static WAITING: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static FIRST: Condvar = Condvar::new();
static WRITER: Once = Once::new();

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
        let mut waiting = lock();
        let first = waiting.is_empty();
        waiting.extend_from_slice(line);
        let full = waiting.len() > FLUSH_BYTES;
        drop(waiting);
        if full {
            flush();
        } else if first {
            FIRST.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the buffered lines when dropped. `main` holds it, so that the last
/// lines are written even after a panic.
#[derive(Debug)]
pub struct FlushOnDrop;

impl Drop for FlushOnDrop {
    fn drop(&mut self) {
        flush();
    }
}

fn flush() {
    // Locked first, so that two threads write in the right order.
    let mut stdout = io::stdout().lock();
    let lines = std::mem::take(&mut *lock());
    // If the log can't be written, there is nowhere to report it.
    let _ = stdout.write_all(&lines).and_then(|()| stdout.flush());
    recycle(lines);
}

/// Reuses the buffer, unless new lines have come.
fn recycle(mut buffer: Vec<u8>) {
    buffer.clear();
    let mut waiting = lock();
    if waiting.is_empty() && waiting.capacity() < buffer.capacity() {
        *waiting = buffer;
    }
}

fn write_on() {
    loop {
        let waiting = FIRST
            .wait_while(lock(), |waiting| waiting.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        drop(waiting);
        thread::sleep(FLUSH_INTERVAL);
        flush();
    }
}

fn lock() -> MutexGuard<'static, Vec<u8>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}
