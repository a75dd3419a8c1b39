//! SECURITY.md names the tests of each defence; they exist.

use std::{fs, path::Path};

use super::read;

/// All Rust sources below `folder`, as one text.
fn sources(folder: &Path) -> String {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                fs::read_to_string(path).unwrap()
            }
        })
        .collect()
}

#[test]
fn the_tests_of_each_defence_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/it", "crates/nice-crypto/tests"];
    let sources: String = folders.map(|folder| sources(&root.join(folder))).concat();
    let text = read("SECURITY.md");
    let rows: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_suffix(" |"))
        .filter_map(|row| row.rsplit(" | ").next())
        .filter(|cell| cell.starts_with('`'))
        .collect();
    assert!(rows.len() >= 12, "{rows:?}");
    for name in rows.iter().flat_map(|cell| cell.split_whitespace()) {
        let name = name.trim_matches('`');
        let exists = if name.contains('/') {
            root.join(name).exists()
        } else {
            sources.contains(&format!("fn {name}("))
        };
        assert!(exists, "SECURITY.md: there is no test {name}");
    }
}
