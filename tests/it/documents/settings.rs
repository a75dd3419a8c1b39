//! `docs/settings.md` is what the program prints.

use super::{program, read};

#[test]
fn the_committed_table_is_fresh() {
    let printed = program(&["settings"]).output().unwrap();
    assert!(printed.status.success());
    assert_eq!(
        read("docs/settings.md"),
        String::from_utf8(printed.stdout).unwrap(),
        "print it anew: cargo run -- settings > docs/settings.md"
    );
}
