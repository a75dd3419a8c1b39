//! SECURITY.md and tests/README.md name the test of each promise; they exist.

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

/// The code in the last cell of each row of `text`'s tables.
fn last_cells(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_suffix(" |"))
        .filter_map(|row| row.rsplit(" | ").next())
        .filter(|cell| cell.starts_with('`'))
        .collect()
}

fn extension(file: &str) -> Option<&str> {
    Path::new(file).extension()?.to_str()
}

/// Whether the test that tests/README.md calls `name` is where it says.
fn is_there(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some((place, function)) = name.rsplit_once("::") else {
        return false;
    };
    let module = format!("tests/it/{}", place.replace("::", "/"));
    let files = match extension(place) {
        Some("py") => vec![format!("tests/e2e/{place}")],
        Some("rs") => vec![place.to_owned()],
        _ => vec![format!("{module}.rs"), format!("{module}/mod.rs")],
    };
    files
        .iter()
        .filter_map(|file| fs::read_to_string(root.join(file)).ok())
        .any(|text| {
            text.contains(&format!("fn {function}(")) || text.contains(&format!("def {function}("))
        })
}

#[test]
fn the_tests_of_each_defence_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/it", "crates/nice-crypto/tests"];
    let sources: String = folders.map(|folder| sources(&root.join(folder))).concat();
    let text = read("SECURITY.md");
    let cells = last_cells(&text);
    assert!(cells.len() >= 12, "{cells:?}");
    for name in cells.iter().flat_map(|cell| cell.split_whitespace()) {
        let name = name.trim_matches('`');
        let exists = if name.contains('/') {
            root.join(name).exists()
        } else {
            sources.contains(&format!("fn {name}("))
        };
        assert!(exists, "SECURITY.md: there is no test {name}");
    }
}

#[test]
fn the_test_of_each_promise_exists() {
    let text = read("tests/README.md");
    let cells = last_cells(&text);
    assert!(cells.len() >= 60, "{} rows", cells.len());
    for name in cells.iter().flat_map(|cell| cell.split(", ")) {
        let name = name.trim_matches('`');
        assert!(is_there(name), "tests/README.md: there is no test {name}");
    }
}

#[test]
fn no_document_is_without_promises() {
    let text = read("tests/README.md");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for entry in fs::read_dir(docs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if extension(&name) == Some("md") && !name.contains(".ko.") {
            assert!(
                text.contains(&format!("(../docs/{name})")),
                "tests/README.md: no promise of docs/{name}"
            );
        }
    }
}
