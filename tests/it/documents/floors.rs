//! The rooms of ARCHITECTURE.md against the `use` lines of the sources and the
//! dependencies of the crates.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::read;

/// The rooms, from the ground up.
fn rooms() -> Vec<String> {
    let text = read("ARCHITECTURE.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| Floor"));
    rows.skip(2)
        .take_while(|line| line.starts_with('|'))
        .flat_map(|line| {
            let names = line.split('|').nth(2).unwrap();
            names.split('`').skip(1).step_by(2).map(str::to_owned)
        })
        .collect()
}

/// All Rust files below `folder`, with their path within it.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code: Vec<&str> = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .collect();
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.push((name, code.join("\n")));
            }
        }
    }
    found
}

/// The rooms that stand directly behind `crate::`, in groups too.
fn used(code: &str) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(first_word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if begins && !letter.is_whitespace() => {
                    used.insert(first_word(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    used
}

fn first_word(text: &str) -> &str {
    let ends = |letter: char| !letter.is_alphanumeric() && letter != '_';
    text.split(ends).next().unwrap()
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    let rooms = rooms();
    let floor = |room: &str| rooms.iter().position(|listed| listed == room);
    let mut seen = BTreeSet::new();
    for (name, code) in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let room = first_word(name.to_str().unwrap());
        if room == "lib" || room == "main" {
            continue;
        }
        let here = floor(room).unwrap_or_else(|| panic!("{room} is in no row"));
        seen.insert(room.to_owned());
        for other in used(&code) {
            let there = floor(other).unwrap_or_else(|| panic!("{name:?}: {other} is in no row"));
            assert!(there <= here, "{} uses {other}", name.display());
        }
        let knows = code.contains("nice_sandbox");
        assert_eq!(knows, room == "sandbox", "{}", name.display());
        assert!(!code.contains("nice_crypto"), "{}", name.display());
    }
    // These five are of `nice-crypto`.
    let unseen = rooms.iter().filter(|room| !seen.contains(*room));
    assert_eq!(
        unseen.collect::<Vec<_>>(),
        ["clock", "random", "secret", "language", "crypto"]
    );
}

/// The names in a section of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    let text = read(manifest);
    let lines = text.lines().skip_while(|line| *line != "[dependencies]");
    lines
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split(['.', ' ', '=']).next().unwrap().to_owned())
        .collect()
}

/// What a crate must not bring along.
#[test]
fn the_crates_have_walls() {
    let walls: [(&str, &[&str]); 2] = [
        (
            "crates/nice-crypto/Cargo.toml",
            &[
                "nice-sandbox",
                "tokio",
                "axum",
                "hyper",
                "redis",
                "reqwest",
                "rustls",
            ],
        ),
        (
            "crates/nice-sandbox/Cargo.toml",
            &["member-verification", "redis", "reqwest", "rustls"],
        ),
    ];
    for (manifest, without) in walls {
        let all = dependencies(manifest);
        assert!(all.len() > 5, "{manifest}: {all:?}");
        for name in without {
            assert!(!all.iter().any(|one| one == name), "{manifest} has {name}");
        }
    }
}
