//! `docs/settings.md` is what the program prints.

use std::collections::BTreeSet;

use super::{markdown, program, read};

/// The texts of `names` that are written like a variable.
fn variables<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let written =
        |name: &&str| name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    names.into_iter().filter(written).collect()
}

#[test]
fn the_committed_table_is_fresh() {
    let printed = program(&["settings"]).output().unwrap();
    assert!(printed.status.success());
    assert_eq!(
        read("docs/settings.md"),
        String::from_utf8(printed.stdout).unwrap(),
        "make it anew: cargo run -- settings > docs/settings.md"
    );
}

/// The secrets are no flags: that the list in `--help` has them all is
/// nobody's duty but this test's.
#[test]
fn each_setting_that_is_read_is_in_the_table() {
    let sources: String = [
        "admission",
        "log",
        "nice",
        "sandbox",
        "server",
        "service",
        "store",
    ]
    .map(|room| read(&format!("src/config/{room}.rs")))
    .concat();
    // The names of values look like variables, too.
    let readers = sources.lines().filter(|line| !line.contains("value_name"));
    let asked = variables(readers.flat_map(|line| line.split('"').skip(1).step_by(2)));
    assert!(asked.len() > 35, "{asked:?}");
    let table = read("docs/settings.md");
    let first_cells: Vec<String> = markdown::rows(&table)
        .into_iter()
        .map(|mut row| row.swap_remove(0))
        .collect();
    let told = variables(first_cells.iter().flat_map(|cell| markdown::quoted(cell)));
    let missing: Vec<_> = asked.difference(&told).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
