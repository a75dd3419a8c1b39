//! Each file belongs to a program: one that no `mod` line names is compiled by
//! nobody, and its tests are run by nobody.

use std::{fs, path::Path};

/// Adds the files below `folder` that the file of their own room, `room`, does
/// not name.
fn unnamed(folder: &Path, room: &Path, found: &mut Vec<String>) {
    let text = fs::read_to_string(room).unwrap();
    let named = |name: &str| {
        let line = format!("mod {name};");
        text.lines().any(|written| written.ends_with(&line))
    };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_root = ["mod", "lib", "main"].contains(&name);
        if path.is_dir() && named(name) {
            let beside = folder.join(format!("{name}.rs"));
            let inside = path.join("mod.rs");
            unnamed(
                &path,
                if beside.exists() { &beside } else { &inside },
                found,
            );
        } else if path.is_dir() {
            // Pages and programs need no `mod` line.
            let mut inside = fs::read_dir(&path).unwrap();
            if inside.any(|entry| entry.unwrap().path().extension() == Some("rs".as_ref())) {
                found.push(path.display().to_string());
            }
        } else if path.extension().is_some_and(|end| end == "rs") && !is_root && !named(name) {
            found.push(path.display().to_string());
        }
    }
}

#[test]
fn every_file_is_compiled() {
    let mut found = Vec::new();
    for root in [
        "src/lib.rs",
        "crates/nice-crypto/src/lib.rs",
        "crates/nice-sandbox/src/lib.rs",
        "crates/nice-sandbox/src/bin/nice-sandbox/main.rs",
        "tests/it/main.rs",
    ] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        unnamed(root.parent().unwrap(), &root, &mut found);
    }
    assert_eq!(found, [""; 0]);
}
