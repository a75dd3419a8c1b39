//! The documents against the program: a table that is out of date is a failure.
//! `.ci/run links` checks their links.

mod alerts;
mod errors;
mod markdown;
mod operations;
mod packaging;
mod readme;
mod settings;

use std::{fs, path::Path, process::Command};

/// A file of this repository.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The program without any setting of the machine that the tests run on.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_member-verification"));
    command.args(arguments).env_clear();
    command
}
