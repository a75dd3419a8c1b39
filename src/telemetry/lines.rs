//! Standard output for the log: lines are gathered for a moment and written
//! together, not with a system call each. None is dropped; a process that
//! is killed loses those of the last [`FLUSH_INTERVAL`], and up to [`FLUSH_BYTES`] bytes
//! when the log's reader has stopped reading.

use std::{
    io::{self, Write},
    sync::{Condvar, Mutex, MutexGuard, Once, PoisonError},
    thread,
    time::Duration,
};

/// How long a line waits for others.
const FLUSH_INTERVAL: Duration = Duration::from_millis(2);
/// With so many bytes waiting, whoever logs writes them, however long the
/// reader of the log takes.
const FLUSH_BYTES: usize = 256 * 1024;

static WAITING: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static FIRST: Condvar = Condvar::new();
static WRITER: Once = Once::new();

/// Takes whole lines for standard output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines;

impl Lines {
    /// Sets the writing thread going.
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

/// Writes what still waits when it is dropped: held by `main`, so that the
/// last lines come out even when it ends with a panic.
#[derive(Debug)]
pub struct FlushOnDrop;

impl Drop for FlushOnDrop {
    fn drop(&mut self) {
        flush();
    }
}

fn flush() {
    // Locked first: two who flush must not write in the wrong order.
    let mut stdout = io::stdout().lock();
    let lines = std::mem::take(&mut *lock());
    // Where the log can't be written there is nowhere to say so.
    let _ = stdout.write_all(&lines).and_then(|()| stdout.flush());
    recycle(lines);
}

/// Keeps the buffer, unless lines have come since.
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
