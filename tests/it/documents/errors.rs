//! `docs/errors.md` is what the program prints.

use super::{program, read};

#[test]
fn the_committed_document_is_fresh() {
    let printed = program(&["errors"]).output().unwrap();
    assert!(printed.status.success());
    assert_eq!(
        read("docs/errors.md"),
        String::from_utf8(printed.stdout).unwrap(),
        "print it again: cargo run -- errors > docs/errors.md"
    );
}
