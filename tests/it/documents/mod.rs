//! The documents against the program: a table that is out of date is a failure.
//! `.ci/run links` checks their links.

mod alerts;
mod api;
mod circles;
mod floors;
mod image;
mod imports;
mod markdown;
mod modules;
mod nginx;
mod operations;
mod popup;
mod printed;
mod promises;
mod readme;
mod twins;

use std::{fs, path::Path};

/// A file of this repository.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}
