//! The rooms of ARCHITECTURE.md against the `use` lines of the sources and the
//! dependencies of the crates.

use std::{collections::BTreeSet, path::Path};

use super::{imports::sources, read};

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

#[test]
fn a_room_uses_only_rooms_below_it() {
    let rooms = rooms();
    let floor = |room: &str| rooms.iter().position(|listed| listed == room);
    let mut seen = BTreeSet::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let file = &source.file;
        let Some(room) = source.module.first() else {
            continue;
        };
        let here = floor(room).unwrap_or_else(|| panic!("{room} is in no row"));
        seen.insert(room.clone());
        for used in &source.used {
            let [first, second, ..] = used.segments.as_slice() else {
                continue;
            };
            if first == "crate" {
                let there =
                    floor(second).unwrap_or_else(|| panic!("{file}: {second} is in no row"));
                assert!(there <= here, "{file} uses {second}");
            }
            assert!(first != "nice_crypto", "{file}");
            assert!(first != "nice_sandbox" || room == "sandbox", "{file}");
        }
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
