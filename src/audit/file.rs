//! The file of the trail, written by a thread of its own: a disk that hangs
//! holds up nobody for longer than [`AuditTrail::PATIENCE`].

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, SyncSender},
    },
    thread,
};

use tokio::{sync::oneshot, time::timeout};

use super::{AuditError, AuditTrail};

/// Lines that wait for the thread. More of them is a disk that hangs.
const QUEUE: usize = 4096;
/// Lines that one system call writes.
const BATCH: usize = 256;

struct Line {
    text: Vec<u8>,
    written: oneshot::Sender<Result<(), AuditError>>,
}

/// A handle to the thread.
#[derive(Debug)]
pub(super) struct AuditFile {
    lines: SyncSender<Line>,
    /// While the thread owes an answer for longer than the patience, nobody
    /// waits for it.
    is_late: Arc<AtomicBool>,
}

impl AuditFile {
    pub(super) fn open(path: &str) -> io::Result<Self> {
        let mut target = Target::open(path.into())?;
        let (lines, queue) = mpsc::sync_channel::<Line>(QUEUE);
        let is_late = Arc::new(AtomicBool::new(false));
        let in_time = Arc::clone(&is_late);
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || {
                while let Ok(first) = queue.recv() {
                    let batch: Vec<Line> = std::iter::once(first)
                        .chain(queue.try_iter().take(BATCH - 1))
                        .collect();
                    let text = batch.iter().map(|line| line.text.as_slice());
                    let written = target.append(&text.collect::<Vec<_>>().concat());
                    let written = written.map_err(|error| AuditError::Io(Arc::new(error)));
                    in_time.store(false, Ordering::Relaxed);
                    for line in batch {
                        // Who has stopped waiting knows no better.
                        let _ = line.written.send(written.clone());
                    }
                }
            })?;
        Ok(Self { lines, is_late })
    }

    pub(super) async fn write(&self, text: Vec<u8>) -> Result<(), AuditError> {
        let (written, answer) = oneshot::channel();
        let sent = self.lines.try_send(Line { text, written });
        if sent.is_err() || self.is_late.load(Ordering::Relaxed) {
            return Err(AuditError::Late);
        }
        let Ok(Ok(result)) = timeout(AuditTrail::PATIENCE, answer).await else {
            self.is_late.store(true, Ordering::Relaxed);
            return Err(AuditError::Late);
        };
        result
    }
}

/// The open file.
struct Target {
    path: PathBuf,
    file: File,
    /// Whether the last line in it may be cut off.
    is_torn: bool,
}

impl Target {
    fn open(path: PathBuf) -> io::Result<Self> {
        let file = open(&path)?;
        Ok(Self {
            path,
            file,
            is_torn: false,
        })
    }

    /// Into the file that has this name now: after a rotation, into a new one.
    fn append(&mut self, text: &[u8]) -> io::Result<()> {
        let here = self.file.metadata()?;
        let same = |there: fs::Metadata| (there.dev(), there.ino()) == (here.dev(), here.ino());
        if !fs::metadata(&self.path).is_ok_and(same) {
            self.file = open(&self.path)?;
            self.is_torn = false;
        }
        if self.is_torn {
            self.file.write_all(b"\n")?;
        }
        self.is_torn = true;
        self.file.write_all(text)?;
        self.is_torn = false;
        Ok(())
    }
}

/// Whether the file can be written, or made; nothing is made.
pub(super) fn probe(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(_) => open(path).map(drop),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(Path::new("/"));
            let writable = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK);
            writable.map_err(io::Error::from)
        }
        Err(error) => Err(error),
    }
}

fn open(path: &Path) -> io::Result<File> {
    // Opening a pipe waits for its reader.
    let is_pipe = |found: &fs::Metadata| found.file_type().is_fifo();
    if fs::metadata(path).as_ref().is_ok_and(is_pipe) {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "it is a pipe; name a file",
        ));
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}
