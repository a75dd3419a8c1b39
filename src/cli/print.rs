//! Output for a person at the terminal. A closed pipe is not an error.

use std::{io::Write, sync::mpsc, thread, time::Duration};

/// How long the last output waits for a pipe that nobody reads.
const LAST_WORDS: Duration = Duration::from_millis(500);

pub(super) fn to_stdout(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

pub(super) fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// For the end of the process, which must not hang on it.
pub(super) fn last_words(text: String) {
    let (said, done) = mpsc::channel();
    thread::spawn(move || {
        to_stderr(&text);
        // An error means that nobody waits any more.
        let _ = said.send(());
    });
    let _ = done.recv_timeout(LAST_WORDS);
}
