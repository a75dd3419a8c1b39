//! The file of the trail, written by a thread of its own: a disk that hangs
//! delays no request for longer than [`AuditTrail::PATIENCE`].

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
    /// While the thread has not answered within the patience, nobody waits for
    /// it.
    is_late: Arc<AtomicBool>,
}

impl AuditFile {
    pub(super) fn open(path: &str) -> io::Result<Self> {
        let mut target = Target::open(path.into())?;
        Self::start(move |text| target.append(text))
    }

    /// Starts the thread, which appends by this.
    fn start(mut append: impl FnMut(&[u8]) -> Appended + Send + 'static) -> io::Result<Self> {
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
                    let appended = append(&text.collect::<Vec<_>>().concat());
                    in_time.store(false, Ordering::Relaxed);
                    appended.tell(batch);
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

/// How much of a batch is in the file, and why not all of it.
struct Appended {
    bytes: usize,
    error: Option<io::Error>,
}

impl Appended {
    /// Tells each line whether it is in the file: a disk that gets full takes
    /// the first ones.
    fn tell(self, batch: Vec<Line>) {
        let error = self.error.map(Arc::new);
        let mut end = 0;
        for line in batch {
            end += line.text.len();
            let written = match &error {
                Some(error) if end > self.bytes => Err(AuditError::Io(Arc::clone(error))),
                _ => Ok(()),
            };
            // Who has stopped waiting knows no better.
            let _ = line.written.send(written);
        }
    }
}

impl From<io::Error> for Appended {
    fn from(error: io::Error) -> Self {
        Self {
            bytes: 0,
            error: Some(error),
        }
    }
}

/// Like `write_all`, which doesn't tell how far it came.
fn append_all(file: &mut impl Write, text: &[u8]) -> Appended {
    let mut bytes = 0;
    let error = loop {
        if bytes == text.len() {
            break None;
        }
        match file.write(&text[bytes..]) {
            Ok(0) => break Some(ErrorKind::WriteZero.into()),
            Ok(more) => bytes += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
    };
    Appended { bytes, error }
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
    fn append(&mut self, text: &[u8]) -> Appended {
        if let Err(error) = self.follow() {
            return error.into();
        }
        let appended = append_all(&mut self.file, text);
        let written = &text[..appended.bytes];
        self.is_torn = !written.is_empty() && !written.ends_with(b"\n");
        appended
    }

    /// Opens the file anew after a rotation, and ends a line that was cut off.
    fn follow(&mut self) -> io::Result<()> {
        let here = self.file.metadata()?;
        let same = |there: fs::Metadata| (there.dev(), there.ino()) == (here.dev(), here.ino());
        if !fs::metadata(&self.path).is_ok_and(same) {
            self.file = open(&self.path)?;
            self.is_torn = false;
        }
        if self.is_torn {
            self.file.write_all(b"\n")?;
            self.is_torn = false;
        }
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

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use tokio::{
        task::yield_now,
        time::{Instant, pause, resume},
    };

    use super::*;

    /// A disk that hangs until its sender is dropped, and has room for this number of bytes.
    fn disk(room: usize) -> (AuditFile, mpsc::Sender<()>, Arc<Mutex<Vec<u8>>>) {
        let (release, held) = mpsc::channel();
        let held_text = Arc::new(Mutex::new(Vec::new()));
        let text = Arc::clone(&held_text);
        let file = AuditFile::start(move |batch| {
            let _: Result<(), _> = held.recv();
            let mut text = text.lock().unwrap();
            let bytes = batch.len().min(room - text.len());
            text.extend_from_slice(&batch[..bytes]);
            let error = (bytes < batch.len()).then(|| ErrorKind::StorageFull.into());
            Appended { bytes, error }
        });
        (file.unwrap(), release, held_text)
    }

    /// How it ended, and how long that took.
    async fn write(file: &AuditFile, line: &str) -> (Result<(), String>, Duration) {
        let begun = Instant::now();
        let written = file.write(line.into()).await;
        (written.map_err(|error| error.to_string()), begun.elapsed())
    }

    #[tokio::test]
    async fn a_disk_that_hangs_holds_up_one_caller_for_a_second_and_the_others_not_at_all() {
        pause();
        let (file, release, text) = disk(usize::MAX);
        let late = Err(AuditError::Late.to_string());
        let (written, took) = write(&file, "a\n").await;
        assert_eq!((written, took.as_secs()), (late.clone(), 1));
        assert_eq!(write(&file, "b\n").await, (late.clone(), Duration::ZERO));
        resume();
        drop(release);
        // What came late is in the file, before what comes now.
        while write(&file, "c\n").await.0.is_err() {
            yield_now().await;
        }
        let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
        assert!(text.starts_with("a\nb\nc\n"), "{text}");
    }

    #[tokio::test]
    async fn of_a_batch_that_does_not_fit_the_first_lines_are_written() {
        let (file, release, text) = disk(8);
        let full = Err(
            "the audit trail can't be written: no storage space; make room or fix AUDIT_LOG"
                .to_owned(),
        );
        let (first, second, third, fourth, ()) = tokio::join!(
            biased;
            write(&file, "1\n"),
            write(&file, "22\n"),
            write(&file, "333\n"),
            write(&file, "4\n"),
            async { drop(release) },
        );
        assert_eq!((first.0, second.0), (Ok(()), Ok(())));
        assert_eq!((third.0, fourth.0), (full.clone(), full));
        assert_eq!(*text.lock().unwrap(), b"1\n22\n333");
    }

    #[test]
    fn what_a_disk_takes_bit_by_bit_is_counted() {
        struct Slowly(usize);
        impl Write for Slowly {
            fn write(&mut self, text: &[u8]) -> io::Result<usize> {
                if self.0 == 0 {
                    return Err(ErrorKind::StorageFull.into());
                }
                self.0 -= 1;
                Ok(text.len().min(2))
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for (calls, bytes, fits) in [(0, 0, false), (2, 4, false), (3, 5, true)] {
            let appended = append_all(&mut Slowly(calls), b"12345");
            assert_eq!((appended.bytes, appended.error.is_none()), (bytes, fits));
        }
    }
}
