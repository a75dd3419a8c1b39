//! Output for a person at the terminal. A closed pipe is not an error.

use std::io::Write;

pub(super) fn to_stdout(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

pub(super) fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
